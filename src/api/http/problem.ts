import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { Fault } from '../../faults/fault.ts';

/** A Fault with what only HTTP can say about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly fault: Fault,
    readonly more: { readonly pointer?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(fault.message, { cause: fault });
  }
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string;
}

/** The body of RFC 9457 that a fault makes. What is our own doing is told in general terms: the log has the rest. */
export function problemOf(fault: Fault, pointer?: string): Problem {
  const status = fault.http;
  return {
    type: `urn:qaller:fault:${fault.code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    code: fault.code,
    detail: fault.blame === 'us' ? (general[fault.code] ?? fault.message) : fault.message,
    ...(pointer === undefined ? {} : { pointer }),
  };
}

const general: Readonly<Record<string, string>> = {
  INTERNAL: 'something went wrong on our side, and the log has it: try again, and report it if it stays',
  STORE_FAILED:
    'what was asked could not be read or written: try again in a moment; whoever runs the exchange finds the reason in the log',
};

export const problemType = 'application/problem+json; charset=utf-8';

export function sendProblem(reply: FastifyReply, thrown: unknown): FastifyReply {
  const refusal = asRefusal(thrown);
  const { fault, more } = refusal;
  const headers = { ...(fault.http === 401 ? { 'www-authenticate': 'Bearer' } : {}), ...more.headers };
  return reply
    .code(fault.http)
    .headers({ 'cache-control': 'no-store', ...headers })
    .type(problemType)
    .send(JSON.stringify(problemOf(fault, more.pointer)));
}

/** Turns whatever was thrown, by us, by fastify or by a bug, into one refusal. */
export function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof Fault) return new Refusal(thrown);
  const { code, statusCode, message } = described(thrown);
  const known = code === undefined ? undefined : ofFastify[code];
  if (known !== undefined) return new Refusal(known());
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Refusal(new Fault('BAD_REQUEST', message, thrown));
  }
  return new Refusal(Fault.from(thrown));
}

const ofFastify: Readonly<Record<string, () => Fault>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Fault('NOT_JSON', 'send the body as JSON, with Content-Type: application/json'),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Fault('TOO_LARGE', 'the body is too long: send at most 256 KiB'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Fault('BAD_REQUEST', notJson),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Fault('BAD_REQUEST', 'the body is shorter or longer than its Content-Length: send it again'),
  FST_ERR_BAD_URL: () => new Fault('BAD_REQUEST', 'the address cannot be read: check what stands after each %'),
};

export const notJson = 'the body is not JSON: check its brackets, commas and quotes';

function described(thrown: unknown): { code?: string; statusCode?: number; message: string } {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const statusCode =
    'statusCode' in thrown && typeof thrown.statusCode === 'number' ? { statusCode: thrown.statusCode } : {};
  return { ...code, ...statusCode, message: thrown.message };
}
