import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestExchange } from '../support/exchange.ts';
import { freePort } from '../support/free-port.ts';
import type { IncomingCall } from '../support/phone/incoming-call.ts';
import { Phone } from '../support/phone/phone.ts';

const carrierAddress = '127.0.0.21';

describe('calls through the running exchange', function () {
  this.timeout(20_000);
  let test: TestExchange;
  let carrier: Phone;
  const phones: Phone[] = [];

  before(async () => {
    const carrierPort = await freePort(carrierAddress);
    test = await TestExchange.start({
      QALLER_CALLS__RING_SECONDS: '2',
      QALLER_TRUNKS: `[{ id: carrier, host: ${carrierAddress}, port: ${String(carrierPort)}, sources: [${carrierAddress}/32], auth: { username: qaller, password: made-up } }]`,
    });
    carrier = await Phone.start({
      username: 'carrier',
      server: test.server(),
      address: carrierAddress,
      port: carrierPort,
    });
  });
  after(async () => {
    await carrier.close();
    await test.stop();
  });
  afterEach(async () => {
    for (const phone of phones.splice(0)) {
      phone.expectNoSurprises();
      await phone.register({ expires: 0, contact: '*' });
      await phone.close();
    }
  });

  async function registered(username: string, changes: Parameters<TestExchange['phone']>[1] = {}): Promise<Phone> {
    const phone = await test.registered(username, changes);
    phones.push(phone);
    return phone;
  }

  function field(incoming: IncomingCall, name: string): string | undefined {
    return incoming.request.headers.get(name);
  }

  it('show a colleague the name and extension, whatever the caller’s phone claims', async () => {
    const [joris, sanne] = [await registered('202-desk'), await registered('201-desk')];
    const claims = {
      'P-Asserted-Identity': '<sip:+31201234567@example.com>',
      'P-Preferred-Identity': '<sip:+31201234567@example.com>',
      'Remote-Party-ID': '<sip:+31201234567@example.com>;privacy=off',
      Diversion: '<sip:999@example.com>',
    };
    const call = await joris.invite('201', { headers: claims });
    const incoming = await sanne.incomingCall();
    assert.match(field(incoming, 'From') ?? '', /^"Joris Bakker" <sip:202@/);
    for (const name of Object.keys(claims)) assert.equal(field(incoming, name), undefined, `${name} got through`);
    incoming.refuse(486);
    assert.equal((await call.finished()).status, 486);
  });

  it('put the prefix of the dialled plan on the display, and only there', async () => {
    const [desk, app] = [await registered('201-desk'), await registered('201-qaller', { transport: 'tcp' })];
    const call = await carrier.invite('0851234567', {
      headers: { 'P-Asserted-Identity': '"Klant" <sip:+31612345678@example.com>' },
    });
    for (const incoming of await Promise.all([desk.incomingCall(), app.incomingCall()])) {
      assert.match(field(incoming, 'From') ?? '', /^"Receptie Klant" <sip:\+31612345678@/);
    }
    await call.cancel();
    assert.equal((await call.finished()).status, 487);
  });

  it('reach the outside through the trunk, which asks for a password, and show it a number of the company', async () => {
    const joris = await registered('202-desk');
    carrier.react = (request) =>
      request.method === 'INVITE' && !request.headers.has('Authorization')
        ? {
            do: 'reply',
            status: 401,
            headers: { 'WWW-Authenticate': 'Digest realm="carrier", nonce="abc", qop="auth", algorithm=MD5' },
          }
        : { do: 'usual' };
    const call = await joris.invite('06-12345678');
    const incoming = await carrier.incomingCall();
    assert.match(incoming.request.uri, /^sip:\+31612345678@127\.0\.0\.21/);
    assert.match(field(incoming, 'P-Asserted-Identity') ?? '', /^<sip:\+31851234567@/);
    assert.match(field(incoming, 'From') ?? '', /^<sip:\+31851234567@/);
    assert.match(field(incoming, 'Authorization') ?? '', /username="qaller"/);
    assert.doesNotMatch(JSON.stringify([...incoming.request.headers]), /Joris|sip:202|"202/);
    const theirs = await incoming.answer();
    const ours = await call.answered();
    ours.sendTone(440);
    theirs.sendTone(880);
    await Promise.all([theirs.hear(440), ours.hear(880)]);
    await theirs.hangUp();
    assert.equal((await ours.ended).how, 'hung-up');
    carrier.react = () => ({ do: 'usual' });
  });

  it('from a trunk reach company numbers and nothing else', async () => {
    assert.equal((await (await carrier.invite('201')).finished()).status, 404);
    assert.equal((await (await carrier.invite('0612345678')).finished()).status, 404);
  });

  it('give a phone that answers as it is cancelled an ACK and a BYE that says where the call went', async () => {
    const [joris, desk] = [await registered('202-desk'), await registered('201-desk')];
    const app = await registered('201-qaller', { transport: 'tcp' });
    const call = await joris.invite('201');
    const [atDesk, atApp] = await Promise.all([desk.incomingCall(), app.incomingCall()]);
    // The desk phone is deaf for the CANCEL: its 200 crosses it.
    desk.react = (request) => (request.method === 'CANCEL' ? { do: 'ignore' } : { do: 'usual' });
    const answered = await atApp.answer();
    const late = await atDesk.answer();
    const { how, by, reason } = await late.ended;
    assert.deepEqual([how, by, reason], ['hung-up', 'them', 'SIP;cause=200;text="Call completed elsewhere"']);
    const talk = await call.answered();
    talk.sendTone(440);
    await answered.hear(440);
    await answered.hangUp();
    await talk.ended;
  });

  it('ring out without a Reason that would hide the missed call', async () => {
    const [joris, sanne] = [await registered('202-desk'), await registered('201-desk')];
    const call = await joris.invite('201');
    const incoming = await sanne.incomingCall();
    incoming.ring();
    await call.provisional(180);
    const final = await call.finished();
    assert.equal(final.status, 480);
    const ended = await incoming.ended;
    assert.deepEqual([ended.how, ended.reason], ['cancelled', undefined]);
  });

  for (const [answer, told] of [
    [603, 603],
    [486, 486],
    [404, 480],
  ] as const) {
    it(`tell the caller ${String(told)} when the only phone says ${String(answer)}`, async () => {
      const [joris, sanne] = [await registered('202-desk'), await registered('201-desk')];
      const call = await joris.invite('201');
      (await sanne.incomingCall()).refuse(answer);
      assert.equal((await call.finished()).status, told);
    });
  }

  it('to nobody, to nobody’s phone, and to no number get the answer that the RFC gives', async () => {
    const joris = await registered('202-desk');
    const status = async (dialled: string): Promise<number> => (await (await joris.invite(dialled)).finished()).status;
    assert.equal(await status('299'), 404);
    assert.equal(await status('203'), 480);
    assert.equal(await status('not-a-number'), 484);
  });

  it('come to a phone through the port that it registered at', async () => {
    const second = test.server('udp', 1);
    const joris = await registered('202-desk');
    const sanne = await registered('201-desk', { server: second });
    const call = await joris.invite('201');
    const incoming = await sanne.incomingCall();
    const [invite] = sanne.log.received('INVITE');
    assert.equal(invite?.peer.port, second.port);
    incoming.refuse(486);
    await call.finished();
  });

  it('can be held and resumed: silence, then sound again', async () => {
    const [joris, sanne] = [await registered('202-desk'), await registered('201-desk')];
    const call = await joris.invite('201');
    const theirs = await (await sanne.incomingCall()).answer();
    const ours = await call.answered();
    ours.sendTone(440);
    theirs.sendTone(880);
    await Promise.all([theirs.hear(440), ours.hear(880)]);
    assert.equal((await ours.hold()).status, 200);
    await ours.silence(300);
    assert.equal((await ours.resume()).status, 200);
    await ours.hear(880);
    assert.equal((await ours.refresh()).status, 200);
    await ours.hear(880);
    await ours.hangUp();
    await theirs.ended;
  });
});

describe('a restart of the exchange', function () {
  this.timeout(20_000);

  it('keeps registrations and records', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'restart-'));
    const port = await freePort();
    const settings = {
      QALLER_SIP__LISTEN: `["udp:127.0.0.1:${String(port)}"]`,
      QALLER_STORE__FILE: join(folder, 'qaller.db'),
    };
    const first = await TestExchange.start(settings);
    const [joris, sanne] = [await first.registered('202-desk'), await first.registered('201-desk')];
    const call = await joris.invite('299');
    await call.finished();
    await first.call(1);
    await first.exchange.stop();
    const second = await TestExchange.start(settings);
    try {
      assert.equal(second.exchange.newAccounts.length, 0, 'the company was made anew');
      assert.equal(await second.exchange.store.records.count(), 1);
      const again = await joris.invite('201');
      const incoming = await sanne.incomingCall();
      incoming.refuse(486);
      assert.equal((await again.finished()).status, 486);
    } finally {
      await first.stop();
      await second.stop();
      await rm(folder, { recursive: true });
    }
  });
});
