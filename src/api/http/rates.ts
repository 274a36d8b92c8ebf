import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { E164, UserId } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import { parseIp } from '../../kernel/ip-address.ts';
import type { ApiSettings } from '../parts.ts';
import type { Api } from './app.ts';
import { Refusal } from './problem.ts';

/** Each throws a Refusal TOO_MANY_REQUESTS, with Retry-After, when it is too much. */
export interface Rates {
  request(request: FastifyRequest): Promise<void>;
  /** @param login as logins are kept, or each way to write one would have a limit of its own */
  signIn(request: FastifyRequest, login: string): Promise<void>;
  /** Also of codes that reached nobody: a stranger who declines the call must not be rung all day, by many users neither. */
  code(request: FastifyRequest, user: UserId, number: E164): Promise<void>;
}

const minute = 60_000;
const addressesPerLogin = 10;
const codesPerHour = 10;

export async function limitRates(api: Api, { rates }: ApiSettings): Promise<Rates> {
  await api.register(rateLimit, { global: false });
  const logins = new WeakMap<FastifyRequest, string>();
  const codes = new WeakMap<FastifyRequest, { readonly user: UserId; readonly number: E164 }>();
  const inAll = api.createRateLimit({ max: rates.requestsPerMinute, timeWindow: minute, keyGenerator: whoAsks });
  const byAddress = api.createRateLimit({ max: rates.signInsPerMinute, timeWindow: minute, keyGenerator: whence });
  // A hash, so that a long text of a stranger's is not kept.
  const login = (request: FastifyRequest): string =>
    createHash('sha256')
      .update(logins.get(request) ?? '')
      .digest('base64');
  const timeWindow = 5 * minute;
  // Per address, else a stranger who guesses would keep out whose login it is; many addresses together get few tries too.
  const byLogin = api.createRateLimit({
    ...{ max: rates.signInsPerLogin, timeWindow },
    keyGenerator: (request) => `${login(request)} ${whence(request)}`,
  });
  const byLoginInAll = api.createRateLimit({
    ...{ max: addressesPerLogin * rates.signInsPerLogin, timeWindow, keyGenerator: login },
  });
  const hourly = { max: codesPerHour, timeWindow: 60 * minute };
  const codesTo = api.createRateLimit({ ...hourly, keyGenerator: (request) => codes.get(request)?.number ?? '' });
  const codesOf = api.createRateLimit({ ...hourly, keyGenerator: (request) => codes.get(request)?.user ?? '' });
  return {
    request: async (request) => {
      demand(await inAll(request), 'these are more requests than anybody needs');
    },
    signIn: async (request, login) => {
      logins.set(request, login);
      demand(await byAddress(request), 'too many attempts to sign in came from this address');
      demand(await byLogin(request), 'somebody tried to sign in with this login too often');
      demand(await byLoginInAll(request), 'too many tried to sign in with this login');
    },
    code: async (request, user, number) => {
      codes.set(request, { user, number });
      demand(await codesOf(request), 'you asked for too many codes');
      demand(await codesTo(request), `too many codes were asked for ${number}`);
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
