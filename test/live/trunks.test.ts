import assert from 'node:assert/strict';
import { newTrunk } from '../../src/directory/new.ts';
import type { E164, TrunkId, User, UserId } from '../../src/directory/types.ts';
import type { SipRequest } from '../../src/sip-engine/message/types.ts';
import { TestExchange } from '../support/exchange.ts';
import { freePort } from '../support/free-port.ts';
import type { Endpoint } from '../support/phone/link.ts';
import { Phone } from '../support/phone/phone.ts';
import type { Reaction } from '../support/phone/stack.ts';

const challenge = 'Digest realm="carrier", nonce="abc", qop="auth", algorithm=SHA-256';
const sim = '+31612345670';
const company = '+31851234567';

/** A registrar that wants a password for everything, and grants a minute. */
function registrar(request: SipRequest): Reaction {
  if (!['REGISTER', 'INVITE'].includes(request.method)) return { do: 'usual' };
  if (!request.headers.has('Authorization')) {
    return { do: 'reply', status: 401, headers: { 'WWW-Authenticate': challenge } };
  }
  if (request.method !== 'REGISTER') return { do: 'usual' };
  const [contact] = request.headers.all('Contact');
  return { do: 'reply', status: 200, headers: { Contact: `${contact ?? ''};expires=60` } };
}

describe('two trunks of the running exchange', function () {
  this.timeout(20_000);
  let test: TestExchange;
  let first: Phone;
  let second: Phone;
  let joris: Phone;

  before(async () => {
    const server = { address: '127.0.0.1', port: await freePort(), transport: 'udp' } as const;
    first = await Phone.start({ username: 'first', server, address: '127.0.0.35', t1: 50 });
    second = await Phone.start({ username: 'second', server, address: '127.0.0.36', t1: 50 });
    const at = ({ local }: { local: Endpoint }): string => `host: ${local.address}, port: ${String(local.port)}`;
    test = await TestExchange.start({
      QALLER_SIP__LISTEN: `["udp:127.0.0.1:${String(server.port)}"]`,
      QALLER_SIP__TIMERS__T1: '50',
      QALLER_TRUNKS: `[
        { id: second, ${at(second)}, priority: 2, format: international },
        { id: first, ${at(first)}, priority: 1, channels: 1 }]`,
    });
    joris = await test.registered('202-desk');
  });
  after(async () => {
    await test.stop();
    await first.close();
    await second.close();
  });
  afterEach(() => {
    first.react = () => ({ do: 'usual' });
  });

  async function reaches(phone: Phone, uri: RegExp): Promise<void> {
    const call = await joris.invite('0612345678');
    const incoming = await phone.incomingCall({ withinMs: 8000 });
    assert.match(incoming.request.uri, uri);
    incoming.refuse(486);
    assert.equal((await call.finished()).status, 486);
  }

  it('carry a call by the one with the lower priority', () => reaches(first, /^sip:\+31612345678@127\.0\.0\.35/));

  it('carry it by the other, in its own format, when the first is out of order', async () => {
    first.react = ({ method }) => (method === 'INVITE' ? { do: 'reply', status: 503 } : { do: 'usual' });
    await reaches(second, /^sip:0031612345678@127\.0\.0\.36/);
  });

  it('carry it by the other when the first is silent', async () => {
    first.react = () => ({ do: 'ignore' });
    const before = performance.now();
    await reaches(second, /^sip:0031612345678@127\.0\.0\.36/);
    assert.ok(performance.now() - before < 8000);
  });

  it('carry it by the other when all channels of the first are taken', async () => {
    const call = await joris.invite('0612345678');
    const talk = await (await first.incomingCall()).answer();
    const mine = await call.answered();
    await reaches(second, /^sip:0031612345678@127\.0\.0\.36/);
    await mine.hangUp();
    await talk.ended;
    await test.call(test.ended.length);
    await reaches(first, /^sip:\+31612345678@127\.0\.0\.35/);
  });
});

describe('trunks of the running exchange', function () {
  this.timeout(20_000);
  let test: TestExchange;
  let carrier: Phone;
  let operator: Phone;
  const phones: Phone[] = [];

  before(async () => {
    const server = { address: '127.0.0.1', port: await freePort(), transport: 'udp' } as const;
    carrier = await Phone.start({ username: 'carrier', server, address: '127.0.0.31', t1: 100 });
    operator = await Phone.start({ username: 'operator', server, address: '127.0.0.32', t1: 100 });
    carrier.react = registrar;
    const at = ({ local }: { local: Endpoint }): string => `host: ${local.address}, port: ${String(local.port)}`;
    test = await TestExchange.start({
      QALLER_SIP__LISTEN: `["udp:127.0.0.1:${String(server.port)}"]`,
      QALLER_SIP__TIMERS__T1: '100',
      QALLER_CALLS__RING_SECONDS: '3',
      QALLER_TRUNKS: `[
        { id: reg, ${at(carrier)}, registers: { seconds: 120 }, auth: { username: account, password: made-up },
          format: national, checkSeconds: 1 },
        { id: mobile, purpose: mobile, ${at(operator)}, sources: [127.0.0.32/32], format: digits },
        { id: roaming, host: 127.0.0.33, priority: 9, inbound: { username: roamer, password: made-up-too } }]`,
    });
    await carrier.log.first('a REGISTER with a password', ({ message, label }) => {
      return label === 'REGISTER' && message.headers.has('Authorization');
    });
  });
  after(async () => {
    await test.stop();
    await carrier.close();
    await operator.close();
  });
  afterEach(async () => {
    for (const phone of phones.splice(0)) {
      phone.expectNoSurprises();
      await phone.register({ expires: 0, contact: '*' });
      await phone.close();
    }
  });

  async function registered(username: string): Promise<Phone> {
    const phone = await test.registered(username);
    phones.push(phone);
    return phone;
  }

  async function setUser(extension: string, changes: Partial<User>): Promise<void> {
    const { directory } = test.exchange.store;
    const user = await directory.user(`voorbeeld-${extension}` as UserId);
    assert.ok(user);
    await directory.save({ users: [{ ...user, ...changes }] });
  }

  function registration(): SipRequest {
    const { message } = carrier.log.received('REGISTER').at(-1) ?? {};
    assert.ok(message?.kind === 'request');
    return message;
  }

  function own(): string {
    return /<sip:([^@]+)@/.exec(registration().headers.get('Contact') ?? '')?.[1] ?? '';
  }

  async function metrics(): Promise<string> {
    const { address, port } = test.exchange.http;
    return (await fetch(`http://${address}:${String(port)}/metrics`)).text();
  }

  it('are registered with, by a proof that only the password makes, as an address that nobody can guess', async () => {
    const { uri, headers } = registration();
    assert.equal(uri, 'sip:127.0.0.31');
    assert.match(headers.get('Authorization') ?? '', /username="account", realm="carrier".*algorithm=SHA-256/);
    assert.match(headers.get('To') ?? '', /^<sip:account@127\.0\.0\.31>$/);
    assert.equal(headers.get('Expires'), '120');
    assert.match(headers.get('Contact') ?? '', /^<sip:[A-Za-z0-9]{32}@127\.0\.0\.1:\d+>$/);
    await carrier.log.toReceive('OPTIONS');
    const shown = await metrics();
    assert.match(shown, /qaller_trunk_registered\{trunk="reg"\} 1/);
    assert.match(shown, /qaller_trunk_up\{trunk="reg"\} 1/);
    assert.doesNotMatch(shown, /qaller_trunk_up\{trunk="mobile"\}/);
  });

  it('that are registered with call us at that address, and from nowhere else', async () => {
    const sanne = await registered('201-desk');
    const headers = {
      'P-Called-Party-ID': '<sip:0851234568@carrier.example>',
      'P-Asserted-Identity': '"Klant" <sip:0612345678@carrier.example>',
    };
    const call = await carrier.invite(`sip:${own()}@127.0.0.1`, { headers });
    const incoming = await sanne.incomingCall();
    assert.match(incoming.request.headers.get('From') ?? '', /^"Klant" <sip:\+31612345678@/);
    incoming.refuse(486);
    assert.equal((await call.finished()).status, 486);
    const thief = await test.stranger('thief', 'none');
    assert.equal((await (await thief.invite(`sip:${own()}@127.0.0.1`, { headers })).finished()).status, 401);
    assert.equal((await (await carrier.invite('0851234568', { headers })).finished()).status, 401);
  });

  it('call from anywhere with their password, and not without', async () => {
    const sanne = await registered('201-desk');
    const headers = { 'P-Asserted-Identity': '<sip:+442079460123@carrier.example>' };
    const roamer = await test.stranger('roamer', 'made-up-too');
    const call = await roamer.invite('0851234568', { headers });
    const incoming = await sanne.incomingCall();
    assert.match(incoming.request.headers.get('From') ?? '', /<sip:\+442079460123@/);
    incoming.refuse(486);
    assert.equal((await call.finished()).status, 486);
    assert.equal((await roamer.tryToRegister()).status, 401);
    const liar = await test.stranger('roamer', 'made-up');
    assert.equal((await (await liar.invite('0851234568', { headers })).finished()).status, 401);
  });

  const claims: readonly (readonly [name: string, value: string])[] = [
    ['P-Asserted-Identity', '<sip:+31201234567@example.com>'],
    ['P-Preferred-Identity', '<sip:+31201234567@example.com>'],
    ['Remote-Party-ID', '<sip:+31201234567@example.com>;privacy=full'],
    ['Diversion', '<sip:+31201234567@example.com>;reason=unconditional'],
    ['History-Info', '<sip:+31201234567@example.com>;index=1'],
    ['Privacy', 'id'],
    ['Referred-By', '<sip:+31201234567@example.com>'],
    ['Subject', '+31201234567'],
    ['X-Caller', '+31201234567'],
  ];
  it('are told who calls by us, whatever a phone claims, in their own format', async () => {
    const joris = await registered('202-desk');
    for (const [name, value] of claims) {
      const call = await joris.invite('0612345678', { headers: { [name]: value } });
      const incoming = await carrier.incomingCall();
      const { uri, headers } = incoming.request;
      incoming.refuse(486);
      await call.finished();
      assert.match(uri, /^sip:0612345678@127\.0\.0\.31/);
      assert.equal(headers.get('P-Asserted-Identity'), '<sip:0851234567@127.0.0.31>', name);
      assert.match(headers.get('From') ?? '', /^<sip:0851234567@127\.0\.0\.31>;tag=/);
      assert.doesNotMatch(JSON.stringify([...headers]), /201234567|Joris|sip:202|Bakker/, name);
      for (const field of ['Privacy', 'Diversion', 'History-Info']) assert.equal(headers.get(field), undefined, name);
    }
  });

  it('are told a withheld caller in P-Asserted-Identity, and nowhere else', async () => {
    await setUser('202', { anonymous: true });
    const joris = await registered('202-desk');
    const call = await joris.invite('0612345678');
    const incoming = await carrier.incomingCall();
    incoming.refuse(486);
    await call.finished();
    await setUser('202', { anonymous: false });
    const { headers, body } = incoming.request;
    assert.match(headers.get('From') ?? '', /^"Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/);
    assert.equal(headers.get('Privacy'), 'id');
    assert.equal(headers.get('P-Asserted-Identity'), '<sip:0851234567@127.0.0.31>');
    const others = [...headers].filter(([name]) => name !== 'P-Asserted-Identity');
    assert.doesNotMatch(JSON.stringify(others) + body.toString(), /85123456\d|Joris|Bakker|voorbeeld|"202|sip:202/i);
  });

  it('bring in the calls of a user’s SIM as the user’s own, inside and out', async () => {
    await setUser('202', { vamosNumber: sim as E164, presentedNumber: company as E164 });
    const sanne = await registered('201-desk');
    const headers = { 'P-Asserted-Identity': '<sip:31612345670@operator.example>', Privacy: 'id' };
    const inside = await operator.invite('201', { headers });
    const incoming = await sanne.incomingCall();
    assert.match(incoming.request.headers.get('From') ?? '', /^"Joris Bakker" <sip:202@/);
    incoming.refuse(486);
    assert.equal((await inside.finished()).status, 486);

    const outside = await operator.invite('31612345678', { headers });
    const atCarrier = await carrier.incomingCall();
    assert.match(atCarrier.request.uri, /^sip:0612345678@/);
    assert.match(atCarrier.request.headers.get('From') ?? '', /^<sip:0851234567@/);
    assert.doesNotMatch(JSON.stringify([...atCarrier.request.headers]), /612345670/);
    atCarrier.refuse(486);
    assert.equal((await outside.finished()).status, 486);

    const stranger = { 'P-Asserted-Identity': '<sip:31612345671@operator.example>' };
    assert.equal((await (await operator.invite('201', { headers: stranger })).finished()).status, 404);
  });

  it('ring a user’s SIM where its circle is on', async () => {
    await setUser('203', { vamosNumber: '+31612345679' as E164, ringTargets: { desk: true, vamos: true } });
    const joris = await registered('202-desk');
    const call = await joris.invite('203');
    const incoming = await operator.incomingCall();
    assert.match(incoming.request.uri, /^sip:31612345679@127\.0\.0\.32/);
    incoming.refuse(486);
    assert.equal((await call.finished()).status, 486);
  });

  it('are told who sent a call on', async () => {
    await setUser('201', { personalRoute: { is: 'mobile' }, mobileNumber: '+31612345677' as E164 });
    const joris = await registered('202-desk');
    const call = await joris.invite('201');
    const incoming = await carrier.incomingCall();
    incoming.refuse(486);
    await call.finished();
    await setUser('201', { personalRoute: { is: 'normal' } });
    const { headers } = incoming.request;
    assert.match(incoming.request.uri, /^sip:0612345677@/);
    assert.match(headers.get('Diversion') ?? '', /^<sip:085123456[78]@127\.0\.0\.31>;reason=follow-me$/);
    assert.match(
      headers.get('History-Info') ?? '',
      /;index=1, <sip:0612345677@127\.0\.0\.31;cause=302>;index=1\.1;mp=1$/,
    );
  });

  it('are noticed within a second when one is added to the store, and when it is gone', async () => {
    const { directory } = test.exchange.store;
    const late = await Phone.start({ username: 'late', server: test.server(), address: '127.0.0.34', t1: 100 });
    try {
      const { address: host, port } = late.local;
      const [known] = await directory.allTrunks();
      assert.equal(known, undefined);
      await directory.save({ trunks: [newTrunk({ id: 'late' as TrunkId, host, port, checkSeconds: 60 })] });
      const asked = await late.log.toReceive('OPTIONS', 1500);
      assert.equal(asked.message.headers.get('From')?.startsWith('<sip:qaller-pbx@127.0.0.1:'), true);
    } finally {
      await late.close();
    }
  });

  it('are told at the end that we are gone', async () => {
    await test.stop();
    assert.equal(registration().headers.get('Expires'), '0');
    carrier.expectNoSurprises();
    operator.expectNoSurprises();
  });
});
