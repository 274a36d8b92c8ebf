import assert from 'node:assert/strict';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip-engine/message/types.ts';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, sdp, settled, startRig, type TestDialog, until } from './sip-engine/rig.ts';

/** Sessions of three seconds: a refresh after 1.5, the end after 2. */
describe('session timers under drachtio-srf', () => {
  let rig: Rig;
  let alice: Peer;
  let bob: Peer;
  before(async () => {
    rig = await startRig({ sessionTimers: { minSE: 3 } });
  });
  after(async () => {
    await rig.close();
  });
  beforeEach(async () => {
    await rig.renew();
    alice = await Peer.udp('alice');
    bob = await Peer.udp('bob');
  });
  afterEach(async () => {
    await alice.close();
    await bob.close();
  });

  const say = (peer: Peer, message: SipMessage): void => {
    peer.send(message, rig.udp);
  };

  async function incoming(
    asked: Readonly<Record<string, string>>,
    answered: Record<string, string> = {},
  ): Promise<{ invite: SipRequest; ok: SipResponse; dialog: TestDialog }> {
    const taken = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp, headers: answered }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', `sip:service@127.0.0.1:${String(rig.udp.port)}`, asked, sdp);
    say(alice, invite);
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    return { invite, ok, dialog: await taken };
  }

  async function outgoing(
    granted: Readonly<Record<string, string>>,
  ): Promise<{ invite: SipRequest; dialog: TestDialog }> {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { 'Session-Expires': '3' } });
    const invite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(invite, 200, granted, sdp));
    const dialog = await calling;
    await bob.takesRequest('ACK');
    return { invite, dialog };
  }

  const ended = (dialog: TestDialog): Promise<string> =>
    new Promise((resolve) => dialog.on('destroy', (_req: unknown, reason: string) => resolve(reason)));

  /** The 200 to that very INVITE: one before it may have been repeated meanwhile. */
  async function accepted(invite: SipRequest): Promise<SipResponse> {
    for (;;) {
      const ok = await alice.takes(200, 'INVITE');
      if (ok.headers.get('CSeq') === invite.headers.get('CSeq')) return ok;
    }
  }

  async function hangUp(dialog: TestDialog, peer: Peer): Promise<void> {
    const over = dialog.destroy();
    say(peer, peer.answer(await peer.takesRequest('BYE'), 200));
    await over;
  }

  it('refresh with a re-INVITE of what was said last, which the application never sees', async () => {
    const { ok, dialog } = await incoming({ Supported: 'timer' }, { 'Session-Expires': '3;refresher=uas' });
    assert.equal(ok.headers.get('Session-Expires'), '3;refresher=uas');
    const seen: string[] = [];
    for (const event of ['modify', 'refresh', 'destroy']) dialog.on(event, () => seen.push(event));
    for (let round = 0; round < 2; round++) {
      const refresh = await alice.takesRequest('INVITE');
      assert.equal(refresh.body.toString(), sdp);
      assert.equal(refresh.headers.get('Content-Type'), 'application/sdp');
      assert.equal(refresh.headers.get('Session-Expires'), '3;refresher=uac');
      assert.equal(refresh.headers.get('Min-SE'), '3');
      assert.equal(refresh.headers.get('Contact'), ok.headers.get('Contact'));
      const answer = alice.answer(refresh, 200, { 'Session-Expires': '3;refresher=uac' }, sdp);
      answer.headers.set('To', refresh.headers.get('To') ?? '');
      say(alice, answer);
      const ack = await alice.takesRequest('ACK');
      assert.equal(Number.parseInt(ack.headers.get('CSeq') ?? ''), Number.parseInt(refresh.headers.get('CSeq') ?? ''));
      if (round === 0) {
        say(alice, answer);
        await alice.takesRequest('ACK');
      }
    }
    assert.deepEqual(seen, []);
    await hangUp(dialog, alice);
  });

  it('refresh with an UPDATE where the peer allows that, and with a re-INVITE once it is refused', async () => {
    const { dialog } = await outgoing({ 'Session-Expires': '3;refresher=uac', Allow: 'INVITE, ACK, UPDATE' });
    const update = await bob.takesRequest('UPDATE');
    assert.equal(update.body.length, 0);
    assert.equal(update.headers.get('Session-Expires'), '3;refresher=uac');
    say(bob, bob.answer(update, 405));
    const refresh = await bob.takesRequest('INVITE');
    assert.equal(refresh.body.toString(), sdp);
    // Without Session-Expires: a peer who knows nothing of timers is refreshed all the same.
    say(bob, bob.answer(refresh, 200, {}, sdp));
    await bob.takesRequest('ACK');
    say(bob, bob.answer(await bob.takesRequest('INVITE'), 200, {}, sdp));
    await bob.takesRequest('ACK');
    await hangUp(dialog, bob);
  });

  it('ask for a longer session where the peer finds ours too short', async () => {
    const { dialog } = await outgoing({ 'Session-Expires': '3', Allow: 'UPDATE' });
    say(bob, bob.answer(await bob.takesRequest('UPDATE'), 422, { 'Min-SE': '9' }));
    const longer = await bob.takesRequest('UPDATE');
    assert.equal(longer.headers.get('Session-Expires'), '9;refresher=uac');
    say(bob, bob.answer(longer, 200, { 'Session-Expires': '9;refresher=uac' }));
    await hangUp(dialog, bob);
  });

  it('try again where the peer is busy with something else, until the session is given up', async () => {
    const { dialog } = await outgoing({ 'Session-Expires': '3', Allow: 'UPDATE' });
    const reason = ended(dialog);
    say(bob, bob.answer(await bob.takesRequest('UPDATE'), 500, { 'Retry-After': '0' }));
    // The glare of 491 is waited out for 2.1 s or more: longer than there is time.
    say(bob, bob.answer(await bob.takesRequest('UPDATE'), 491));
    say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
    assert.equal(await reason, 'Session timer expired');
  });

  it('end the call that the peer was to refresh and did not', async () => {
    const { ok, dialog } = await incoming({ Supported: 'timer', 'Session-Expires': '3;refresher=uac' });
    assert.equal(ok.headers.get('Session-Expires'), '3;refresher=uac');
    assert.equal(ok.headers.get('Require'), 'timer');
    const reason = ended(dialog);
    const before = Date.now();
    const bye = await alice.takesRequest('BYE');
    const waited = Date.now() - before;
    assert.ok(waited > 1800 && waited < 2400, `the session was given up after ${String(waited)} ms`);
    assert.equal(bye.headers.get('Reason'), 'SIP;cause=200;text="Session timer expired"');
    say(alice, alice.answer(bye, 200));
    assert.equal(await reason, 'Session timer expired');
  });

  it('end the call whose refresh is refused, or is not answered', async () => {
    for (const status of [481, undefined]) {
      const { dialog } = await outgoing({ 'Session-Expires': '3;refresher=uac' });
      const reason = ended(dialog);
      const refresh = await bob.takesRequest('INVITE');
      if (status === undefined) say(bob, bob.answer(refresh, 100));
      else say(bob, bob.answer(refresh, status));
      const bye = await bob.takesRequest('BYE');
      say(bob, bob.answer(bye, 200));
      if (status === undefined) say(bob, bob.answer(refresh, 487));
      assert.equal(await reason, 'Session timer expired');
    }
  }).timeout(10_000);

  it('are kept alive by the peer, whose refreshes go to the application', async () => {
    const { invite, ok, dialog } = await incoming({ Supported: 'timer', 'Session-Expires': '3;refresher=uac' });
    let refreshed = 0;
    dialog.on('refresh', () => refreshed++);
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const again = alice.follow(invite, ok, 'INVITE', 2 + round, sdp);
      again.headers.append('Supported', 'timer').append('Session-Expires', '3');
      say(alice, again);
      const answer = await accepted(again);
      assert.equal(answer.headers.get('Session-Expires'), '3;refresher=uac');
      say(alice, alice.ack(again, answer));
    }
    assert.equal(refreshed, 3);
    assert.equal(dialog.connected, true);
    await hangUp(dialog, alice);
  }).timeout(8000);

  it('are refreshed by a re-INVITE of the application, which says so', async () => {
    const { dialog } = await outgoing({ 'Session-Expires': '3;refresher=uas', Allow: 'UPDATE' });
    const modified = dialog.modify(sdp);
    const invite = await bob.takesRequest('INVITE');
    assert.equal(invite.headers.get('Session-Expires'), '3;refresher=uas');
    assert.equal(invite.headers.get('Supported'), 'timer');
    say(bob, bob.answer(invite, 200, { 'Session-Expires': '3;refresher=uac' }, sdp));
    await modified;
    await bob.takesRequest('ACK');
    say(bob, bob.answer(await bob.takesRequest('UPDATE'), 200, { 'Session-Expires': '3;refresher=uac' }));
    await hangUp(dialog, bob);
  });

  it('hold a re-INVITE of the application back while theirs is not answered', async () => {
    const { dialog } = await outgoing({ 'Session-Expires': '4;refresher=uac' });
    const refresh = await bob.takesRequest('INVITE');
    const modified = dialog.modify(sdp.replace('4000', '4002'));
    say(bob, bob.answer(refresh, 200, { 'Session-Expires': '4;refresher=uac' }, sdp));
    await bob.takesRequest('ACK');
    const own = await bob.takesRequest('INVITE');
    assert.match(own.body.toString(), /4002/);
    say(bob, bob.answer(own, 200, { 'Session-Expires': '4;refresher=uac' }, sdp));
    await modified;
    await bob.takesRequest('ACK');
    const next = await bob.takesRequest('INVITE');
    assert.match(next.body.toString(), /4002/);
    say(bob, bob.answer(next, 200, {}, sdp));
    await bob.takesRequest('ACK');
    await hangUp(dialog, bob);
  }).timeout(8000);

  it('refuse a session that is too short, and leave one alone of which nobody said who refreshes it', async () => {
    const { invite, ok, dialog } = await incoming({ Supported: 'timer', 'Session-Expires': '3' });
    assert.equal(ok.headers.get('Session-Expires'), undefined);
    for (const [method, sequence] of [
      ['INVITE', 2],
      ['UPDATE', 3],
    ] as const) {
      const short = alice.follow(invite, ok, method, sequence, method === 'INVITE' ? sdp : '');
      short.headers.append('Session-Expires', '2');
      say(alice, short);
      const refusal = await alice.takes(422, method);
      assert.equal(refusal.headers.get('Min-SE'), '3');
      if (method === 'INVITE') say(alice, alice.ack(short, refusal));
    }
    await hangUp(dialog, alice);
  });

  it('leave no transaction, no dialog and no timer behind', async () => {
    await settled(rig.engine);
    assert.deepEqual(
      rig.events.filter((event) => event.type === 'log' && event.level === 'error'),
      [],
    );
    await until(async () => (await rig.engine.stats()).timers === 0, 'a timer still runs');
  });
});
