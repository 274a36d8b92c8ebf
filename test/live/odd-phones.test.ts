import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { TestExchange } from '../support/exchange.ts';
import type { Conversation } from '../support/phone/conversation.ts';
import { sdp } from '../support/phone/conversation.ts';
import type { Phone } from '../support/phone/phone.ts';

const ringSeconds = 4;

describe('phones that do not behave as one would like', function () {
  this.timeout(20_000);
  let test: TestExchange;
  let joris: Phone;
  let sanne: Phone;

  before(async () => {
    test = await TestExchange.start({ QALLER_CALLS__RING_SECONDS: String(ringSeconds), QALLER_SIP__TIMERS__T1: '100' });
  });
  after(() => test.stop());
  beforeEach(async () => {
    joris = await test.registered('202-desk');
    sanne = await test.registered('201-desk');
  });
  afterEach(async () => {
    for (const phone of [joris, sanne]) {
      await phone.register({ expires: 0, contact: '*' });
      await phone.close();
    }
  });

  async function talking(): Promise<{ readonly caller: Conversation; readonly callee: Conversation }> {
    const call = await joris.invite('201');
    const callee = await (await sanne.incomingCall()).answer();
    return { caller: await call.answered(), callee };
  }

  async function hearEachOther({ caller, callee }: Awaited<ReturnType<typeof talking>>): Promise<void> {
    caller.sendTone(440);
    callee.sendTone(880);
    await Promise.all([callee.hear(440), caller.hear(880)]);
  }

  async function lastRecord(nth: number) {
    return (await test.call(nth)).record;
  }

  for (const [method, status] of [
    ['SUBSCRIBE', 405],
    ['PUBLISH', 405],
    ['MESSAGE', 405],
    ['REFER', 405],
    ['INFO', 405],
    ['NOTIFY', 481],
    ['UPDATE', 481],
  ] as const) {
    it(`are told ${String(status)} for a ${method} outside of a call, and not that the exchange is down`, async () => {
      const answer = await joris.ask(method, '201', { Event: 'message-summary', 'Refer-To': '<sip:203@example.com>' });
      assert.equal(answer.status, status);
      if (status === 405) assert.match(answer.headers.get('Allow') ?? '', /INVITE, ACK, CANCEL, BYE/);
    });
  }

  it('are not led to believe that a transfer, a text or a lamp works within a call, which goes on', async () => {
    const both = await talking();
    for (const talk of [both.caller, both.callee]) {
      const ask = (method: string, more = {}): Promise<number> =>
        talk.request(method, more).then(({ status }) => status);
      assert.equal(await ask('REFER', { headers: { 'Refer-To': '<sip:203@example.com>' } }), 405);
      assert.equal(await ask('MESSAGE'), 405);
      assert.equal(await ask('NOTIFY', { headers: { Event: 'refer', 'Subscription-State': 'active' } }), 481);
      assert.equal(await ask('SUBSCRIBE', { headers: { Event: 'dialog' } }), 489);
      assert.equal(await ask('OPTIONS'), 200);
      assert.equal(await ask('INFO'), 200);
      const digit = { body: { type: 'application/dtmf-relay', text: 'Signal=5\r\nDuration=160\r\n' } };
      assert.equal(await ask('INFO', digit), 415);
      assert.equal(await ask('FROBNICATE'), 501);
    }
    await hearEachOther(both);
    await both.caller.hangUp();
    await both.callee.ended;
  });

  it('may put a call on hold by UPDATE, and are refused a codec by UPDATE', async () => {
    const both = await talking();
    const offer = sdp({ ...both.caller.offer(), direction: 'sendonly' });
    const contact = { Contact: joris.contact };
    const held = await both.caller.request('UPDATE', { headers: contact, body: offer });
    assert.equal(held.status, 200);
    assert.match(held.body.toString(), /a=recvonly/);
    const strange = {
      ...offer,
      text: offer.text.replace(/RTP\/AVP .*/, 'RTP/AVP 18').replaceAll(/a=(rtpmap|fmtp).*\r\n/g, ''),
    };
    assert.equal((await both.caller.request('UPDATE', { headers: contact, body: strange })).status, 488);
    const refreshed = await both.caller.request('UPDATE', { headers: contact });
    assert.deepEqual([refreshed.status, refreshed.body.length], [200, 0]);
    const taken = await both.caller.request('UPDATE', { headers: contact, body: sdp(both.caller.offer()) });
    assert.match(taken.body.toString(), /a=sendrecv/);
    await hearEachOther(both);
    await both.caller.hangUp();
    await both.callee.ended;
  });

  it('may hang up by BYE while it rings: the others stop ringing at once', async () => {
    const before = test.ended.length;
    const call = await joris.invite('201');
    const incoming = await sanne.incomingCall();
    incoming.ring();
    const ringing = await call.provisional(180);
    assert.match(ringing.headers.get('Contact') ?? '', /@127\.0\.0\.1:\d+>$/, 'nowhere to send requests to');
    assert.equal((await call.talk.request('BYE')).status, 200);
    assert.equal((await call.finished()).status, 487);
    assert.equal((await incoming.ended).how, 'cancelled');
    const { outcome, endedBy } = await lastRecord(before + 1);
    assert.deepEqual([outcome, endedBy], ['cancelled', 'caller']);
  });

  it('that answer without a description are hung up, and the caller is not told that it was wrong', async () => {
    const before = test.ended.length;
    sanne.react = (request) =>
      request.method === 'INVITE' ? { do: 'reply', status: 200, headers: { Contact: sanne.contact } } : { do: 'usual' };
    const call = await joris.invite('201');
    assert.equal((await call.finished()).status, 480);
    const { outcome, fault } = await lastRecord(before + 1);
    assert.deepEqual([outcome, fault], ['failed', 'CALLEE_UNREACHABLE']);
    await sanne.log.toReceive('BYE');
  });

  it('whose connection is gone are not rung over a new one, where nobody listens', async () => {
    await sanne.register({ expires: 0, contact: '*' });
    const app = await test.registered('201-qaller', { transport: 'tcp' });
    const { address, port } = app.local;
    await app.close();
    await until(async () => (await test.exchange.sipServer.stats?.())?.connections === 0);
    // Whoever listens there now is somebody else.
    let connected = 0;
    const server = createServer(() => (connected += 1)).listen(port, address);
    await once(server, 'listening');
    try {
      const started = performance.now();
      assert.equal((await (await joris.invite('201')).finished()).status, 480);
      assert.ok(performance.now() - started < 1000);
      await test.idle();
      assert.equal(connected, 0);
    } finally {
      server.close();
    }
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 200) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
