import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../faults/fault.ts';
import { parseIp } from '../../kernel/ip-address.ts';
import type { ApiSettings } from '../parts.ts';
import type { Api } from './app.ts';
import { Refusal } from './problem.ts';

/** Each throws a Refusal TOO_MANY_REQUESTS, with Retry-After, when it is too much. */
export interface Rates {
  request(request: FastifyRequest): Promise<void>;
  signIn(request: FastifyRequest, login: string): Promise<void>;
}

const minute = 60_000;

export async function limitRates(api: Api, { rates }: ApiSettings): Promise<Rates> {
  await api.register(rateLimit, { global: false });
  const logins = new WeakMap<FastifyRequest, string>();
  const inAll = api.createRateLimit({ max: rates.requestsPerMinute, timeWindow: minute, keyGenerator: whoAsks });
  const byAddress = api.createRateLimit({ max: rates.signInsPerMinute, timeWindow: minute, keyGenerator: whence });
  const byLogin = api.createRateLimit({
    max: rates.signInsPerLogin,
    timeWindow: 5 * minute,
    // A hash, so that a long text of a stranger's is not kept.
    keyGenerator: (request) =>
      createHash('sha256')
        .update(logins.get(request) ?? '')
        .digest('base64'),
  });
  return {
    request: async (request) => {
      demand(await inAll(request), 'these are more requests than anybody needs');
    },
    signIn: async (request, login) => {
      logins.set(request, login);
      demand(await byAddress(request), 'too many attempts to sign in came from this address');
      demand(await byLogin(request), 'somebody tried to sign in with this login too often');
    },
  };
}

type Outcome = Awaited<ReturnType<ReturnType<Api['createRateLimit']>>>;

function demand(outcome: Outcome, otherwise: string): void {
  if (outcome.isAllowed || !outcome.isExceeded) return;
  const seconds = Math.max(1, outcome.ttlInSeconds);
  const fault = new Fault('TOO_MANY_REQUESTS', `${otherwise}: try again in ${String(seconds)} seconds`);
  throw new Refusal(fault, { headers: { 'retry-after': String(seconds) } });
}

/** A token that is nobody's counts as none: else each made-up one would come with a limit of its own. */
function whoAsks(request: FastifyRequest): string {
  const { caller } = request;
  if (caller === undefined) return `address ${whence(request)}`;
  return caller.kind === 'operator' ? 'operator' : `session ${caller.session.id}`;
}

/** One IPv4 address, or one IPv6 /64, within which a stranger has as many addresses as there are grains of sand. */
function whence({ ip }: FastifyRequest): string {
  const address = parseIp(ip);
  return address === undefined ? ip : address.words.slice(0, address.family === 4 ? 1 : 2).join('.');
}
