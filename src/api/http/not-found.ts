import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../faults/fault.ts';
import type { Api } from './app.ts';
import { Refusal, sendProblem } from './problem.ts';

/** Tells an address that is not there from one that does not know the method. Call it before any route is added. */
export function answerUnknown(api: Api): void {
  const known: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  api.addHook('onRoute', ({ url, method }) => {
    known.push({ pattern: patternOf(url), methods: typeof method === 'string' ? [method] : method });
  });
  api.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?');
    const methods = known.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return sendProblem(reply, methods.length === 0 ? noSuchAddress() : wrongMethod(request.method, methods));
  });
}

function noSuchAddress(): Fault {
  return new Fault('NOT_FOUND', 'there is no such address: /docs lists those that there are');
}

function wrongMethod(method: string, methods: readonly string[]): Refusal {
  const allow = [...new Set(methods)].sort().join(', ');
  const fault = new Fault('METHOD_NOT_ALLOWED', `${method} cannot be used here: use ${allow}`);
  return new Refusal(fault, { headers: { allow } });
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}/?$`);
}
