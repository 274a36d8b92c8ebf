import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip-engine/message/types.ts';
import { Peer } from './sip-engine/peer.ts';
import {
  asks,
  connectApplication,
  newApplication,
  type Rig,
  sdp,
  settled,
  startRig,
  type TestDialog,
  type TestRequest,
  type TestResponse,
  until,
} from './sip-engine/rig.ts';

describe('the SIP engine under drachtio-srf, over UDP', () => {
  let rig: Rig;
  let alice: Peer;
  let bob: Peer;
  before(async () => {
    rig = await startRig();
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

  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;
  const say = (peer: Peer, message: SipMessage): void => {
    peer.send(message, rig.udp);
  };

  /** Alice calls, and the application answers. */
  async function incomingCall(): Promise<{ invite: SipRequest; ok: SipResponse; dialog: TestDialog }> {
    const answered = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    return { invite, ok, dialog: await answered };
  }

  /** The application calls Bob, who answers. */
  async function outgoingCall(): Promise<{ invite: SipRequest; dialog: TestDialog }> {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp });
    const invite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(invite, 200, {}, sdp));
    const dialog = await calling;
    await bob.takesRequest('ACK');
    return { invite, dialog };
  }

  async function bridged(): Promise<void> {
    rig.srf.invite((req, res) => {
      rig.srf.createB2BUA(req, res, bob.uri).then(
        ({ uas, uac }) => {
          uas.on('destroy', () => void uac.destroy());
          uac.on('destroy', () => void uas.destroy());
        },
        () => undefined,
      );
    });
    await rig.routed('INVITE');
  }

  it('hands a REGISTER up and its answer back', async () => {
    rig.srf.register((req, res) => res.send(200, { headers: { Contact: req.get('Contact'), Expires: '60' } }));
    await rig.routed('REGISTER');
    const register = alice.request('REGISTER', `sip:127.0.0.1:${String(rig.udp.port)}`);
    say(alice, register);
    const ok = await alice.takes(200, 'REGISTER');
    assert.equal(ok.headers.get('Expires'), '60');
    assert.match(ok.headers.get('Via') ?? '', new RegExp(`;rport=${String(alice.port)};received=127\\.0\\.0\\.1`));
  });

  it('hands an OPTIONS up, and sends one of its own', async () => {
    rig.srf.options((req, res) => res.send(200, { headers: { 'X-Seen': `${req.protocol} ${req.source_address}` } }));
    await rig.routed('OPTIONS');
    say(alice, alice.request('OPTIONS', service()));
    assert.equal((await alice.takes(200)).headers.get('X-Seen'), 'udp 127.0.0.1');
    const status = asks(rig.srf, bob.uri, 'OPTIONS');
    say(bob, bob.answer(await bob.takesRequest('OPTIONS'), 404));
    assert.equal(await status, 404);
  });

  it('takes a call: 100 at once, 180, 200 with our Contact, ACK up, BYE from the caller', async () => {
    const acked = new Promise<void>((resolve) => {
      rig.srf.invite((req, res) => {
        res.send(180);
        void rig.srf.createUAS(req, res, { localSdp: sdp }).then((dialog) => dialog.on('ack', resolve));
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    await alice.takes(100);
    await alice.takes(180);
    const ok = await alice.takes(200);
    assert.equal(ok.headers.get('Contact'), `<sip:127.0.0.1:${String(rig.udp.port)}>`);
    say(alice, alice.ack(invite, ok));
    await acked;
    say(alice, alice.follow(invite, ok, 'BYE', 2));
    await alice.takes(200, 'BYE');
  });

  it('hangs up a call that it took', async () => {
    const { invite, dialog } = await incomingCall();
    const over = dialog.destroy();
    const bye = await alice.takesRequest('BYE');
    assert.equal(bye.uri, alice.uri);
    assert.equal(bye.headers.get('To'), invite.headers.get('From'));
    say(alice, alice.answer(bye, 200));
    await over;
  });

  it('makes a call, hears 180 and 200, acknowledges, and hears the BYE', async () => {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { From: 'sip:100@localhost' } });
    const invite = await bob.takesRequest('INVITE');
    assert.match(
      invite.headers.get('From') ?? '',
      new RegExp(`^<sip:100@127\\.0\\.0\\.1:${String(rig.udp.port)}>;tag=`),
    );
    say(bob, bob.answer(invite, 180));
    say(bob, bob.answer(invite, 200, {}, sdp));
    const dialog = await calling;
    const destroyed = once(dialog, 'destroy');
    const ack = await bob.takesRequest('ACK');
    assert.equal(ack.headers.get('CSeq')?.split(' ')[0], invite.headers.get('CSeq')?.split(' ')[0]);
    say(bob, bob.reverse(invite, 'BYE', 1));
    await destroyed;
    await bob.takes(200, 'BYE');
  });

  for (const [what, status, contact] of [
    ['without a Contact', 200, ''],
    ['with a 2xx that nobody knows', 299, undefined],
  ] as const) {
    it(`makes a dialog of an answer ${what}, so that somebody can hang up`, async () => {
      const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp });
      const invite = await bob.takesRequest('INVITE');
      const answer = bob.answer(invite, status, {}, sdp);
      if (contact !== undefined) answer.headers.delete('Contact');
      say(bob, answer);
      const dialog = await calling;
      await bob.takesRequest('ACK');
      const over = dialog.destroy();
      const bye = await bob.takesRequest('BYE');
      assert.equal(bye.uri, bob.uri);
      say(bob, bob.answer(bye, 200));
      await over;
    });
  }

  it('tells the application of a BYE before its answer as of a CANCEL', async () => {
    const cancelled = new Promise<void>((resolve) => {
      rig.srf.invite((req, res) => {
        req.on('cancel', resolve);
        res.send(180);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    const ringing = await alice.takes(180);
    say(alice, alice.follow(invite, ringing, 'BYE', 2));
    await alice.takes(200, 'BYE');
    say(alice, alice.ack(invite, await alice.takes(487)));
    await cancelled;
    await settled(rig.engine);
  });

  it('lets no stranger who knows its Call-ID come between an INVITE and its CANCEL', async () => {
    const offered = new Promise<TestRequest>((resolve) => {
      rig.srf.invite((req, res) => {
        res.send(180);
        resolve(req);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    const cancelled = once(await offered, 'cancel');
    const callId = invite.headers.get('Call-ID') ?? '';
    const other = bob.request('INVITE', service(), { 'Call-ID': callId }, sdp);
    say(bob, other);
    say(bob, bob.ack(other, await bob.takes(482, 'INVITE')));
    say(alice, alice.cancel(invite));
    say(alice, alice.ack(invite, await alice.takes(487)));
    await cancelled;
  });

  it('carries a B2BUA call from INVITE to BYE', async () => {
    await bridged();
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    await alice.takes(100);
    const inner = await bob.takesRequest('INVITE');
    say(bob, bob.answer(inner, 180));
    await alice.takes(180);
    say(bob, bob.answer(inner, 200, {}, sdp));
    const ok = await alice.takes(200, 'INVITE');
    await bob.takesRequest('ACK');
    say(alice, alice.ack(invite, ok));
    say(alice, alice.follow(invite, ok, 'BYE', 2));
    await alice.takes(200, 'BYE');
    say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
  });

  for (const lost of ['100', '180', '200 INVITE', '200 BYE', 'INVITE', 'ACK', 'BYE']) {
    it(`survives the loss of each ${lost} of a B2BUA call`, async () => {
      await bridged();
      for (const peer of [alice, bob]) peer.losesFirst((message) => nameOf(message) === lost);
      const invite = alice.request('INVITE', service(), {}, sdp);
      const inner = await alice.insists(invite, rig.udp, bob.takesRequest('INVITE'));
      say(bob, bob.answer(inner, 180));
      const early = bob.answer(inner, 200, {}, sdp);
      const [ok] = await bob.insists(early, rig.udp, Promise.all([alice.takes(200), bob.takesRequest('ACK')]));
      // A caller acknowledges each 200 that comes, until one of them arrives.
      alice.acknowledges(invite, rig.udp);
      const bye = alice.follow(invite, ok, 'BYE', 2);
      const inside = await alice.insists(bye, rig.udp, bob.takesRequest('BYE'));
      say(bob, bob.answer(inside, 200));
      await alice.insists(bye, rig.udp, alice.takes(200, 'BYE'));
      await until(async () => (await rig.engine.stats()).dialogs === 0, 'a dialog is still there');
    });
  }

  it('acknowledges a repeated 200 again, without asking the application', async () => {
    const { invite } = await outgoingCall();
    say(bob, bob.answer(invite, 200, {}, sdp));
    await bob.takesRequest('ACK');
  });

  it('answers a CANCEL of the caller with 200 and the INVITE with 487, and tells the application', async () => {
    const cancelled = new Promise<TestRequest>((resolve) => {
      rig.srf.invite((req, res) => {
        res.send(180);
        req.on('cancel', resolve);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    await alice.takes(180);
    say(alice, alice.cancel(invite, { Reason: 'SIP;cause=200;text="Call completed elsewhere"' }));
    await alice.takes(200, 'CANCEL');
    const terminated = await alice.takes(487, 'INVITE');
    say(alice, alice.ack(invite, terminated));
    assert.equal((await cancelled).get('Reason'), 'SIP;cause=200;text="Call completed elsewhere"');
  });

  it('sends the CANCEL of the application with its Reason, but not before a provisional response', async () => {
    let request: TestRequest | undefined;
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp }, { cbRequest: (_, req) => (request = req) });
    const failed = assert.rejects(calling, (error: { status?: number }) => error.status === 487);
    const invite = await bob.takesRequest('INVITE');
    await until(() => request !== undefined, 'the application knows nothing of its INVITE');
    request?.cancel({ headers: { Reason: 'SIP;cause=200;text="Call completed elsewhere"' } }, () => undefined);
    await bob.takesRequest('INVITE');
    assert.ok(!bob.seen.some((one) => one.kind === 'request' && one.method === 'CANCEL'));
    say(bob, bob.answer(invite, 180));
    const cancel = await bob.takesRequest('CANCEL');
    assert.equal(cancel.headers.get('Reason'), 'SIP;cause=200;text="Call completed elsewhere"');
    assert.equal(cancel.headers.get('Via'), invite.headers.get('Via'));
    say(bob, bob.answer(cancel, 200));
    say(bob, bob.answer(invite, 487));
    await bob.takesRequest('ACK');
    await failed;
  });

  for (const reason of ['SIP;cause=200;text="Call completed elsewhere"', undefined]) {
    it(`hangs up on whoever answers a cancelled call, with the Reason of the CANCEL: ${reason ?? 'none'}`, async () => {
      let request: TestRequest | undefined;
      const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp }, { cbRequest: (_, req) => (request = req) });
      calling.catch(() => undefined);
      const invite = await bob.takesRequest('INVITE');
      say(bob, bob.answer(invite, 180));
      await until(() => request !== undefined, 'the application knows nothing of its INVITE');
      request?.cancel({ headers: reason === undefined ? {} : { Reason: reason } }, () => undefined);
      const cancel = await bob.takesRequest('CANCEL');
      say(bob, bob.answer(invite, 200, {}, sdp));
      say(bob, bob.answer(cancel, 481));
      await bob.takesRequest('ACK');
      const bye = await bob.takesRequest('BYE');
      assert.equal(bye.headers.get('Reason'), reason);
      say(bob, bob.answer(bye, 200));
      const dialog = await calling;
      const why = await new Promise((resolve) => dialog.on('destroy', (_bye: unknown, text: string) => resolve(text)));
      assert.equal(why, 'ACK-BYE due to cancel race condition');
    });
  }

  it('ends a call whose CANCEL crossed our 200: 481, and BYE once it is acknowledged', async () => {
    const destroyed = new Promise<string>((resolve) => {
      rig.srf.invite((req, res) => {
        void rig.srf
          .createUAS(req, res, { localSdp: sdp })
          .then((dialog) => dialog.on('destroy', (_: unknown, reason?: string) => resolve(reason ?? '')));
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    const ok = await alice.takes(200);
    say(alice, alice.cancel(invite));
    await alice.takes(481, 'CANCEL');
    assert.match(await destroyed, /CANCEL after 200 OK/);
    say(alice, alice.ack(invite, ok));
    say(alice, alice.answer(await alice.takesRequest('BYE'), 200));
  });

  it('repeats a 200 until its ACK, and gives up with BYE: "ACK timeout"', async () => {
    const destroyed = new Promise<string>((resolve) => {
      rig.srf.invite((req, res) => {
        void rig.srf
          .createUAS(req, res, { localSdp: sdp })
          .then((dialog) => dialog.on('destroy', (_: unknown, reason?: string) => resolve(reason ?? '')));
      });
    });
    await rig.routed('INVITE');
    say(alice, alice.request('INVITE', service(), {}, sdp));
    await alice.takes(200);
    await alice.takes(200);
    const bye = await alice.takesRequest('BYE');
    assert.equal(bye.headers.get('Reason'), 'SIP;cause=200;text="ACK timeout"');
    say(alice, alice.answer(bye, 200));
    assert.equal(await destroyed, 'ACK timeout');
  });

  it('stops repeating a 200 for a caller who hangs up without an ACK', async () => {
    rig.srf.invite((req, res) => void rig.srf.createUAS(req, res, { localSdp: sdp }));
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.follow(invite, ok, 'BYE', 2));
    await alice.takes(200, 'BYE');
    await settled(rig.engine);
    assert.ok(!alice.seen.some((one) => one.kind === 'request'));
  });

  it('carries re-INVITE and INFO from the peer', async () => {
    const { invite, ok, dialog } = await incomingCall();
    dialog.on('modify', (_req: TestRequest, res: TestResponse) => res.send(200, { body: sdp }));
    dialog.on('info', (req: TestRequest, res: TestResponse) =>
      res.send(200, { headers: { 'X-Got': String(req.body.length) } }),
    );
    const reinvite = alice.follow(invite, ok, 'INVITE', 2, sdp);
    say(alice, reinvite);
    const again = await alice.takes(200, 'INVITE');
    assert.match(again.headers.get('Contact') ?? '', /sip:127\.0\.0\.1/);
    say(alice, alice.ack(reinvite, again));
    say(alice, alice.follow(invite, ok, 'INFO', 3));
    await alice.takes(200, 'INFO');
    say(alice, alice.follow(invite, ok, 'INFO', 2));
    await alice.takes(500, 'INFO');
    say(alice, alice.follow(invite, ok, 'BYE', 4));
    await alice.takes(200, 'BYE');
  });

  it('carries re-INVITE and INFO from the application', async () => {
    const { dialog } = await outgoingCall();
    const modified = dialog.modify(sdp);
    const reinvite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(reinvite, 180));
    say(bob, bob.answer(reinvite, 200, {}, sdp));
    await modified;
    await bob.takesRequest('ACK');
    const told = dialog.request({ method: 'INFO' });
    say(bob, bob.answer(await bob.takesRequest('INFO'), 200));
    assert.equal((await told).status, 200);
    const over = dialog.destroy();
    say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
    await over;
  });

  it('refuses a re-INVITE with 491 while its own is unanswered', async () => {
    const { invite, dialog } = await outgoingCall();
    const modified = dialog.modify(sdp);
    const reinvite = await bob.takesRequest('INVITE');
    const theirs = bob.reverse(invite, 'INVITE', 1, sdp);
    say(bob, theirs);
    say(bob, bob.ack(theirs, await bob.takes(491, 'INVITE')));
    say(bob, bob.answer(reinvite, 200, {}, sdp));
    await modified;
  });

  it('carries a REFER and the NOTIFY that follows it', async () => {
    const { invite, ok, dialog } = await incomingCall();
    dialog.on('refer', (_req: TestRequest, res: TestResponse) => {
      res.send(202);
      void dialog.request({
        method: 'NOTIFY',
        headers: {
          Event: 'refer',
          'Subscription-State': 'terminated;reason=noresource',
          'Content-Type': 'message/sipfrag',
        },
        body: 'SIP/2.0 200 OK',
      });
    });
    const refer = alice.follow(invite, ok, 'REFER', 2);
    refer.headers.append('Refer-To', '<sip:carol@example.com>');
    say(alice, refer);
    await alice.takes(202);
    const notify = await alice.takesRequest('NOTIFY');
    assert.equal(notify.body.toString(), 'SIP/2.0 200 OK');
    say(alice, alice.answer(notify, 200));
    say(alice, alice.follow(invite, ok, 'BYE', 3));
    await alice.takes(200, 'BYE');
  });

  it('carries the second attempt of drachtio-srf after a digest challenge', async () => {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, auth: { username: 'u', password: 'p' } });
    const first = await bob.takesRequest('INVITE');
    say(bob, bob.answer(first, 401, { 'WWW-Authenticate': 'Digest realm="r",nonce="n1",qop="auth",algorithm=MD5' }));
    await bob.takesRequest('ACK');
    const second = await bob.takesRequest('INVITE');
    assert.match(second.headers.get('Authorization') ?? '', /username="u"/);
    assert.equal(second.headers.get('Call-ID'), first.headers.get('Call-ID'));
    assert.equal(second.headers.get('From'), first.headers.get('From'));
    assert.equal(
      Number.parseInt(second.headers.get('CSeq') ?? ''),
      Number.parseInt(first.headers.get('CSeq') ?? '') + 1,
    );
    say(bob, bob.answer(second, 200, {}, sdp));
    const dialog = await calling;
    await bob.takesRequest('ACK');
    const over = dialog.destroy();
    say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
    await over;
  });

  it('acknowledges and hangs up the second answer of a fork', async () => {
    const { invite, dialog } = await outgoingCall();
    const other = bob.answer(invite, 200, {}, sdp);
    other.headers.set('To', (other.headers.get('To') ?? '').replace('bobtag', 'othertag'));
    say(bob, other);
    const ack = await bob.takesRequest('ACK');
    assert.match(ack.headers.get('To') ?? '', /othertag/);
    const bye = await bob.takesRequest('BYE');
    assert.match(bye.headers.get('To') ?? '', /othertag/);
    say(bob, bob.answer(bye, 200));
    assert.equal(dialog.connected, true);
  });

  it('sends a reliable provisional until its PRACK', async () => {
    rig.srf.invite((_req, res) => {
      res.send(183, { headers: { Require: '100rel' }, body: sdp }, undefined, () => res.send(200, { body: sdp }));
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), { Supported: '100rel' }, sdp);
    say(alice, invite);
    const early = await alice.takes(183);
    const repeated = await alice.takes(183);
    assert.equal(early.headers.get('RSeq'), repeated.headers.get('RSeq'));
    const prack = alice.follow(invite, early, 'PRACK', 2);
    prack.headers.append('RAck', `${early.headers.get('RSeq') ?? ''} 1 INVITE`);
    say(alice, prack);
    await alice.takes(200, 'PRACK');
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    say(alice, alice.follow(invite, ok, 'BYE', 3));
    // Nobody made a Dialog of it, so the BYE falls to drachtio-srf's own last resort.
    await alice.takes(404, 'BYE');
  });

  it('lets the application confirm a reliable provisional, once', async () => {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { Supported: '100rel' } });
    const invite = await bob.takesRequest('INVITE');
    const early = bob.answer(invite, 183, { Require: '100rel', RSeq: '7' }, sdp);
    say(bob, early);
    say(bob, early);
    const prack = await bob.takesRequest('PRACK');
    assert.equal(prack.headers.get('RAck'), `7 ${invite.headers.get('CSeq') ?? ''}`);
    say(bob, bob.answer(prack, 200));
    say(bob, bob.answer(invite, 200, {}, sdp));
    await calling;
    await bob.takesRequest('ACK');
    assert.equal(bob.seen.filter((one) => one.kind === 'request' && one.method === 'PRACK').length, 1);
  });

  it('keeps a BYE back until the application can know the dialog', async () => {
    let missed = 0;
    rig.srf.invite((req, res) => {
      void rig.srf.createUAS(req, res, { localSdp: sdp }).then((dialog) => {
        if (!dialog.connected) missed++;
        dialog.on('destroy', () => missed--);
      });
    });
    await rig.routed('INVITE');
    const calls = 40;
    const byes: SipRequest[] = [];
    for (let call = 0; call < calls; call++) {
      const invite = alice.request('INVITE', service(), {}, sdp);
      say(alice, invite);
      const ok = await alice.takes(200, 'INVITE', invite);
      say(alice, alice.ack(invite, ok));
      const bye = alice.follow(invite, ok, 'BYE', 2);
      say(alice, bye);
      byes.push(bye);
    }
    for (const bye of byes) await alice.takes(200, 'BYE', bye);
    await until(() => missed === -calls, `the application missed the end of ${String(calls)} calls or fewer`);
    assert.equal(missed, -calls);
  });

  it('keeps a subscription until its last NOTIFY', async () => {
    const subscribed = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.subscribe((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: '', headers: { Expires: '60' } }).then(resolve, reject);
      });
    });
    await rig.routed('SUBSCRIBE');
    const before = (await rig.engine.stats()).dialogs;
    say(alice, alice.request('SUBSCRIBE', service(), { Event: 'presence', Expires: '60' }));
    assert.match((await alice.takes(202)).headers.get('Contact') ?? '', /^<sip:127\.0\.0\.1/);
    assert.equal((await rig.engine.stats()).dialogs, before + 1);
    const over = (await subscribed).destroy();
    const notify = await alice.takesRequest('NOTIFY');
    assert.match(notify.headers.get('Subscription-State') ?? '', /^terminated/);
    say(alice, alice.answer(notify, 200));
    await over;
    await until(async () => (await rig.engine.stats()).dialogs === before, 'the subscription is still there');
  });

  it('answers for an application that is not there, or does not want the method', async () => {
    rig.srf.options((_req, res) => res.send(200));
    await rig.routed('OPTIONS');
    const expected = { INVITE: 503, REGISTER: 503, MESSAGE: 503, REFER: 405, FOO: 501, UPDATE: 481 };
    for (const [method, status] of Object.entries(expected)) {
      const request = alice.request(method, service());
      say(alice, request);
      const refusal = await alice.takes(status, method);
      if (method === 'INVITE') say(alice, alice.ack(request, refusal));
      if (status === 405) assert.match(refusal.headers.get('Allow') ?? '', /OPTIONS/);
    }
  });

  it('refuses what is out of place: 481, 482, 483', async () => {
    rig.srf.options(() => undefined);
    await rig.routed('OPTIONS');
    say(alice, alice.request('BYE', service(), { To: `<${service()}>;tag=nobody` }));
    await alice.takes(481, 'BYE');
    say(alice, alice.cancel(alice.request('INVITE', service())));
    await alice.takes(481, 'CANCEL');
    say(alice, alice.request('OPTIONS', service(), { 'Max-Forwards': '0' }));
    await alice.takes(483);
    const once = alice.request('OPTIONS', service());
    say(alice, once);
    once.headers.set('Via', alice.via());
    say(alice, once);
    await alice.takes(482);
  });

  it('answers 503 at once for an application that vanishes, and ends its calls', async () => {
    const { dialog } = await outgoingCall();
    dialog.on('destroy', () => undefined);
    rig.srf.invite((_req, res) => res.send(180));
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    await alice.takes(180);
    rig.srf.disconnect();
    say(alice, alice.ack(invite, await alice.takes(503)));
    const bye = await bob.takesRequest('BYE');
    say(bob, bob.answer(bye, 200));
    assert.equal((await rig.engine.stats()).applications, 0);
  });

  it('gives each of several applications its turn, however often it asked', async () => {
    const other = newApplication();
    await connectApplication(other, rig.engine);
    const turns = { one: 0, other: 0 };
    rig.srf.options((_req, res) => {
      turns.one++;
      res.send(200);
    });
    // drachtio-srf asks for every verb again each time one is added.
    rig.srf.message((_req, res) => res.send(200));
    rig.srf.info((_req, res) => res.send(200));
    await rig.routed('INFO');
    other.options((_req, res) => {
      turns.other++;
      res.send(200);
    });
    other.publish((_req, res) => res.send(200));
    await rig.routed('PUBLISH');
    for (let turn = 0; turn < 10; turn++) {
      say(alice, alice.request('OPTIONS', service()));
      await alice.takes(200);
    }
    other.disconnect();
    assert.deepEqual(turns, { one: 5, other: 5 });
  });

  it('tells of a peer that never answers with 408, of a name that is none with 503', async () => {
    await assert.rejects(
      rig.srf.createUAC(bob.uri, { localSdp: sdp }),
      (error: { status?: number }) => error.status === 408,
    );
    await assert.rejects(
      rig.srf.createUAC('sip:bob@nosuch.invalid', { localSdp: sdp }),
      (error: { status?: number }) => error.status === 503,
    );
  });

  it('leaves no transaction, no dialog and no timer of all this behind', async () => {
    rig.srf.disconnect();
    await settled(rig.engine);
  });

  it('is not impressed by garbage', async () => {
    const before = (await rig.engine.stats()).malformed;
    alice.raw(Buffer.alloc(65_000, 'x'), rig.udp);
    alice.raw(Buffer.from([0, 0, 0, 0]), rig.udp);
    alice.raw(Buffer.from('INVITE sip:x SIP/2.0\r\n\r\n'), rig.udp);
    const short = alice.request('OPTIONS', service());
    short.headers.append('Content-Length', '0');
    alice.raw(Buffer.from(requestText(short).replace('Content-Length: 0', 'Content-Length: 50')), rig.udp);
    const refusal = await alice.takes(400);
    assert.equal(refusal.headers.get('Call-ID'), short.headers.get('Call-ID'));
    assert.equal((await rig.engine.stats()).malformed - before, 3);
  });
});

function nameOf(message: SipMessage): string {
  if (message.kind === 'request') return message.method;
  const method = (message.headers.get('CSeq') ?? '').split(' ')[1] ?? '';
  return message.status < 200 ? String(message.status) : `${String(message.status)} ${method}`;
}

function requestText(request: SipRequest): string {
  const fields = [...request.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${request.method} ${request.uri} SIP/2.0\r\n${fields}\r\n`;
}
