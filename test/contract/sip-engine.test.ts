import assert from 'node:assert/strict';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, sdp, settled, startRig } from './sip-engine/rig.ts';

describe('the SIP engine under drachtio-srf', () => {
  let rig: Rig;
  let alice: Peer;
  let bob: Peer;
  beforeEach(async () => {
    rig = await startRig();
    alice = await Peer.udp('alice');
    bob = await Peer.udp('bob');
  });
  afterEach(async () => {
    await rig.close();
    await alice.close();
    await bob.close();
  });

  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;

  it('carries a B2BUA call over UDP from INVITE to BYE', async () => {
    rig.srf.invite(async (req, res) => {
      const { uas, uac } = await rig.srf.createB2BUA(req, res, bob.uri, {});
      uas.on('destroy', () => void uac.destroy());
      uac.on('destroy', () => void uas.destroy());
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const invite = alice.request('INVITE', service(), {}, sdp);
    alice.send(invite, rig.udp);
    await alice.takes(100);
    const inner = await bob.takesRequest('INVITE');
    bob.send(bob.answer(inner, 180), rig.udp);
    await alice.takes(180);
    bob.send(bob.answer(inner, 200, {}, sdp), rig.udp);
    const ok = await alice.takes(200, 'INVITE');
    await bob.takesRequest('ACK');
    alice.send(alice.ack(invite, ok), rig.udp);
    alice.send(alice.follow(invite, ok, 'BYE', 2), rig.udp);
    await alice.takes(200, 'BYE');
    const bye = await bob.takesRequest('BYE');
    bob.send(bob.answer(bye, 200), rig.udp);
    await settled(rig.engine);
    assert.equal((await rig.engine.stats()).malformed, 0);
  });
});
