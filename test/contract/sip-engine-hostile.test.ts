import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { SipRequest } from '../../src/sip-engine/message/types.ts';
import { FrameClient } from './sip-engine/frames.ts';
import { Peer } from './sip-engine/peer.ts';
import { asks, type Rig, sdp, settled, startRig, type TestDialog, until } from './sip-engine/rig.ts';

/** What a party to a call, a registered telephone or a stranger may try to keep, to take, or to have us do. */
describe('the SIP engine among hostile peers', () => {
  let rig: Rig;
  const peers: Peer[] = [];
  before(async () => {
    rig = await startRig({ sessionTimers: { minSE: 3 } });
  });
  after(() => rig.close());
  beforeEach(() => rig.renew());
  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.close();
    await settled(rig.engine);
  });

  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;
  async function udp(name: string): Promise<Peer> {
    const peer = await Peer.udp(name);
    peers.push(peer);
    return peer;
  }
  async function tcp(name: string): Promise<Peer> {
    const peer = await Peer.tcp(name, rig.tcp);
    peers.push(peer);
    return peer;
  }
  async function answeredCall(alice: Peer): Promise<{ invite: SipRequest; dialog: TestDialog }> {
    const taken = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), {}, sdp);
    alice.send(invite, rig.udp);
    alice.send(alice.ack(invite, await alice.takes(200)), rig.udp);
    return { invite, dialog: await taken };
  }

  it('lets no second INVITE or SUBSCRIBE take the place of a call under its Call-ID and tag', async () => {
    const alice = await udp('alice');
    const { invite, dialog } = await answeredCall(alice);
    rig.srf.subscribe((_, res) => res.send(202));
    await rig.routed('SUBSCRIBE');
    for (const method of ['INVITE', 'SUBSCRIBE']) {
      const same = { From: invite.headers.get('From') ?? '', 'Call-ID': invite.headers.get('Call-ID') ?? '' };
      const again = alice.request(method, service(), { ...same, CSeq: `7 ${method}` }, method === 'INVITE' ? sdp : '');
      alice.send(again, rig.udp);
      const refused = await alice.takes(482, method);
      if (method === 'INVITE') alice.send(alice.ack(again, refused), rig.udp);
    }
    const over = dialog.destroy();
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.udp);
    await over;
  });

  it('makes no more than 32 branches of a fork, whatever number of tags the answers have', async () => {
    const bob = await udp('bob');
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp });
    const invite = await bob.takesRequest('INVITE');
    const asBranch = (status: number, tag: string): void => {
      const answer = bob.answer(invite, status, {}, status === 200 ? sdp : '');
      answer.headers.set('To', `${invite.headers.get('To') ?? ''};tag=${tag}`);
      bob.send(answer, rig.udp);
    };
    for (let at = 0; at < 100; at++) asBranch(180, `ring${String(at)}`);
    asBranch(200, 'ring0');
    const dialog = await calling;
    await bob.takesRequest('ACK');
    const before = (await rig.engine.stats()).responsesReceived;
    for (let at = 0; at < 100; at++) asBranch(200, `tag${String(at)}`);
    await until(async () => (await rig.engine.stats()).responsesReceived >= before + 100, 'not every answer was read');
    await until(() => bob.seen.filter((one) => one.kind === 'request' && one.method === 'BYE').length >= 31, 'no BYE');
    const asked = bob.seen.filter((one): one is SipRequest => one.kind === 'request');
    const hungUp = new Set(asked.filter(({ method }) => method === 'BYE').map(({ headers }) => headers.get('To')));
    assert.equal(hungUp.size, 31);
    for (const bye of asked) if (bye.method === 'BYE') bob.send(bob.answer(bye, 200), rig.udp);
    const over = dialog.destroy();
    await until(() => {
      const last = bob.seen.findLast((one) => one.kind === 'request' && one.method === 'BYE');
      if (last?.kind !== 'request' || hungUp.has(last.headers.get('To'))) return false;
      bob.send(bob.answer(last, 200), rig.udp);
      return true;
    }, 'no BYE of the call itself');
    await over;
  });

  it('acknowledges the answer that its application did not live to acknowledge, before the BYE', async () => {
    const bob = await udp('bob');
    const client = await FrameClient.open(rig.engine.control.port);
    await client.ask('authenticate|geheim');
    client.send(`sip||`, `INVITE ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
    const invite = await bob.takesRequest('INVITE');
    bob.send(bob.answer(invite, 200, {}, sdp), rig.udp);
    await client.sip();
    client.close();
    bob.send(bob.answer(await bob.takesRequest('BYE'), 200), rig.udp);
    const order = bob.seen.map((one) => (one.kind === 'request' ? one.method : ''));
    assert.deepEqual(order.slice(0, 3), ['INVITE', 'ACK', 'BYE']);
  });

  it('forgets a session refresh that the peer answers with provisionals only', async () => {
    const alice = await udp('alice');
    const taken = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        const headers = { 'Session-Expires': '3;refresher=uas' };
        rig.srf.createUAS(req, res, { localSdp: sdp, headers }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), { Supported: 'timer' }, sdp);
    alice.send(invite, rig.udp);
    alice.send(alice.ack(invite, await alice.takes(200)), rig.udp);
    const ended = once(await taken, 'destroy');
    alice.send(alice.answer(await alice.takesRequest('INVITE'), 180), rig.udp);
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.udp);
    await ended;
  });

  it('forgets a re-INVITE that the peer answers with provisionals only, when the session runs out', async () => {
    const alice = await udp('alice');
    const taken = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        const headers = { 'Session-Expires': '3;refresher=uac' };
        rig.srf.createUAS(req, res, { localSdp: sdp, headers }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const invite = alice.request('INVITE', service(), { Supported: 'timer' }, sdp);
    alice.send(invite, rig.udp);
    alice.send(alice.ack(invite, await alice.takes(200)), rig.udp);
    const dialog = await taken;
    const ended = once(dialog, 'destroy');
    const modified = dialog.modify(sdp).catch(() => undefined);
    const again = await alice.takesRequest('INVITE');
    alice.send(alice.answer(again, 180), rig.udp);
    alice.send(alice.answer(await alice.takesRequest('CANCEL'), 200), rig.udp);
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.udp);
    await ended;
    await modified;
  });

  it('refuses what belongs to no dialog each time that it comes with the same 481, and remembers none of it', async () => {
    const mallory = await udp('mallory');
    for (const method of ['BYE', 'INVITE', 'CANCEL', 'PRACK']) {
      for (const to of method === 'INVITE' ? ['<sip:x@y>;tag=q'] : ['<sip:x@y>;tag=q', '<sip:x@y>']) {
        const stray = mallory.request(method, service(), { To: to });
        const tags = new Set<string | undefined>();
        for (let time = 0; time < 3; time++) {
          mallory.send(stray, rig.udp);
          tags.add((await mallory.takes(481, method, stray)).headers.get('To'));
        }
        assert.match([...tags].join(), /^<sip:x@y>;tag=[^,]+$/);
      }
    }
    const { transactions } = await rig.engine.stats();
    assert.deepEqual([transactions.serverInvite, transactions.serverNonInvite], [0, 0]);
  });

  it('gives the contact of one who is registered to nobody else', async () => {
    const [alice, mallory] = [await tcp('alice'), await tcp('mallory')];
    rig.srf.register((req, res) => res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } }));
    await rig.routed('REGISTER');
    for (const peer of [alice, mallory]) {
      for (const expires of ['60', '0']) {
        if (peer === alice && expires === '0') continue;
        const contact = `<sip:alice@k3j2h1.invalid;transport=tcp>;expires=${expires}`;
        const to = `<sip:${peer.name}@example.com>`;
        peer.send(peer.request('REGISTER', service(), { Contact: contact, To: to }), rig.tcp);
        await peer.takes(200, 'REGISTER');
      }
    }
    const status = asks(rig.srf, 'sip:alice@k3j2h1.invalid;transport=tcp', 'MESSAGE');
    alice.send(alice.answer(await alice.takesRequest('MESSAGE'), 200), rig.tcp);
    assert.equal(await status, 200);
  });
});
