import assert from 'node:assert/strict';
import type { SipMessage } from '../../src/sip-engine/message/types.ts';
import { Peer } from './sip-engine/peer.ts';
import { type ProxyResult, type Rig, sdp, settled, startRig, type TestSrf } from './sip-engine/rig.ts';

type ProxyOptions = Parameters<TestSrf['proxyRequest']>[2];

describe('the SIP engine as a proxy, under drachtio-srf', () => {
  let rig: Rig;
  let alice: Peer;
  let bob: Peer;
  let carol: Peer;
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
    carol = await Peer.udp('carol');
  });
  afterEach(async () => {
    for (const peer of [alice, bob, carol]) await peer.close();
    await settled(rig.engine);
  });

  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;
  const say = (peer: Peer, message: SipMessage): void => {
    peer.send(message, rig.udp);
  };

  /** The application proxies every INVITE there; what it hears of the first. */
  async function proxying(
    to: readonly Peer[],
    options: ProxyOptions = {},
    verb: 'invite' | 'register' | 'message' = 'invite',
  ): Promise<{ heard: Promise<ProxyResult> }> {
    const heard = new Promise<ProxyResult>((resolve, reject) => {
      rig.srf[verb]((req) => {
        rig.srf
          .proxyRequest(
            req,
            to.map(({ uri }) => uri),
            options,
          )
          .then(resolve, reject);
      });
    });
    heard.catch(() => undefined);
    await rig.routed(verb.toUpperCase());
    return { heard };
  }

  it('passes an INVITE to its one destination, and the answer back', async () => {
    const { heard } = await proxying([bob]);
    const invite = alice.request('INVITE', service(), { 'X-Odd': 'a,  b;c="d"' }, sdp);
    say(alice, invite);
    await alice.takes(100);
    const arrived = await bob.takesRequest('INVITE');
    assert.equal(arrived.uri, bob.uri);
    assert.equal(arrived.headers.get('Max-Forwards'), '69');
    assert.equal(arrived.headers.get('X-Odd'), 'a,  b;c="d"');
    assert.equal(arrived.headers.all('Via').length, 2);
    assert.equal(arrived.headers.get('Record-Route'), undefined);
    assert.equal(arrived.body.toString(), sdp);
    for (const name of ['From', 'To', 'Call-ID', 'CSeq', 'Contact']) {
      assert.equal(arrived.headers.get(name), invite.headers.get(name), name);
    }
    say(bob, bob.answer(arrived, 180));
    const ringing = await alice.takes(180);
    assert.deepEqual(ringing.headers.all('Via').length, 1);
    say(bob, bob.answer(arrived, 200, {}, sdp));
    const ok = await alice.takes(200);
    assert.equal(ok.headers.get('Contact'), `<${bob.uri}>`);
    const result = await heard;
    assert.equal(result.connected, true);
    assert.equal(result.responses[0]?.port, bob.port);
  });
});
