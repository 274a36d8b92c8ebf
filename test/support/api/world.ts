import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Account } from '../../../src/directory/account.ts';
import { newTenant, newUser, ringTogether } from '../../../src/directory/new.ts';
import type { E164, Extension, Plan, PlanId, TenantId, User, UserId } from '../../../src/directory/types.ts';
import { scryptHasher } from '../../../src/api/auth/password-hash.ts';
import { announcing } from '../../../src/api/events/announcing.ts';
import { memoryFeed } from '../../../src/api/events/feed.ts';
import type { ApiParts, ApiSettings } from '../../../src/api/parts.ts';
import { type ApiListener, type Route, type RunningApi, startApi } from '../../../src/api/server.ts';
import { hashCredentials } from '../../../src/signalling/digest/credentials.ts';
import { openSqlite } from '../../../src/store/sqlite/open.ts';
import type { Store } from '../../../src/store/port.ts';
import type { Log } from '../../../src/telemetry/port.ts';
import type { CodeTeller } from '../../../src/verification/port.ts';
import { VirtualClock } from '../virtual-clock.ts';

export const operatorToken = 'operator-token-of-the-tests-0123456789';
export const password = 'correct horse battery';

/** Two companies: a bakery with an administrator, two users and plans, and a garage with an administrator. */
export interface ApiWorld {
  readonly url: string;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly lines: readonly LogLine[];
  readonly told: readonly Told[];
  /** Files of voicemail messages that were removed. */
  readonly removed: readonly string[];
  /** What the next codes are told by. */
  teller: CodeTeller | undefined;
  readonly parts: ApiParts;
  readonly routes: readonly Route[];
  readonly useCertificate: RunningApi['useCertificate'];
  /** As another process would: no app is told. */
  forgetSessions(user: string): Promise<number>;
  signIn(login: string): Promise<string>;
  /** @param token undefined: without one */
  ask(
    token: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Told {
  readonly number: string;
  readonly code: string;
  readonly language: string;
}

export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where it is not JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads what it expects to be there
  readonly body: any;
}

const bakery = 'bakery' as TenantId;
const garage = 'garage' as TenantId;

export const people = {
  anna: person('anna', bakery, '201', { role: 'admin', ringTargets: { desk: true, qaller: true } }),
  bob: person('bob', bakery, '202', {
    ringTargets: { desk: true, qaller: false },
    presentableNumbers: ['+31851234567', '+31851234568'] as E164[],
  }),
  carl: person('carl', bakery, '203', {}),
  gina: person('gina', garage, '201', { role: 'admin' }),
};

function person(id: string, tenant: TenantId, extension: string, more: Partial<User>): User {
  return newUser({
    ...{ id: id as UserId, tenant, name: `Person ${id}`, extension: extension as Extension },
    ...{ ringTargets: { desk: true }, ...more },
  });
}

export async function startWorld(
  settings: Partial<ApiSettings> = {},
  listener: Partial<ApiListener> = {},
): Promise<ApiWorld> {
  const clock = new VirtualClock(Date.now());
  const lines: LogLine[] = [];
  const told: Told[] = [];
  const removed: string[] = [];
  const log = logInto(lines);
  const feed = memoryFeed((thrown) => {
    throw thrown;
  });
  const quiet = await openSqlite({ file: ':memory:', clock });
  const store = announcing(quiet, feed);
  const passwords = scryptHasher(random, 4);
  await fill(store, await passwords.hash(password));
  const world: { teller: CodeTeller | undefined } = {
    teller: {
      tell: async (number, code, language) => void told.push({ number, code, language }),
    },
  };
  const parts: ApiParts = {
    ...{ store, feed, clock, random, log, passwords, operatorToken },
    sipCredentials: (username, secret) => hashCredentials(username, 'qaller', secret),
    newPassword: () => randomBytes(12).toString('hex'),
    get teller() {
      return world.teller;
    },
    openVoicemail: async (file) => (file === 'gone.wav' ? undefined : Readable.from([Buffer.from('RIFF....WAVE')])),
    removeVoicemail: async (file) => void removed.push(file),
    settings: {
      ...{ sessionDays: 90, privateTrunks: true, ...settings },
      rates: { requestsPerMinute: 100_000, signInsPerMinute: 100_000, signInsPerLogin: 100_000, ...settings.rates },
    },
  };
  const api: RunningApi = await startApi(
    { address: '127.0.0.1', port: 0, tls: undefined, trustedProxies: [], ...listener },
    parts,
  );
  const url = `${listener.tls === undefined ? 'http' : 'https'}://${api.address}:${String(api.port)}`;
  const ask: ApiWorld['ask'] = (token, method, path, body, headers = {}) =>
    request(
      `${url}${path}`,
      method,
      body,
      token === undefined ? headers : { authorization: `Bearer ${token}`, ...headers },
    );
  return Object.assign(world, {
    ...{ url, store, clock, lines, told, removed, parts, ask, routes: api.routes },
    useCertificate: api.useCertificate,
    forgetSessions: (user: string) => quiet.accounts.revokeAll(user as UserId),
    async signIn(login: string) {
      const answer = await ask(undefined, 'POST', '/v1/sessions', { login: `${login}@example.com`, password });
      if (answer.status !== 201) throw new Error(answer.text);
      return String(answer.body.token);
    },
    async stop() {
      await api.close();
      await store.close();
    },
  });
}

const random = (count: number): Uint8Array => randomBytes(count);

export async function request(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

async function fill(store: Store, passwordHash: string): Promise<void> {
  const users = Object.values(people);
  const shop = 'shop' as PlanId;
  const plan = (id: string, tenant: TenantId, name: string, who: string): Plan => ({
    ...{ id: id as PlanId, tenant, name, prefix: undefined },
    outsideSees: 'caller',
    steps: [ringTogether([who as UserId], 20)],
  });
  await store.directory.save({
    tenants: [newTenant({ id: bakery, name: 'The Bakery' }), newTenant({ id: garage, name: 'The Garage' })],
    users: users.map((user) => ({ ...user, presentableNumbers: [] })),
    plans: [
      plan('shop', bakery, 'Shop', 'anna'),
      plan('office', bakery, 'Office', 'bob'),
      plan('pit', garage, 'Pit', 'gina'),
    ],
    companyNumbers: [
      { number: '+31851234567' as E164, tenant: bakery, plan: shop },
      { number: '+31851234568' as E164, tenant: bakery, plan: shop },
      { number: '+31857654321' as E164, tenant: garage, plan: 'pit' as PlanId },
    ],
  });
  await store.directory.save({ users });
  for (const { id, tenant } of users) {
    await store.accounts.save({ user: id, tenant, login: `${id}@example.com`, passwordHash } satisfies Account);
  }
}

function logInto(lines: LogLine[]): Log {
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, fields, message });
  const log: Log = {
    ...{ trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    fatal: at('fatal'),
    child: () => log,
  };
  return log;
}
