import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import type { TenantId, UserId } from '../../../src/directory/types.ts';
import { Fault } from '../../../src/faults/fault.ts';
import { type ApiWorld, password, startWorld } from '../../support/api/world.ts';

const overwrite = { 'if-match': '*' };

describe('the API among people who mean harm', () => {
  let world: ApiWorld;
  let anna: string;
  let bob: string;
  let gina: string;

  beforeEach(async () => {
    world = await startWorld();
    [anna, bob, gina] = [await world.signIn('anna'), await world.signIn('bob'), await world.signIn('gina')];
  });
  afterEach(() => world.stop());

  const person = (name: string, extension: string, role: string) => ({
    ...{ name, extension, role, circles: ['desk'], presentableNumbers: [] },
  });
  const demote = (id: string, extension: string) =>
    world.ask(anna, 'PUT', `/v1/users/${id}`, person(`Person ${id}`, extension, 'user'), overwrite);

  it('does not tell what a neighbour has by what is wrong with the body', async () => {
    const numbers = { ...person('Carl', '203', 'user'), presentableNumbers: ['+31851234567'] };
    assert.equal((await world.ask(gina, 'PUT', '/v1/users/carl', numbers, overwrite)).status, 404);
    const steps = [{ do: 'voicemail', user: 'bob' }];
    const plan = { name: 'Shop', outsideSees: 'company', steps };
    assert.equal((await world.ask(gina, 'PUT', '/v1/plans/shop', plan, overwrite)).status, 404);
  });

  it('keeps one administrator of two who are demoted or removed in the same moment', async () => {
    const promote = person('Person bob', '202', 'admin');
    assert.equal((await world.ask(anna, 'PUT', '/v1/users/bob', promote, overwrite)).status, 200);
    const answers = await Promise.all([
      demote('anna', '201'),
      demote('bob', '202'),
      world.ask(bob, 'DELETE', '/v1/users/anna'),
    ]);
    const users = await world.store.directory.users('bakery' as TenantId);
    assert.equal(users.filter(({ role }) => role === 'admin').length, 1, answers.map(({ text }) => text).join('\n'));
  });

  it('decides that in the transaction of the store', async () => {
    const { settings, directory } = world.store;
    const removal = settings.change('user', 'anna', 0, () => ({
      ...{ outcome: undefined, write: 'remove', by: { kind: 'operator' }, what: { did: 'removed' } },
      keepsAdministrator: true,
    }));
    await assert.rejects(removal, /last administrator/);
    assert.notEqual(await directory.user('anna' as UserId), undefined);
    assert.equal((await world.ask(anna, 'GET', '/v1/me')).status, 200);
  });

  it('opens no session with a password that became another while it was hashed', async () => {
    const { accounts } = world.store;
    const matches = world.parts.passwords.matches.bind(world.parts.passwords);
    const account = await accounts.of('bob' as UserId);
    assert.ok(account);
    world.parts.passwords.matches = async (text, hash) => {
      const outcome = await matches(text, hash);
      await accounts.save({ ...account, passwordHash: await world.parts.passwords.hash('quite another one') });
      await accounts.revokeAll(account.user);
      return outcome;
    };
    const answer = await world.ask(undefined, 'POST', '/v1/sessions', { login: 'bob@example.com', password });
    assert.equal(answer.status, 401, answer.text);
    assert.deepEqual(await accounts.sessionsOf(account.user, world.clock.now()), []);
  });

  it('writes down that a password was changed and that somebody was signed out, without either', async () => {
    await world.ask(bob, 'PUT', '/v1/me/password', { current: password, password: 'a longer password' });
    await world.ask(anna, 'DELETE', '/v1/users/bob/sessions');
    const [out, changed] = (await world.ask(anna, 'GET', '/v1/audit?limit=2')).body.items;
    assert.deepEqual([changed.by.user, changed.object.id, changed.settings], ['bob', 'bob', ['password']]);
    assert.deepEqual([out.by.user, out.object.id, out.settings], ['anna', 'bob', ['sessions']]);
  });

  it('refuses texts with control characters or half a character', async () => {
    for (const name of ['Carl\0', 'Ca\u001brl', 'Carl \ud83d', 'Ca\u0085rl']) {
      const body = { ...person(name, '203', 'user') };
      const answer = await world.ask(anna, 'PUT', '/v1/users/carl', body, overwrite);
      assert.equal(answer.status, 400, JSON.stringify(name));
      assert.match(answer.body.detail, /control characters/);
    }
  });

  it('reads no number that is none, and survives depth', async () => {
    const put = (body: string) => world.ask(bob, 'PUT', '/v1/me/anonymous', body);
    for (const body of ['{"anonymous": 1e400}', '['.repeat(100_000), `${'['.repeat(9_000)}${']'.repeat(9_000)}`]) {
      assert.equal((await put(body)).status, 400);
    }
    const position = '{"name": "x", "position": 1e400, "to": {"kind": "hang-up"}}';
    assert.equal((await world.ask(anna, 'POST', '/v1/plans/shop/diversions', position)).status, 400);
    assert.equal((await world.ask(anna, 'GET', '/v1/users/%252e%252e')).status, 400);
    assert.equal((await world.ask(anna, 'GET', '/v1/users/carl%00')).status, 400);
  });

  it('tells codes to mobile numbers of the country only', async () => {
    for (const number of [
      '0900-1234567',
      '085-7654399',
      '+881612345678',
      '+447400123456',
      '+491511234567',
      '088-1234567',
    ]) {
      const answer = await world.ask(bob, 'PUT', '/v1/me/mobile', { number });
      assert.equal(answer.status, 422, `${number}: ${answer.text}`);
    }
    assert.deepEqual(world.told, []);
    assert.equal((await world.ask(bob, 'PUT', '/v1/me/mobile', { number: '06-12345678' })).status, 202);
  });

  it('does not try to tell codes without end, though they reach nobody', async () => {
    let tries = 0;
    world.teller = {
      tell: async () => {
        tries++;
        throw new Fault('CODE_NOT_TOLD', 'nobody answered');
      },
    };
    for (let count = 0; count < 15; count++) await world.ask(bob, 'PUT', '/v1/me/mobile', { number: '06-12345678' });
    assert.equal((await world.ask(anna, 'PUT', '/v1/me/mobile', { number: '06-12345678' })).status, 429);
    assert.equal(tries, 10);
  });

  it('counts each way to write a login as the same', async () => {
    const strict = await startWorld({
      rates: { requestsPerMinute: 1_000, signInsPerMinute: 1_000, signInsPerLogin: 3 },
    });
    try {
      const guess = (login: string) => strict.ask(undefined, 'POST', '/v1/sessions', { login, password: 'wrong' });
      for (const login of ['bob@example.com', ' bob@example.com', 'BOB@example.com  ']) await guess(login);
      assert.equal((await guess('\uff42ob@example.com')).status, 429);
    } finally {
      await strict.stop();
    }
  });

  it('does not let a stranger elsewhere keep somebody from signing in', async () => {
    const rates = { requestsPerMinute: 1_000, signInsPerMinute: 1_000, signInsPerLogin: 3 };
    const strict = await startWorld({ rates }, { trustedProxies: ['127.0.0.0/8'] });
    try {
      const from = (address: string, secret: string) =>
        strict.ask(
          undefined,
          'POST',
          '/v1/sessions',
          { login: 'bob@example.com', password: secret },
          { 'x-forwarded-for': address },
        );
      for (let count = 0; count < 10; count++) await from('192.0.2.1', 'wrong');
      assert.equal((await from('192.0.2.1', password)).status, 429);
      assert.equal((await from('192.0.2.2', password)).status, 201);
    } finally {
      await strict.stop();
    }
  });

  it('lets no WebSocket say more than a token and pings, nor one session hold more than twenty', async () => {
    const open = (): Promise<WebSocket> => {
      const socket = new WebSocket(`${world.url.replace('http', 'ws')}/v1/events`, ['qaller.v1', `token.${bob}`]);
      return new Promise((resolve, reject) => {
        socket.once('message', () => resolve(socket)).once('error', reject);
      });
    };
    const closing = (socket: WebSocket) => new Promise((resolve) => socket.once('close', resolve));
    const first = await open();
    const gone = closing(first);
    const others: WebSocket[] = [];
    for (let count = 0; count < 20; count++) others.push(await open());
    assert.equal(await gone, 4429);
    const [talker] = others;
    assert.ok(talker);
    const silenced = closing(talker);
    for (let count = 0; count < 100; count++) talker.send('{}');
    assert.equal(await silenced, 1006);
    others.forEach((socket) => socket.terminate());
  });

  it('ends a WebSocket at the next heartbeat when its session ended where no feed tells of it', async () => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/v1/events`, ['qaller.v1', `token.${bob}`]);
    await new Promise((resolve) => socket.once('message', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await world.forgetSessions('bob');
    world.clock.advance(30_000);
    assert.equal(await closed, 4403);
  });
});
