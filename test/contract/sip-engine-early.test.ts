import assert from 'node:assert/strict';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip-engine/message/types.ts';
import { FrameClient } from './sip-engine/frames.ts';
import { Peer } from './sip-engine/peer.ts';
import {
  type Rig,
  sdp,
  settled,
  startRig,
  type TestDialog,
  type TestRequest,
  type TestResponse,
} from './sip-engine/rig.ts';

describe('early dialogs under drachtio-srf', () => {
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

  const say = (peer: Peer, message: SipMessage): void => {
    peer.send(message, rig.udp);
  };
  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;

  /** Alice calls; the test answers by the request and response that drachtio-srf made of it. */
  async function called(
    extra: Readonly<Record<string, string>>,
  ): Promise<{ invite: SipRequest; req: TestRequest; res: TestResponse }> {
    const taken = new Promise<{ req: TestRequest; res: TestResponse }>((resolve) => {
      rig.srf.invite((req, res) => {
        resolve({ req, res });
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), extra, sdp);
    say(alice, invite);
    return { invite, ...(await taken) };
  }

  function prackOf(invite: SipRequest, early: SipResponse, sequence: number): SipRequest {
    const prack = alice.follow(invite, early, 'PRACK', sequence);
    prack.headers.append('RAck', `${early.headers.get('RSeq') ?? ''} 1 INVITE`);
    return prack;
  }

  const reliably = { headers: { Require: '100rel' } };

  async function bye(invite: SipRequest, ok: SipResponse, sequence: number): Promise<void> {
    say(alice, alice.follow(invite, ok, 'BYE', sequence));
    // Nobody made a Dialog of it, so the BYE falls to drachtio-srf's own last resort.
    await alice.takes(404, 'BYE');
  }

  it('keep back what follows SDP in a reliable provisional until that is acknowledged: the next one, and the 200', async () => {
    const { invite, res } = await called({ Supported: '100rel' });
    res.send(183, { ...reliably, body: sdp });
    res.send(180, reliably);
    res.send(200, { body: sdp });
    const first = await alice.takes(183);
    await alice.takes(183);
    assert.deepEqual(
      alice.seen.filter((one) => one.kind === 'response' && (one.status === 180 || one.status === 200)),
      [],
    );
    say(alice, prackOf(invite, first, 2));
    await alice.takes(200, 'PRACK');
    // The 200 waits for the SDP only: the 180 after it has none, and need not go any more.
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    await bye(invite, ok, 3);
  });

  it('number reliable provisionals one by one', async () => {
    const { invite, res } = await called({ Supported: '100rel' });
    res.send(180, reliably);
    res.send(183, { ...reliably, body: sdp });
    const first = await alice.takes(180);
    say(alice, prackOf(invite, first, 2));
    const second = await alice.takes(183);
    assert.equal(Number(second.headers.get('RSeq')), Number(first.headers.get('RSeq')) + 1);
    // A repeated PRACK in a new transaction confirms nothing any more.
    say(alice, prackOf(invite, first, 3));
    await alice.takes(481, 'PRACK');
    say(alice, prackOf(invite, second, 4));
    res.send(486);
    say(alice, alice.ack(invite, await alice.takes(486)));
  });

  it('let a 200 go where only a provisional without SDP waits, and take its PRACK later', async () => {
    const { invite, res } = await called({ Supported: '100rel' });
    res.send(180, reliably);
    const ringing = await alice.takes(180);
    res.send(200, { body: sdp });
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    say(alice, prackOf(invite, ringing, 2));
    await alice.takes(200, 'PRACK');
    await bye(invite, ok, 3);
  });

  it('tell the application that the caller knows no reliable provisionals', async () => {
    const { invite, res } = await called({});
    const refusal = await new Promise((resolve) => {
      res.send(183, { ...reliably, body: sdp }, (error: unknown) => {
        resolve(error);
      });
    });
    assert.match(String(refusal), /Remote endpoint does not support 100rel/);
    res.send(486);
    say(alice, alice.ack(invite, await alice.takes(486)));
    assert.equal(
      alice.seen.some((one) => one.kind === 'response' && one.status === 183),
      false,
    );
  });

  it('make a provisional reliable for a caller who requires it, without troubling the application', async () => {
    const { invite, res } = await called({ Require: '100rel' });
    res.send(180);
    const ringing = await alice.takes(180);
    assert.equal(ringing.headers.get('Require'), '100rel');
    assert.match(ringing.headers.get('Contact') ?? '', /^<sip:127\.0\.0\.1/);
    say(alice, prackOf(invite, ringing, 2));
    await alice.takes(200, 'PRACK');
    res.send(200, { body: sdp });
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    await bye(invite, ok, 3);
  });

  it('end with 504 where nobody acknowledges, and the application hears of it as of a CANCEL', async () => {
    const { invite, req, res } = await called({ Supported: '100rel' });
    const cancelled = new Promise((resolve) => req.on('cancel', resolve));
    res.send(183, { ...reliably, body: sdp });
    say(alice, alice.ack(invite, await alice.takes(504)));
    await cancelled;
  });

  it('end by CANCEL though the application has answered: its 200 never left, so it reads a BYE', async () => {
    const { invite, req, res } = await called({ Supported: '100rel' });
    res.send(183, { ...reliably, body: sdp });
    await alice.takes(183);
    const answered = rig.srf.createUAS(req, res, { localSdp: sdp });
    const dialog = await answered;
    const over = new Promise((resolve) => dialog.on('destroy', (_req: unknown, reason: string) => resolve(reason)));
    say(alice, alice.cancel(invite));
    say(alice, alice.ack(invite, await alice.takes(487)));
    assert.equal(await over, 'CANCEL after 200 OK');
    assert.equal(
      alice.seen.some(
        (one) => one.kind === 'response' && one.status === 200 && /INVITE/.test(one.headers.get('CSeq') ?? ''),
      ),
      false,
    );
  });

  it('carry an UPDATE of the caller before the answer, and its answer', async () => {
    const { invite, req, res } = await called({ Supported: '100rel' });
    req.on('update', (_update: TestRequest, updateRes: TestResponse) => {
      updateRes.send(200, { body: sdp });
    });
    res.send(183, { ...reliably, body: sdp });
    const early = await alice.takes(183);
    say(alice, prackOf(invite, early, 2));
    await alice.takes(200, 'PRACK');
    say(alice, alice.follow(invite, early, 'UPDATE', 3, sdp));
    assert.equal((await alice.takes(200, 'UPDATE')).body.toString(), sdp);
    res.send(486);
    say(alice, alice.ack(invite, await alice.takes(486)));
  });

  it('carry an UPDATE of the callee before the answer: drachtio-srf answers with its offer', async () => {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { Supported: '100rel' } });
    const invite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(invite, 183, { Require: '100rel', RSeq: '1' }, sdp));
    say(bob, bob.answer(await bob.takesRequest('PRACK'), 200));
    say(bob, bob.reverse(invite, 'UPDATE', 1, sdp));
    await bob.takes(200, 'UPDATE');
    say(bob, bob.answer(invite, 200));
    await bob.takesRequest('ACK');
    await ended(await calling, bob);
  });

  it('send each PRACK to the branch whose provisional it confirms', async () => {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { Supported: '100rel' } });
    const invite = await bob.takesRequest('INVITE');
    const one = bob.answer(invite, 183, { Require: '100rel', RSeq: '7' }, sdp);
    const other = branch(bob.answer(invite, 183, { Require: '100rel', RSeq: '9' }, sdp), 'other');
    say(bob, one);
    say(bob, other);
    const pracks = [await bob.takesRequest('PRACK'), await bob.takesRequest('PRACK')];
    const told = pracks.map(({ headers }) => [headers.get('RAck')?.split(' ')[0], headers.get('To')?.split('tag=')[1]]);
    assert.deepEqual(
      told.sort((a, b) => Number(a[0]) - Number(b[0])),
      [
        ['7', 'bobtag'],
        ['9', 'other'],
      ],
    );
    for (const prack of pracks) say(bob, bob.answer(prack, 200));
    // 199: the other branch is over (RFC 6228), and the first answers.
    say(bob, branch(bob.answer(invite, 199), 'other'));
    say(bob, bob.answer(invite, 200, {}, sdp));
    const ack = await bob.takesRequest('ACK');
    assert.match(ack.headers.get('To') ?? '', /bobtag/);
    await ended(await calling, bob);
  });

  it('take requests of each branch of a fork in the order that this branch gives them', async () => {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp });
    const invite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(invite, 180));
    say(bob, branch(bob.answer(invite, 180), 'other'));
    say(bob, bob.reverse(invite, 'INFO', 5));
    await bob.takes(404, 'INFO');
    const info = bob.reverse(invite, 'INFO', 2);
    info.headers.set('From', (info.headers.get('From') ?? '').replace('bobtag', 'other'));
    say(bob, info);
    await bob.takes(404, 'INFO');
    say(bob, branch(bob.answer(invite, 200, {}, sdp), 'other'));
    assert.match((await bob.takesRequest('ACK')).headers.get('To') ?? '', /other/);
    // The branch that did not win is forgotten.
    say(bob, bob.reverse(invite, 'INFO', 6));
    await bob.takes(481, 'INFO');
    await ended(await calling, bob);
  });

  it('complete a PRACK whose RAck the application left out', async () => {
    const app = await FrameClient.open(rig.engine.control.port);
    await app.ask('authenticate|geheim|');
    const echo = await app.answer(
      app.send(
        'sip||',
        `INVITE ${bob.uri} SIP/2.0\r\nSupported: 100rel\r\nContent-Length: ${String(sdp.length)}\r\n\r\n${sdp}`,
      ),
    );
    assert.equal(echo.fields[3], 'OK');
    const invite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(invite, 180, { Require: '100rel', RSeq: '41' }));
    const dialog = (await app.sip()).fields[9] ?? '';
    app.send(`sip||${dialog}`, 'PRACK sip:placeholder SIP/2.0\r\n\r\n');
    const prack = await bob.takesRequest('PRACK');
    assert.equal(prack.headers.get('RAck'), `41 ${invite.headers.get('CSeq') ?? ''}`);
    say(bob, bob.answer(prack, 200));
    say(bob, bob.answer(invite, 486));
    await bob.takesRequest('ACK');
    app.close();
  });

  it('leave no transaction, no dialog and no timer behind', () => settled(rig.engine));

  function branch(response: SipResponse, tag: string): SipResponse {
    response.headers.set('To', (response.headers.get('To') ?? '').replace('bobtag', tag));
    return response;
  }

  async function ended(dialog: TestDialog, peer: Peer): Promise<void> {
    const over = dialog.destroy();
    say(peer, peer.answer(await peer.takesRequest('BYE'), 200));
    await over;
  }
});
