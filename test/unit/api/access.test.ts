import assert from 'node:assert/strict';
import type { Access } from '../../../src/api/auth/access.ts';
import type {
  DeviceId,
  Diversion,
  DiversionId,
  PlanId,
  TenantId,
  TrunkId,
  UserId,
} from '../../../src/directory/types.ts';
import { newTrunk } from '../../../src/directory/new.ts';
import { hashCredentials } from '../../../src/signalling/digest/credentials.ts';
import { type ApiDocument, wrongWith } from '../../support/api/document.ts';
import { type ApiWorld, operatorToken, startWorld } from '../../support/api/world.ts';

/** Everything that can be asked, by whom, and what it comes to for those who may. */
interface Row {
  readonly route: string;
  readonly access: Access;
  /** With what stands for the parameters of the route. */
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** It names something of the bakery: for the garage there is no such thing. */
  readonly foreign?: 404 | 422 | 409;
}

const ring = { do: 'ring', who: [{ kind: 'user', user: 'bob' }], order: 'together', seconds: 20, waiting: 'ringback' };
const plan = { name: 'Night', outsideSees: 'company', steps: [ring] };
const switchTo = { name: 'Closed', position: 3, to: { kind: 'voicemail', user: 'anna' } };
const line = {
  ...{ host: 'sip.carrier.example', transport: 'udp', priority: 1, format: 'e164', country: 'NL', inbound: false },
  auth: { username: 'account', password: 'a password' },
};
const person = { name: 'Person dora', extension: '209', role: 'user', circles: ['desk'], presentableNumbers: [] };
const company = { name: 'The Florist', country: 'NL', timeZone: 'Europe/Amsterdam', language: 'nl' };
const overwrite = { 'if-match': '*' };

const rows: readonly Row[] = [
  {
    route: 'POST /v1/sessions',
    access: 'anyone',
    body: { login: 'bob@example.com', password: 'correct horse battery' },
    status: 201,
  },
  { route: 'GET /v1/sessions', access: 'user', status: 200 },
  { route: 'DELETE /v1/sessions/:session', path: '/v1/sessions/nobody', access: 'user', status: 404 },
  {
    route: 'PUT /v1/me/password',
    access: 'user',
    body: { current: 'wrong', password: 'a longer password' },
    status: 401,
  },
  { route: 'GET /v1/me', access: 'user', status: 200 },
  {
    route: 'PUT /v1/me/route',
    access: 'user',
    body: { is: 'divert', to: { kind: 'plan', plan: 'shop' } },
    status: 200,
    foreign: 422,
  },
  { route: 'PUT /v1/me/ring-targets', access: 'user', body: { desk: false }, status: 200 },
  {
    route: 'PUT /v1/me/ring-targets/:kind',
    path: '/v1/me/ring-targets/desk',
    access: 'user',
    body: { on: true },
    status: 200,
  },
  { route: 'PUT /v1/me/mobile', access: 'user', body: { number: '06-12345678' }, status: 202 },
  { route: 'POST /v1/me/mobile/verification', access: 'user', body: { code: '000000' }, status: 422 },
  { route: 'DELETE /v1/me/mobile', access: 'user', status: 200 },
  { route: 'PUT /v1/me/anonymous', access: 'user', body: { anonymous: true }, status: 200 },
  { route: 'PUT /v1/me/presented-number', access: 'user', body: { number: null }, status: 200 },
  { route: 'PUT /v1/me/bookmarks/:plan', path: '/v1/me/bookmarks/shop', access: 'user', status: 200, foreign: 404 },
  { route: 'DELETE /v1/me/bookmarks/:plan', path: '/v1/me/bookmarks/shop', access: 'user', status: 200 },
  { route: 'GET /v1/me/voicemail', access: 'user', status: 200 },
  {
    route: 'GET /v1/me/voicemail/:message/audio',
    path: '/v1/me/voicemail/annas/audio',
    access: 'user',
    status: 404,
    foreign: 404,
  },
  {
    route: 'DELETE /v1/me/voicemail/:message',
    path: '/v1/me/voicemail/annas',
    access: 'user',
    status: 404,
    foreign: 404,
  },
  { route: 'GET /v1/phonebook', access: 'user', status: 200 },

  { route: 'GET /v1/plans', access: 'admin', status: 200 },
  { route: 'POST /v1/plans', access: 'admin', body: plan, status: 201, foreign: 422 },
  { route: 'GET /v1/plans/:plan', path: '/v1/plans/shop', access: 'admin', status: 200, foreign: 404 },
  {
    route: 'PUT /v1/plans/:plan',
    path: '/v1/plans/shop',
    access: 'admin',
    body: { ...plan, steps: [] },
    headers: overwrite,
    status: 200,
    foreign: 404,
  },
  {
    route: 'GET /v1/plans/:plan/diversions',
    path: '/v1/plans/shop/diversions',
    access: 'admin',
    status: 200,
    foreign: 404,
  },
  {
    route: 'POST /v1/plans/:plan/diversions',
    path: '/v1/plans/shop/diversions',
    access: 'admin',
    body: switchTo,
    status: 201,
    foreign: 404,
  },
  {
    route: 'GET /v1/plans/:plan/diversions/:diversion',
    path: '/v1/plans/shop/diversions/lunch',
    access: 'admin',
    status: 200,
    foreign: 404,
  },
  {
    route: 'PUT /v1/plans/:plan/diversions/:diversion',
    path: '/v1/plans/shop/diversions/lunch',
    ...{ access: 'admin', body: switchTo, headers: overwrite, status: 200, foreign: 404 },
  },
  {
    route: 'PUT /v1/plans/:plan/diversions/:diversion/state',
    path: '/v1/plans/shop/diversions/lunch/state',
    ...{ access: 'admin', body: { on: true }, status: 200, foreign: 404 },
  },
  {
    route: 'DELETE /v1/plans/:plan/diversions/:diversion',
    path: '/v1/plans/shop/diversions/lunch',
    access: 'admin',
    status: 204,
    foreign: 404,
  },
  { route: 'DELETE /v1/plans/:plan', path: '/v1/plans/office', access: 'admin', status: 204, foreign: 404 },
  { route: 'GET /v1/numbers', access: 'admin', status: 200 },
  {
    route: 'PUT /v1/numbers/:number/plan',
    path: '/v1/numbers/+31851234567/plan',
    access: 'admin',
    body: { plan: 'shop' },
    status: 200,
    foreign: 404,
  },
  { route: 'GET /v1/users', access: 'admin', status: 200 },
  { route: 'POST /v1/users', access: 'admin', body: person, status: 201 },
  { route: 'GET /v1/users/:user', path: '/v1/users/carl', access: 'admin', status: 200, foreign: 404 },
  {
    route: 'PUT /v1/users/:user',
    path: '/v1/users/carl',
    access: 'admin',
    body: { ...person, extension: '210' },
    headers: overwrite,
    status: 200,
    foreign: 404,
  },
  {
    route: 'PUT /v1/users/:user/login',
    path: '/v1/users/carl/login',
    access: 'admin',
    body: { login: 'carl2@example.com' },
    status: 200,
    foreign: 404,
  },
  {
    route: 'DELETE /v1/users/:user/sessions',
    path: '/v1/users/carl/sessions',
    access: 'admin',
    status: 204,
    foreign: 404,
  },
  { route: 'GET /v1/users/:user/devices', path: '/v1/users/carl/devices', access: 'admin', status: 200, foreign: 404 },
  {
    route: 'POST /v1/users/:user/devices',
    path: '/v1/users/carl/devices',
    access: 'admin',
    body: { kind: 'desk' },
    status: 201,
    foreign: 404,
  },
  { route: 'GET /v1/devices', access: 'admin', status: 200 },
  { route: 'POST /v1/devices', access: 'admin', body: { user: 'carl', kind: 'desk' }, status: 201, foreign: 422 },
  { route: 'GET /v1/devices/:device', path: '/v1/devices/phone', access: 'admin', status: 200, foreign: 404 },
  {
    route: 'POST /v1/devices/:device/password',
    path: '/v1/devices/phone/password',
    access: 'admin',
    status: 200,
    foreign: 404,
  },
  { route: 'DELETE /v1/devices/:device', path: '/v1/devices/phone', access: 'admin', status: 204, foreign: 404 },
  { route: 'DELETE /v1/users/:user', path: '/v1/users/carl', access: 'admin', status: 204, foreign: 404 },
  { route: 'GET /v1/trunks', access: 'admin', status: 200 },
  { route: 'POST /v1/trunks', access: 'admin', body: { id: 'line', ...line }, status: 409, foreign: 409 },
  { route: 'GET /v1/trunks/:trunk', path: '/v1/trunks/line', access: 'admin', status: 200, foreign: 404 },
  {
    route: 'PUT /v1/trunks/:trunk',
    path: '/v1/trunks/line',
    access: 'admin',
    body: line,
    headers: overwrite,
    status: 200,
    foreign: 404,
  },
  { route: 'DELETE /v1/trunks/:trunk', path: '/v1/trunks/line', access: 'admin', status: 204, foreign: 404 },
  { route: 'GET /v1/audit', access: 'admin', status: 200 },

  { route: 'GET /v1/tenants', access: 'operator', status: 200 },
  { route: 'GET /v1/tenants/:tenant', path: '/v1/tenants/bakery', access: 'operator', status: 200 },
  {
    route: 'POST /v1/tenants',
    ...{ access: 'operator', status: 201 },
    body: {
      id: 'florist',
      ...company,
      admin: { name: 'Fleur', extension: '201', account: { login: 'fleur@example.com' } },
    },
  },
  { route: 'PUT /v1/tenants/:tenant', path: '/v1/tenants/bakery', access: 'operator', body: company, status: 200 },
  {
    route: 'PUT /v1/tenants/:tenant/users/:user/login',
    path: '/v1/tenants/garage/users/gina/login',
    access: 'operator',
    body: { login: 'gina2@example.com' },
    status: 200,
  },
  {
    route: 'PUT /v1/tenants/:tenant/numbers/:number',
    path: '/v1/tenants/bakery/numbers/0851234569',
    access: 'operator',
    body: {},
    status: 200,
  },
  {
    route: 'DELETE /v1/tenants/:tenant/numbers/:number',
    path: '/v1/tenants/bakery/numbers/+31851234569',
    access: 'operator',
    status: 204,
  },
  {
    route: 'PUT /v1/tenants/:tenant/users/:user/vamos-number',
    path: '/v1/tenants/bakery/users/bob/vamos-number',
    access: 'operator',
    body: { number: '06-87654321' },
    status: 200,
  },
  {
    route: 'DELETE /v1/tenants/:tenant/users/:user/vamos-number',
    path: '/v1/tenants/bakery/users/bob/vamos-number',
    access: 'operator',
    status: 200,
  },
  // The last, since it is what it says.
  { route: 'DELETE /v1/sessions/current', access: 'user', status: 204 },
];

const byOthers: ReadonlySet<string> = new Set(['GET /openapi.json', 'GET /v1/events']);

describe('who may ask the API for what', () => {
  let world: ApiWorld;
  let document: ApiDocument;
  let tokens: Readonly<Record<'revoked' | 'plain' | 'admin' | 'foreign', string>>;

  before(async () => {
    world = await startWorld();
    await furnish(world);
    document = (await world.ask(undefined, 'GET', '/openapi.json')).body;
    const revoked = await world.signIn('bob');
    await world.ask(revoked, 'DELETE', '/v1/sessions/current');
    tokens = {
      revoked,
      plain: await world.signIn('bob'),
      admin: await world.signIn('anna'),
      foreign: await world.signIn('gina'),
    };
  });
  after(() => world.stop());

  it('is said in this table for every route that there is', () => {
    const served = world.routes
      .filter(({ method, url }) => method !== 'HEAD' && !url.startsWith('/docs') && !byOthers.has(`${method} ${url}`))
      .map(({ method, url, access }) => `${access}: ${method} ${url}`);
    assert.deepEqual(served.sort(), rows.map(({ access, route }) => `${access}: ${route}`).sort());
  });

  const ask = (row: Row, token: string | undefined) => {
    const [method = '', url = ''] = row.route.split(' ');
    return world.ask(token, method, row.path ?? url, row.body, row.headers);
  };

  // First whoever may not: nothing is changed by it.
  for (const row of rows.filter(({ access }) => access !== 'anyone')) {
    it(`${row.route} is refused to whoever may not`, async () => {
      const { audit } = world.store.settings;
      const before = await audit('bakery' as TenantId, undefined, 1);
      assert.equal((await ask(row, undefined)).status, 401, 'no token');
      assert.equal((await ask(row, tokens.revoked)).status, 401, 'a revoked token');
      if (row.access !== 'user') assert.equal((await ask(row, tokens.plain)).status, 403, 'a plain user');
      if (row.access === 'operator') assert.equal((await ask(row, tokens.admin)).status, 403, 'an administrator');
      else assert.equal((await ask(row, operatorToken)).status, 403, 'the operator');
      if (row.foreign !== undefined) {
        const answer = await ask(row, tokens.foreign);
        assert.equal(answer.status, row.foreign, `another company's administrator: ${answer.text}`);
        assert.doesNotMatch(answer.text, /bakery|Bakery/);
        assert.deepEqual(wrongWith(document, row.route, answer), []);
      }
      assert.deepEqual(await audit('bakery' as TenantId, undefined, 1), before, 'something was changed');
    });
  }

  for (const row of rows) {
    it(`${row.route} comes to ${row.status} for whoever may`, async () => {
      const token = { anyone: undefined, user: tokens.plain, admin: tokens.admin, operator: operatorToken }[row.access];
      const answer = await ask(row, token);
      assert.equal(answer.status, row.status, answer.text);
      assert.deepEqual(wrongWith(document, row.route, answer), []);
    });
  }
});

async function furnish({ store, clock }: ApiWorld): Promise<void> {
  const tenant = 'bakery' as TenantId;
  const lunch: Diversion = {
    ...{ id: 'lunch' as DiversionId, tenant, plan: 'shop' as PlanId, name: 'Lunch', group: undefined, position: 1 },
    ...{ to: { kind: 'hang-up' }, on: false, until: undefined },
  };
  const credentials = hashCredentials('carls-phone', 'qaller', 'a password');
  const auth = { username: 'account', password: 'a password' };
  await store.directory.save({
    devices: [
      { id: 'phone' as DeviceId, tenant, user: 'carl' as UserId, kind: 'desk', username: 'carls-phone', credentials },
    ],
    diversions: [lunch],
    trunks: [newTrunk({ id: 'line' as TrunkId, tenant, host: 'sip.carrier.example', auth })],
  });
  await store.voicemail.save({
    ...{ id: 'annas', tenant, user: 'anna' as UserId, call: 'c1', from: undefined, fromName: undefined },
    ...{ at: clock.now(), milliseconds: 4_000, file: 'annas.wav' },
  });
}
