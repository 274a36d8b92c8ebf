/* eslint-disable @typescript-eslint/no-explicit-any -- a test reads of an answer what it expects to be there */
import assert from 'node:assert/strict';
import { Fault } from '../../../src/faults/fault.ts';
import type { TenantId, UserId } from '../../../src/directory/types.ts';
import { type ApiWorld, operatorToken, password, startWorld } from '../../support/api/world.ts';

const minute = 60_000;

describe('what users set for themselves', () => {
  let world: ApiWorld;
  let bob: string;

  beforeEach(async () => {
    world = await startWorld();
    bob = await world.signIn('bob');
  });
  afterEach(() => world.stop());

  const put = (path: string, body?: unknown) => world.ask(bob, 'PUT', `/v1/me/${path}`, body);
  const detail = async (answer: Promise<{ status: number; body: any }>) => {
    const { status, body } = await answer;
    return `${status} ${String(body.code)}: ${String(body.detail)}`;
  };

  it('are shown together, without the circles that are not enabled', async () => {
    const { body } = await world.ask(bob, 'GET', '/v1/me');
    assert.deepEqual(body, {
      ...{ id: 'bob', name: 'Person bob', role: 'user', extension: '202', route: { is: 'normal' }, anonymous: false },
      tenant: { id: 'bakery', name: 'The Bakery', timeZone: 'Europe/Amsterdam', language: 'nl' },
      ...{ ringTargets: { desk: true, qaller: false }, bookmarks: [] },
      presentableNumbers: ['+31851234567', '+31851234568'],
    });
  });

  it('send calls to a plan, a colleague or a number as it is dialled at home, and nowhere else', async () => {
    const number = await put('route', { is: 'divert', to: { kind: 'number', number: '06-12345678' } });
    assert.deepEqual(number.body.route, { is: 'divert', to: { kind: 'number', number: '+31612345678' } });
    assert.equal((await put('route', { is: 'divert', to: { kind: 'user', user: 'anna' } })).status, 200);
    const to = (destination: object) => detail(put('route', { is: 'divert', to: destination }));
    assert.match(await to({ kind: 'number', number: '112' }), /422 NOT_POSSIBLE: 112 cannot be used here/);
    for (const number of ['+31112', '+112'])
      assert.match(await to({ kind: 'number', number }), /422 NOT_POSSIBLE: .* cannot be used here/);
    for (const number of ['+319001234', '+31 900 123 4567', '+449098790000'])
      assert.match(await to({ kind: 'number', number }), /422 NOT_POSSIBLE: .* is paid for by the call/);
    assert.match(await to({ kind: 'user', user: 'bob' }), /422 NOT_POSSIBLE: .*yourself/);
    assert.match(await to({ kind: 'user', user: 'gina' }), /422 NOT_POSSIBLE: there is no colleague "gina"/);
    assert.match(await to({ kind: 'plan', plan: 'pit' }), /422 NOT_POSSIBLE: there is no plan "pit"/);
    assert.match(await to({ kind: 'mobile', user: 'anna' }), /400 BAD_REQUEST/);
    assert.match(await detail(put('route', { is: 'mobile' })), /422 NOT_POSSIBLE: no mobile number was verified/);
  });

  it('put circles on and off, of those that are enabled', async () => {
    assert.deepEqual((await put('ring-targets', { qaller: true })).body.ringTargets, { desk: true, qaller: true });
    assert.deepEqual((await put('ring-targets/desk', { on: false })).body.ringTargets, { desk: false, qaller: true });
    assert.match(await detail(put('ring-targets', { vamos: true })), /422 NOT_POSSIBLE: "vamos" is not enabled/);
    assert.equal((await put('ring-targets/vamos', { on: true })).status, 404);
  });

  it('choose the number that is shown, among those that an administrator allows', async () => {
    assert.equal((await put('presented-number', { number: '085-1234568' })).body.presentedNumber, '+31851234568');
    assert.match(await detail(put('presented-number', { number: '085-7654321' })), /not among your presentableNumbers/);
    assert.equal((await put('presented-number', { number: null })).body.presentedNumber, undefined);
  });

  it('list bookmarked plans first', async () => {
    await put('bookmarks/shop');
    const { body } = await world.ask(bob, 'GET', '/v1/phonebook');
    assert.deepEqual(
      body.plans.map(({ id, bookmarked }: any) => [id, bookmarked]),
      [
        ['shop', true],
        ['office', false],
      ],
    );
    assert.deepEqual(body.plans[0].numbers, ['+31851234567', '+31851234568']);
    assert.deepEqual(
      body.colleagues.map(({ id }: any) => id),
      ['anna', 'bob', 'carl'],
    );
  });

  it('have a mobile number once its code was repeated, and calls go there then', async () => {
    const asked = await put('mobile', { number: '06 12345678' });
    assert.equal(asked.status, 202);
    assert.equal(asked.body.number, '+31612345678');
    const code = world.told[0]?.code ?? '';
    assert.match(code, /^\d{6}$/);
    const repeat = (text: string) => world.ask(bob, 'POST', '/v1/me/mobile/verification', { code: text });
    const other = code === '000000' ? '000001' : '000000';
    assert.match(await detail(repeat(other)), /422 WRONG_CODE: the code is wrong: type it again, 4 more/);
    assert.equal((await repeat(code)).body.mobileNumber, '+31612345678');
    assert.match(await detail(repeat(code)), /422 WRONG_CODE/, 'a code can be used once');
    assert.equal((await put('route', { is: 'mobile' })).status, 200);
    const removed = await world.ask(bob, 'DELETE', '/v1/me/mobile');
    assert.deepEqual([removed.body.mobileNumber, removed.body.route], [undefined, { is: 'normal' }]);
  });

  it('cannot try a code more than five times, nor after ten minutes, nor ask for more than three an hour', async () => {
    const repeat = (code: string) => world.ask(bob, 'POST', '/v1/me/mobile/verification', { code });
    await put('mobile', { number: '0612345678' });
    const first = world.told[0]?.code ?? '';
    const wrong = first === '000000' ? '000001' : '000000';
    for (let count = 0; count < 5; count++) assert.equal((await repeat(wrong)).status, 422);
    assert.match(await detail(repeat(first)), /tried too often/);
    await put('mobile', { number: '0612345678' });
    world.clock.advance(10 * minute);
    assert.match(await detail(repeat(world.told[1]?.code ?? '')), /ask for a new one/);
    await put('mobile', { number: '0612345678' });
    const fourth = await put('mobile', { number: '0612345678' });
    assert.equal(fourth.status, 429);
    assert.equal(fourth.headers.get('retry-after'), String(50 * 60));
    world.clock.advance(50 * minute);
    assert.equal((await put('mobile', { number: '0612345678' })).status, 202);
  });

  it('lose nothing when the code cannot be told', async () => {
    const asked = await put('mobile', { number: '0612345678' });
    assert.equal(asked.status, 202);
    world.teller = { tell: () => Promise.reject(new Fault('CODE_NOT_TOLD', 'the gateway is down')) };
    assert.match(await detail(put('mobile', { number: '0687654321' })), /503 CODE_NOT_TOLD: the gateway is down/);
    const code = world.told[0]?.code;
    const verified = await world.ask(bob, 'POST', '/v1/me/mobile/verification', { code });
    assert.equal(verified.body.mobileNumber, '+31612345678');
    world.teller = undefined;
    assert.match(await detail(put('mobile', { number: '0687654321' })), /sets api\.codes/);
  });

  it('refuse a number of the exchange itself as a mobile number', async () => {
    assert.match(await detail(put('mobile', { number: '085-1234567' })), /is a number of this exchange/);
  });

  it('hear their own messages, and nobody else’s', async () => {
    const message = {
      tenant: 'bakery' as TenantId,
      call: 'c1',
      from: '+31612345678',
      fromName: undefined,
      at: world.clock.now(),
      milliseconds: 4_000,
    };
    await world.store.voicemail.save({ ...message, id: 'bobs', user: 'bob' as UserId, file: 'bobs.wav' });
    await world.store.voicemail.save({ ...message, id: 'lost', user: 'bob' as UserId, file: 'gone.wav' });
    await world.store.voicemail.save({ ...message, id: 'annas', user: 'anna' as UserId, file: 'annas.wav' });
    const { body } = await world.ask(bob, 'GET', '/v1/me/voicemail');
    assert.deepEqual(body.items.map(({ id }: any) => id).sort(), ['bobs', 'lost']);
    const sound = await world.ask(bob, 'GET', '/v1/me/voicemail/bobs/audio');
    assert.deepEqual([sound.status, sound.headers.get('content-type'), sound.text], [200, 'audio/wav', 'RIFF....WAVE']);
    assert.equal((await world.ask(bob, 'GET', '/v1/me/voicemail/annas/audio')).status, 404);
    assert.equal((await world.ask(bob, 'GET', '/v1/me/voicemail/lost/audio')).status, 404);
  });

  it('are no longer signed in elsewhere after another password', async () => {
    const elsewhere = await world.signIn('bob');
    assert.equal((await put('password', { current: password, password: 'a longer password' })).status, 204);
    assert.equal((await world.ask(elsewhere, 'GET', '/v1/me')).status, 401);
    assert.equal((await world.ask(bob, 'GET', '/v1/me')).status, 200);
  });
});

describe('signing in', () => {
  it('says the same of a wrong password and of an unknown login, and limits attempts', async () => {
    const world = await startWorld({ rates: { requestsPerMinute: 1_000, signInsPerMinute: 100, signInsPerLogin: 3 } });
    try {
      const attempt = (login: string) => world.ask(undefined, 'POST', '/v1/sessions', { login, password: 'wrong' });
      const [wrong, unknown] = await Promise.all([attempt('bob@example.com'), attempt('nobody@example.com')]);
      assert.equal(wrong.status, 401);
      assert.equal(wrong.text, unknown.text);
      await attempt('BOB@example.com');
      await attempt('bob@example.com');
      const limited = await attempt('bob@example.com');
      assert.deepEqual([limited.status, limited.body.code], [429, 'TOO_MANY_REQUESTS']);
      assert.ok(Number(limited.headers.get('retry-after')) > 0);
    } finally {
      await world.stop();
    }
  });

  it('lasts until the session is over', async () => {
    const world = await startWorld({ sessionDays: 1 });
    try {
      const token = await world.signIn('bob');
      world.clock.advance(24 * 60 * minute - 1);
      assert.equal((await world.ask(token, 'GET', '/v1/me')).status, 200);
      world.clock.advance(1);
      assert.equal((await world.ask(token, 'GET', '/v1/me')).status, 401);
    } finally {
      await world.stop();
    }
  });
});

describe('what administrators set', () => {
  let world: ApiWorld;
  let anna: string;

  before(async () => {
    world = await startWorld({ privateTrunks: false });
    anna = await world.signIn('anna');
  });
  after(() => world.stop());

  const ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    world.ask(anna, method, `/v1/${path}`, body, headers);
  const plan = { name: 'Shop', outsideSees: 'caller', steps: [{ do: 'hang-up' }] };

  it('is not overwritten by whoever read it before another changed it', async () => {
    const read = await ask('GET', 'plans/shop');
    const etag = read.headers.get('etag') ?? '';
    assert.equal((await ask('GET', 'plans/shop', undefined, { 'if-none-match': etag })).status, 304);
    assert.equal((await ask('PUT', 'plans/shop', plan)).status, 428);
    const written = await ask('PUT', 'plans/shop', plan, { 'if-match': etag });
    assert.equal(written.status, 200);
    assert.notEqual(written.headers.get('etag'), etag);
    const again = await ask('PUT', 'plans/shop', plan, { 'if-match': etag });
    assert.equal(again.status, 200, 'the same change twice is one change');
    const late = await ask('PUT', 'plans/shop', { ...plan, name: 'Late' }, { 'if-match': etag });
    assert.deepEqual([late.status, late.body.code], [412, 'CHANGED_MEANWHILE']);
    assert.match(late.body.detail, /read it again/);
    const made = { 'if-none-match': '*' };
    assert.equal((await ask('PUT', 'plans/mine', plan, made)).status, 201);
    assert.equal((await ask('PUT', 'plans/mine', { ...plan, name: 'Other' }, made)).status, 412);
  });

  it('comes page by page, and what comes meanwhile shifts nothing', async () => {
    for (const id of ['c', 'a', 'b'])
      await ask('PUT', `plans/page-${id}`, { ...plan, name: `~${id}` }, { 'if-none-match': '*' });
    const first = await ask('GET', 'plans?limit=2');
    assert.equal(first.body.items.length, 2);
    const seen: string[] = first.body.items.map(({ id }: any) => id);
    for (let next = first.body.next; next !== undefined;) {
      const page = await ask('GET', `plans?limit=2&cursor=${String(next)}`);
      seen.push(...page.body.items.map(({ id }: any) => String(id)));
      next = page.body.next;
    }
    assert.deepEqual(seen.slice(-3), ['page-a', 'page-b', 'page-c']);
    assert.equal(new Set(seen).size, seen.length);
    assert.equal((await ask('GET', 'plans?cursor=rubbish')).status, 400);
  });

  it('tells which switch of the group went off', async () => {
    const put = (id: string, position: number) =>
      ask(
        'PUT',
        `plans/shop/diversions/${id}`,
        { name: id, group: 'A', position, to: { kind: 'hang-up' } },
        { 'if-none-match': '*' },
      );
    await put('lunch', 1);
    await put('closed', 2);
    const state = (id: string, body: unknown) => ask('PUT', `plans/shop/diversions/${id}/state`, body);
    assert.equal((await state('lunch', { on: true })).body.switchedOff, undefined);
    const until = new Date(world.clock.now() + minute).toISOString();
    const { body } = await state('closed', { on: true, until });
    assert.deepEqual(
      [body.diversion.on, body.diversion.until, body.switchedOff.id, body.switchedOff.on],
      [true, until, 'lunch', false],
    );
    const audit = await ask('GET', 'audit?limit=1');
    const [entry] = audit.body.items;
    assert.deepEqual(
      [entry.did, entry.switchedOff, entry.by],
      ['switched-on', 'lunch', { kind: 'user', user: 'anna' }],
    );
    const past = new Date(world.clock.now() - 1).toISOString();
    assert.equal((await state('lunch', { on: true, until: past })).status, 422);
  });

  it('shows a SIP password once, and the login password that was made', async () => {
    const person = {
      id: 'dora',
      name: 'Dora',
      extension: '209',
      role: 'user',
      circles: ['desk'],
      presentableNumbers: [],
    };
    const made = await ask('POST', 'users', { ...person, account: { login: 'dora@example.com' } });
    assert.equal(made.status, 201, made.text);
    const signedIn = await world.ask(undefined, 'POST', '/v1/sessions', {
      login: 'Dora@example.com',
      password: made.body.password,
    });
    assert.equal(signedIn.status, 201);
    const device = await ask('POST', 'users/dora/devices', { kind: 'desk' });
    assert.equal(typeof device.body.password, 'string');
    const list = await ask('GET', 'users/dora/devices');
    assert.equal(list.text.includes(device.body.password), false);
    assert.deepEqual(list.body.items[0].registrations, []);
    assert.match((await ask('POST', 'users/dora/devices', { kind: 'qaller' })).body.detail, /not enabled for Dora/);
  });

  it('keeps one administrator', async () => {
    assert.match((await ask('DELETE', 'users/anna')).body.detail, /last administrator/);
  });

  it('has lines that prove who they are, whose password is not told to another host', async () => {
    const line = {
      host: 'sip.carrier.example',
      transport: 'tls',
      priority: 1,
      format: 'national',
      country: 'NL',
      inbound: false,
    };
    const auth = { username: 'account', password: 'the carrier knows it' };
    const put = (body: object, headers = { 'if-match': '*' } as Record<string, string>) =>
      ask('PUT', 'trunks/ours', body, headers);
    assert.equal((await put(line, { 'if-none-match': '*' })).status, 422);
    const made = await put({ ...line, auth, inbound: true }, { 'if-none-match': '*' });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.text.includes(auth.password), false);
    assert.equal(typeof made.body.inboundPassword, 'string');
    const same = { ...line, auth: { username: 'account' }, inbound: true };
    const kept = await put({ ...same, priority: 2 });
    assert.deepEqual([kept.status, kept.body.inboundPassword], [200, undefined]);
    assert.equal((await put({ ...same, host: 'sip.thief.example' })).status, 422);
    assert.match((await put({ ...line, auth, host: '127.0.0.1' })).body.detail, /inside a network/);
  });

  it('has no numbers but those that the operator gives', async () => {
    const give = (tenant: string, number: string) =>
      world.ask(operatorToken, 'PUT', `/v1/tenants/${tenant}/numbers/${number}`, {});
    assert.match((await give('garage', '+31851234567')).body.detail, /another company's/);
    const { body } = await give('bakery', '085-1234569');
    const ringing = await ask('GET', `plans/${String(body.plan)}`);
    assert.deepEqual(ringing.body.steps[0].who, [{ kind: 'user', user: 'anna' }]);
  });
});
