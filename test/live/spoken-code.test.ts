import assert from 'node:assert/strict';
import { request } from '../support/api/world.ts';
import { TestExchange } from '../support/exchange.ts';
import { freePort } from '../support/free-port.ts';
import { Phone } from '../support/phone/phone.ts';
import { spokenDigits } from '../support/spoken-digits.ts';

const addresses = { carrier: '127.0.0.41', spare: '127.0.0.42' } as const;
const mobile = '+31612345678';

describe('a code that is told by a call', function () {
  this.timeout(25_000);
  let test: TestExchange;
  let carrier: Phone;
  let spare: Phone;
  let token: string;

  before(async () => {
    const ports = { carrier: await freePort(addresses.carrier), spare: await freePort(addresses.spare) };
    const trunk = (id: keyof typeof addresses, rest: string) =>
      `{ id: ${id}, host: ${addresses[id]}, port: ${String(ports[id])}, sources: [${addresses[id]}/32], ${rest} }`;
    test = await TestExchange.start({
      QALLER_TRUNKS: `[${trunk('carrier', 'priority: 1, channels: 1')}, ${trunk('spare', 'priority: 2')}]`,
      QALLER_API__CODES: '{ by: call }',
    });
    const phone = (id: keyof typeof addresses) =>
      Phone.start({ username: id, server: test.server(), address: addresses[id], port: ports[id] });
    [carrier, spare] = [await phone('carrier'), await phone('spare')];
    const sanne = test.exchange.newLogins.find(({ login }) => login.startsWith('sanne@'));
    assert.ok(sanne);
    const { login, password } = sanne;
    const signedIn = await ask('POST', '/v1/sessions', { login, password });
    token = String(signedIn.body.token);
  });
  after(async () => {
    await Promise.all([carrier.close(), spare.close()]);
    await test.stop();
  });
  afterEach(() => {
    carrier.react = () => ({ do: 'usual' });
    carrier.expectNoSurprises();
    spare.expectNoSurprises();
    assert.equal(test.exchange.media.load().endpoints, 0);
  });

  function ask(method: string, path: string, body?: unknown): ReturnType<typeof request> {
    const { address, port } = test.exchange.api;
    const headers = { authorization: `Bearer ${token}` };
    return request(`http://${address}:${String(port)}${path}`, method, body, token === undefined ? {} : headers);
  }

  const askCode = () => ask('PUT', '/v1/me/mobile', { number: '06-12345678' });

  it('rings the mobile, says six digits, and makes the number count once they are repeated', async () => {
    const asked = askCode();
    const incoming = await carrier.incomingCall();
    assert.match(incoming.request.uri, /^sip:\+31612345678@127\.0\.0\.41/);
    assert.match(incoming.request.headers.get('From') ?? '', /^<sip:\+31851234567@/);
    assert.match(incoming.request.headers.get('P-Asserted-Identity') ?? '', /^<sip:\+31851234567@/);
    incoming.ring();
    const talk = await incoming.answer();
    const heard = talk.audio.ear.record();
    assert.equal((await asked).status, 202, 'told once it was answered, not once it was said');

    const again = await ask('PUT', '/v1/me/mobile', { number: '06-12345678' });
    assert.deepEqual([again.status, again.body.code], [503, 'CODE_NOT_TOLD']);
    assert.match(again.body.detail, /is being called with a code already/);

    // It holds the only channel of its trunk.
    const joris = await test.registered('202-desk');
    const outward = await joris.invite('0201234567');
    (await spare.incomingCall()).refuse(486);
    assert.equal((await outward.finished()).status, 486);
    await test.call(1);

    await talk.silence(1_300, { withinMs: 14_000 });
    const code = spokenDigits(heard(), 'nl', 6);
    assert.match(code, /^\d{6}$/);
    const proved = await ask('POST', '/v1/me/mobile/verification', { code });
    assert.deepEqual([proved.status, proved.body.mobileNumber], [200, mobile], proved.text);
    await talk.hangUp();

    const { record } = await test.call(2);
    const { outcome, answeredBy, endedBy, fault, direction, caller, dialled, legs, media } = record;
    assert.deepEqual([outcome, answeredBy, endedBy, fault], ['answered', 'party', 'callee', undefined]);
    assert.deepEqual([direction, caller, dialled], ['outbound', '+31851234567', mobile]);
    assert.deepEqual(legs, [
      { leg: 'callee-1', target: { kind: 'trunk', trunk: 'carrier' }, outcome: 'answered', status: 200 },
    ]);
    assert.ok((media?.callee.packetsSent ?? 0) > 200, 'its sound is not counted');
    const kept = await test.exchange.store.records.count();
    assert.equal(kept, 2);
  });

  it('goes by the next trunk when one fails, says what to do when the telephone is busy, and counts for nothing', async () => {
    carrier.react = ({ method }) => (method === 'INVITE' ? { do: 'reply', status: 503 } : { do: 'usual' });
    const asked = askCode();
    (await spare.incomingCall()).refuse(486);
    const { status, body } = await asked;
    assert.deepEqual([status, body.code], [503, 'CODE_NOT_TOLD']);
    assert.match(body.detail, /the telephone is busy: end its call/);
    const { record } = await test.call(3);
    assert.deepEqual([record.outcome, record.fault, record.legs.length], ['busy', 'CALLEE_BUSY', 2]);
    assert.deepEqual(
      record.legs.map(({ outcome, status: final }) => [outcome, final]),
      [
        ['failed', 503],
        ['busy', 486],
      ],
    );
  });

  it('is called off when the exchange stops, and the app learns why', async () => {
    const asked = askCode();
    const incoming = await carrier.incomingCall();
    incoming.ring();
    const codes = test.exchange.stop();
    assert.equal((await incoming.ended).how, 'cancelled');
    const { status, body } = await asked;
    assert.deepEqual([status, body.code], [503, 'CODE_NOT_TOLD']);
    await codes;
  });
});
