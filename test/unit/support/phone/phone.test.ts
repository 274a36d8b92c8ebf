import assert from 'node:assert/strict';
import { Phone } from '../../../support/phone/phone.ts';

const nowhere = { address: '127.0.0.1', port: 9, transport: 'udp' } as const;

describe('the test phone, towards another phone', () => {
  let alice: Phone;
  let bob: Phone;

  beforeEach(async () => {
    bob = await Phone.start({ username: 'bob', server: nowhere, t1: 50 });
    alice = await Phone.start({ username: 'alice', server: { ...bob.local, transport: 'udp' }, t1: 50 });
  });

  afterEach(async () => {
    await alice.close();
    await bob.close();
  });

  async function talking() {
    const call = await alice.invite('bob');
    const incoming = await bob.incomingCall();
    incoming.ring();
    await call.provisional(180);
    const bobs = await incoming.answer();
    const alices = await call.answered();
    return { call, incoming, alices, bobs };
  }

  function quiet(): void {
    alice.expectNoSurprises();
    bob.expectNoSurprises();
  }

  it('calls, rings, is answered, talks both ways and hangs up', async () => {
    const { alices, bobs } = await talking();
    alices.sendTone(440);
    bobs.sendTone(880);
    await Promise.all([alices.hear(880), bobs.hear(440)]);
    await assert.rejects(bobs.hear(880, { withinMs: 300 }), /did not hear 880 Hz/);
    assert.equal((await alices.hangUp({ Reason: 'Q.850;cause=16' })).status, 200);
    const ending = await bobs.ended;
    assert.deepEqual([ending.how, ending.by, ending.reason], ['hung-up', 'them', 'Q.850;cause=16']);
    assert.deepEqual(
      alice.log.entries.map((entry) => entry.label),
      ['INVITE', '100 INVITE', '180 INVITE', '200 INVITE', 'ACK', 'BYE', '200 BYE'],
    );
    quiet();
  });

  it('tells digits', async () => {
    const { alices, bobs } = await talking();
    alices.press('1#');
    assert.equal(await bobs.hearDigit(), '1');
    assert.equal(await bobs.hearDigit(), '#');
  });

  it('is put on hold and taken off it', async () => {
    const { alices, bobs } = await talking();
    bobs.sendTone(880);
    await alices.hear(880);
    assert.equal((await alices.hold()).status, 200);
    assert.equal(await bobs.reoffers.take('an offer', 100), 'sendonly');
    await alices.silence(200);
    assert.equal((await alices.resume()).status, 200);
    await alices.hear(880);
    await assert.rejects(alices.silence(100, { withinMs: 300 }), /never silent/);
    await bobs.hangUp();
    assert.equal((await alices.ended).by, 'them');
    quiet();
  });

  it('cancels, and the other side learns why', async () => {
    const call = await alice.invite('bob');
    const incoming = await bob.incomingCall();
    incoming.ring();
    assert.equal((await call.cancel({ Reason: 'SIP;cause=200;text="Call completed elsewhere"' })).status, 200);
    assert.equal((await call.final).status, 487);
    const ending = await incoming.ended;
    assert.deepEqual([ending.how, ending.reason], ['cancelled', 'SIP;cause=200;text="Call completed elsewhere"']);
    quiet();
  });

  it('is refused', async () => {
    const call = await alice.invite('bob');
    (await bob.incomingCall()).refuse(486);
    assert.equal((await call.final).status, 486);
    await assert.rejects(call.answered(), /486/);
    assert.equal((await bob.log.toReceive('ACK')).again, 0);
    quiet();
  });

  it('hears early media', async () => {
    const call = await alice.invite('bob');
    (await bob.incomingCall()).progress().sendTone(425);
    await call.talk.hear(425);
  });

  it('takes the offer from the 200 and answers in the ACK', async () => {
    const call = await alice.invite('bob', { media: 'in-ack' });
    const bobs = await (await bob.incomingCall()).answer();
    const alices = await call.answered();
    alices.sendTone(440);
    bobs.sendTone(880);
    await Promise.all([alices.hear(880), bobs.hear(440)]);
    quiet();
  });

  it('repeats an INVITE that is ignored, until it is answered', async () => {
    let ignored = 0;
    bob.react = ({ method }) => (method === 'INVITE' && ignored++ < 2 ? { do: 'ignore' } : { do: 'usual' });
    const call = await alice.invite('bob');
    (await bob.incomingCall()).refuse(480);
    await call.final;
    assert.deepEqual(
      alice.log.sent('INVITE').map((entry) => entry.again),
      [0, 1, 2],
    );
    quiet();
  });

  it('gives up after 64 T1', async () => {
    bob.react = () => ({ do: 'ignore' });
    const carol = await Phone.start({ username: 'carol', server: { ...bob.local, transport: 'udp' }, t1: 5 });
    await assert.rejects(carol.ask('OPTIONS', 'bob'), /no final answer/);
    await carol.close();
  });

  it('repeats its 200 while no ACK comes, and says so in the end', async () => {
    alice.acknowledges = false;
    const call = await alice.invite('bob');
    await (await bob.incomingCall()).answer({}, { withoutAck: true });
    await call.answered();
    await alice.log.first('the 200 for the third time', (entry) => entry.label === '200 INVITE' && entry.again === 2);
    await assert.rejects(bob.log.toReceive('ACK', 1), /in vain for ACK/);
  });

  it('leaves a request to the test', async () => {
    bob.react = ({ method }) => (method === 'OPTIONS' ? { do: 'hold' } : { do: 'usual' });
    const answer = alice.ask('OPTIONS', 'bob');
    (await bob.held('OPTIONS')).reply(503, { 'Retry-After': '7' });
    const response = await answer;
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('Retry-After'), '7');
    bob.react = () => ({ do: 'reply', status: 404 });
    assert.equal((await alice.ask('OPTIONS', 'bob')).status, 404);
  });

  it('is surprised by what no server does', async () => {
    alice.send('SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n\r\n');
    await bob.log.toReceive('200 ');
    assert.match(bob.surprises.join(), /no Call-ID.*a response to nothing/);
    assert.throws(() => {
      bob.expectNoSurprises();
    });
  });

  it('can expect nothing', async () => {
    await bob.expectNothing(30);
    const disturbed = assert.rejects(bob.expectNothing(100), /got OPTIONS/);
    await alice.ask('OPTIONS', 'bob');
    await disturbed;
  });
});
