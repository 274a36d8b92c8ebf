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
  until,
} from './sip-engine/rig.ts';

describe('what happens inside dialogs, under drachtio-srf', () => {
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

  async function incoming(contact?: string): Promise<{ invite: SipRequest; ok: SipResponse; dialog: TestDialog }> {
    const taken = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), contact === undefined ? {} : { Contact: contact }, sdp);
    say(alice, invite);
    const ok = await alice.takes(200, 'INVITE');
    say(alice, alice.ack(invite, ok));
    return { invite, ok, dialog: await taken };
  }

  async function outgoing(): Promise<{ invite: SipRequest; dialog: TestDialog }> {
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp });
    const invite = await bob.takesRequest('INVITE');
    say(bob, bob.answer(invite, 200, {}, sdp));
    const dialog = await calling;
    await bob.takesRequest('ACK');
    return { invite, dialog };
  }

  /** The 200 to that very INVITE: one before it may have been repeated meanwhile. */
  async function accepted(invite: SipRequest): Promise<SipResponse> {
    for (;;) {
      const ok = await alice.takes(200, 'INVITE');
      if (ok.headers.get('CSeq') === invite.headers.get('CSeq')) return ok;
    }
  }

  async function hangUp(dialog: TestDialog, peer: Peer): Promise<SipRequest> {
    const over = dialog.destroy();
    const bye = await peer.takesRequest('BYE');
    say(peer, peer.answer(bye, 200));
    await over;
    return bye;
  }

  it('a re-INVITE without an offer: the SDP of its ACK reaches the application', async () => {
    const { invite, ok, dialog } = await incoming();
    dialog.on('modify', (_req: TestRequest, res: TestResponse) => {
      res.send(200, { body: sdp });
    });
    // The ACK of the first INVITE may still be on its way through the event loop.
    const answered = new Promise<string>((resolve) => {
      dialog.on('ack', ({ body }: TestRequest) => {
        if (body !== '') resolve(body);
      });
    });
    const empty = alice.follow(invite, ok, 'INVITE', 2);
    say(alice, empty);
    const offer = await accepted(empty);
    assert.equal(offer.body.toString(), sdp);
    const ack = alice.follow(invite, ok, 'ACK', 2, sdp.replace('4000', '4004'));
    say(alice, ack);
    assert.match(await answered, /4004/);
    await hangUp(dialog, alice);
  });

  it('a BYE of the application before the ACK of its 200: it waits for that', async () => {
    const taken = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    say(alice, invite);
    const ok = await alice.takes(200, 'INVITE');
    const over = (await taken).destroy();
    await alice.takes(200, 'INVITE');
    assert.equal(
      alice.seen.some((one) => one.kind === 'request'),
      false,
    );
    say(alice, alice.ack(invite, ok));
    say(alice, alice.answer(await alice.takesRequest('BYE'), 200));
    await over;
  });

  it('a BYE of the peer while our re-INVITE waits: the application hears of both', async () => {
    const { invite, dialog } = await outgoing();
    const gone = new Promise((resolve) => dialog.on('destroy', resolve));
    const modified = dialog.modify(sdp).then(
      () => 'done',
      (error: unknown) => String(error),
    );
    const again = await bob.takesRequest('INVITE');
    say(bob, bob.reverse(invite, 'BYE', 1));
    await bob.takes(200, 'BYE');
    await gone;
    say(bob, bob.answer(again, 487));
    await bob.takesRequest('ACK');
    assert.match(await modified, /487/);
  });

  it('a BYE of the peer while our re-INVITE rings: a CANCEL ends that as well', async () => {
    const { invite, dialog } = await outgoing();
    const gone = new Promise((resolve) => dialog.on('destroy', resolve));
    const modified = dialog.modify(sdp).then(
      () => 'done',
      (error: unknown) => String(error),
    );
    const again = await bob.takesRequest('INVITE');
    say(bob, bob.answer(again, 180));
    say(bob, bob.reverse(invite, 'BYE', 1));
    await bob.takes(200, 'BYE');
    await gone;
    const cancel = await bob.takesRequest('CANCEL');
    assert.equal(cancel.headers.get('Via'), again.headers.get('Via'));
    assert.equal(cancel.headers.get('CSeq')?.split(' ')[0], again.headers.get('CSeq')?.split(' ')[0]);
    say(bob, bob.answer(cancel, 200));
    say(bob, bob.answer(again, 487));
    await bob.takesRequest('ACK');
    assert.match(await modified, /487/);
  });

  it('a CANCEL that crosses the 200 of a re-INVITE: the call goes on as the 200 says', async () => {
    const { invite, ok, dialog } = await incoming();
    dialog.on('modify', (_: TestRequest, res: TestResponse) => res.send(200, { body: sdp }));
    const ended = { by: '' };
    dialog.on('destroy', () => (ended.by = 'somebody'));
    const again = alice.follow(invite, ok, 'INVITE', 2, sdp);
    say(alice, again);
    const second = await accepted(again);
    say(alice, alice.cancel(again));
    await alice.takes(481, 'CANCEL');
    say(alice, alice.ack(again, second));
    const info = dialog.request({ method: 'INFO' });
    say(alice, alice.answer(await alice.takesRequest('INFO'), 200));
    assert.equal((await info).status, 200);
    assert.equal(ended.by, '');
    await hangUp(dialog, alice);
  });

  it('offers that cross: 491 to INVITE and UPDATE while ours waits, 500 with Retry-After to a second of theirs', async () => {
    const { invite, dialog } = await outgoing();
    const updated = dialog.request({ method: 'UPDATE', body: sdp, headers: { 'Content-Type': 'application/sdp' } });
    const ours = await bob.takesRequest('UPDATE');
    say(bob, bob.reverse(invite, 'UPDATE', 1, sdp));
    await bob.takes(491, 'UPDATE');
    const crossing = bob.reverse(invite, 'INVITE', 2, sdp);
    say(bob, crossing);
    await bob.takes(491, 'INVITE');
    const ack = bob.reverse(invite, 'ACK', 2);
    ack.headers.set('Via', crossing.headers.get('Via') ?? '');
    say(bob, ack);
    say(bob, bob.answer(ours, 200, {}, sdp));
    assert.equal((await updated).status, 200);

    const waiting = new Promise<TestResponse>((resolve) => {
      dialog.on('update', (_req: TestRequest, res: TestResponse) => {
        resolve(res);
      });
    });
    say(bob, bob.reverse(invite, 'UPDATE', 4, sdp));
    const res = await waiting;
    say(bob, bob.reverse(invite, 'UPDATE', 5, sdp));
    assert.match((await bob.takes(500, 'UPDATE')).headers.get('Retry-After') ?? '', /^\d$/);
    say(bob, bob.reverse(invite, 'INVITE', 6, sdp));
    assert.match((await bob.takes(500, 'INVITE')).headers.get('Retry-After') ?? '', /^\d$/);
    res.send(200, { body: sdp });
    await bob.takes(200, 'UPDATE');
    await hangUp(dialog, bob);
  });

  it('a request whose Max-Forwards is used up, or that requires what nobody knows: it has arrived', async () => {
    const { invite, ok, dialog } = await incoming();
    const info = alice.follow(invite, ok, 'INFO', 2);
    info.headers.set('Max-Forwards', '0').append('Require', 'nothing-known');
    say(alice, info);
    await alice.takes(200, 'INFO');
    await hangUp(dialog, alice);
  });

  it('a Contact with headers and a method: the requests to it have none', async () => {
    const { dialog } = await incoming(`<${alice.uri};method=INVITE;ob?Subject=what&Priority=urgent>`);
    assert.equal((await hangUp(dialog, alice)).uri, `${alice.uri};ob`);
  });

  it('requests of no dialog that carry a To tag: to an application that wants them, else 481', async () => {
    rig.srf.info((_req, res) => {
      res.send(200);
    });
    rig.srf.message((_req, res) => {
      res.send(202);
    });
    await rig.routed('INFO', 'MESSAGE');
    const stray = (method: string): SipRequest => {
      const request = alice.request(method, service());
      request.headers.set('To', `<${service()}>;tag=forgotten`);
      return request;
    };
    say(alice, stray('INFO'));
    await alice.takes(200, 'INFO');
    say(alice, stray('MESSAGE'));
    await alice.takes(202, 'MESSAGE');
    for (const method of ['OPTIONS', 'NOTIFY', 'BYE', 'UPDATE', 'REFER']) {
      say(alice, stray(method));
      await alice.takes(481, method);
    }
  });

  it('a MESSAGE in a call: to its dialog, not to whoever wants messages', async () => {
    const { invite, ok, dialog } = await incoming();
    rig.srf.message((_req, res) => {
      res.send(500);
    });
    await rig.routed('MESSAGE');
    const heard = new Promise<void>((resolve) => {
      dialog.on('message', (_req: TestRequest, res: TestResponse) => {
        res.send(200);
        resolve();
      });
    });
    say(alice, alice.follow(invite, ok, 'MESSAGE', 2));
    await heard;
    await alice.takes(200, 'MESSAGE');
    await hangUp(dialog, alice);
  });

  describe('subscriptions', () => {
    let app: FrameClient;
    beforeEach(async () => {
      app = await FrameClient.open(rig.engine.control.port);
      await app.ask('authenticate|geheim|');
    });
    afterEach(() => {
      app.close();
    });

    const subscribe = (): string => `SUBSCRIBE ${bob.uri} SIP/2.0\r\nEvent: presence\r\nExpires: 60\r\n\r\n`;

    function notify(of: SipRequest, sequence: number, state: string, tag = 'bobtag'): SipRequest {
      const request = bob.reverse(of, 'NOTIFY', sequence);
      request.headers.append('Event', 'presence').append('Subscription-State', state);
      request.headers.set('From', (request.headers.get('From') ?? '').replace('bobtag', tag));
      return request;
    }

    it('a NOTIFY before the answer to the SUBSCRIBE: the application reads it after that, in its dialog', async () => {
      const before = (await rig.engine.stats()).dialogs;
      app.send('sip||', subscribe());
      const asked = await bob.takesRequest('SUBSCRIBE');
      const early = notify(asked, 1, 'active;expires=60');
      say(bob, early);
      say(bob, early);
      say(bob, bob.answer(asked, 202, { Expires: '60' }));
      const accepted = await app.sip();
      assert.match(accepted.message, /^SIP\/2\.0 202/);
      const heard = await app.sip();
      assert.match(heard.message, /^NOTIFY/);
      assert.equal(heard.fields[9], accepted.fields[9]);
      app.send(`sip|${heard.fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\nCSeq: 1 NOTIFY\r\n\r\n');
      await bob.takes(200, 'NOTIFY');
      // Another branch has no place under that id.
      say(bob, notify(asked, 1, 'active', 'otherbranch'));
      await bob.takes(481, 'NOTIFY');
      say(bob, notify(asked, 2, 'terminated;reason=timeout'));
      const last = await app.sip();
      assert.equal((await rig.engine.stats()).dialogs, before + 1);
      app.send(`sip|${last.fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\nCSeq: 2 NOTIFY\r\n\r\n');
      await bob.takes(200, 'NOTIFY');
      await until(async () => (await rig.engine.stats()).dialogs === before, 'the subscription is still there');
    });

    it('a NOTIFY of a SUBSCRIBE that is refused: 481', async () => {
      app.send('sip||', subscribe());
      const asked = await bob.takesRequest('SUBSCRIBE');
      say(bob, notify(asked, 1, 'active'));
      say(bob, bob.answer(asked, 403));
      await bob.takes(481, 'NOTIFY');
      assert.match((await app.sip()).message, /^SIP\/2\.0 403/);
    });

    it('a refresh that nobody knows any more: the subscription is over', async () => {
      const before = (await rig.engine.stats()).dialogs;
      app.send('sip||', subscribe());
      const asked = await bob.takesRequest('SUBSCRIBE');
      say(bob, bob.answer(asked, 200, { Expires: '60' }));
      const id = (await app.sip()).fields[9] ?? '';
      const refresh = 'SUBSCRIBE sip:placeholder SIP/2.0\r\nEvent: presence\r\nExpires: 60\r\n\r\n';
      app.send(`sip||${id}`, refresh);
      say(bob, bob.answer(await bob.takesRequest('SUBSCRIBE'), 200, { Expires: '60' }));
      assert.match((await app.sip()).message, /^SIP\/2\.0 200/);
      app.send(`sip||${id}`, refresh);
      say(bob, bob.answer(await bob.takesRequest('SUBSCRIBE'), 481));
      assert.match((await app.sip()).message, /^SIP\/2\.0 481/);
      assert.equal((await rig.engine.stats()).dialogs, before);
      assert.match((await app.ask(`sip||${id}`, refresh)).join('|'), /unable to find dialog/);
    });

    it('a REFER outside of dialogs: its answer makes the subscription, unless it says Refer-Sub: false', async () => {
      const before = (await rig.engine.stats()).dialogs;
      await app.ask('route|refer');
      const refer = (): SipRequest => alice.request('REFER', service(), { 'Refer-To': '<sip:carol@example.com>' });
      say(alice, refer());
      const first = await app.sip();
      const echo = await app.answer(app.send(`sip|${first.fields[8] ?? ''}|`, 'SIP/2.0 202 Accepted\r\n\r\n'));
      await alice.takes(202);
      assert.equal((await rig.engine.stats()).dialogs, before + 1);
      const state = 'Event: refer\r\nSubscription-State: terminated;reason=noresource';
      const type = 'Content-Type: message/sipfrag\r\nContent-Length: 14';
      app.send(
        `sip||${echo.fields[11] ?? ''}`,
        `NOTIFY sip:placeholder SIP/2.0\r\n${state}\r\n${type}\r\n\r\nSIP/2.0 200 OK`,
      );
      say(alice, alice.answer(await alice.takesRequest('NOTIFY'), 200));
      assert.match((await app.sip()).message, /^SIP\/2\.0 200/);
      say(alice, refer());
      const second = await app.sip();
      app.send(`sip|${second.fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\nRefer-Sub: false\r\n\r\n');
      await alice.takes(200, 'REFER');
      assert.equal((await rig.engine.stats()).dialogs, before);
    });
  });

  it('leave no transaction, no dialog and no timer behind', async () => {
    await settled(rig.engine);
    assert.deepEqual(
      rig.events.filter((event) => event.type === 'log' && event.level === 'error'),
      [],
    );
  });
});
