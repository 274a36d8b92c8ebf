import assert from 'node:assert/strict';
import { once } from 'node:events';
import Srf from 'drachtio-srf';
import { asks, type Application } from '../application.ts';
import { at, fieldOf, sdp, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

const outside = '203.0.113.9';

/** How a peer on this machine sees the server. */
function seenAs(stage: Stage): string {
  return stage.differs('near-peers', { ours: stage.own, drachtio: `${outside}:${String(stage.subject.sip.udp.port)}` });
}

export const externalAddress: Suite = {
  title: 'an address that the world knows the server by',
  options: { external: { address: outside, localNetworks: ['10.0.0.0/8'] }, needs: ['external address'] },
  cases(check) {
    check('is what applications are told, beside the local one', async (stage) => {
      const srf = new Srf() as unknown as Application;
      srf.on('error', () => undefined);
      srf.connect(stage.subject.control);
      const [, hostPorts = '', , local = ''] = (await once(srf, 'connect')) as (string | undefined)[];
      stage.finally(() => {
        srf.disconnect();
      });
      const { udp, tcp } = stage.subject.sip;
      const places = [`tcp/${outside}:${String(tcp.port)}`, `udp/${outside}:${String(udp.port)}`];
      assert.deepEqual(hostPorts.split(',').toSorted(), places);
      assert.deepEqual(local.split(',').toSorted(), [`tcp/${at(tcp)}`, `udp/${at(udp)}`]);
    });

    check('stands in Via, From and Contact of what the application sends', async (stage) => {
      const { srf, bob } = stage;
      const known = seenAs(stage);
      const refused = srf
        .createUAC(bob.uri, { localSdp: sdp, headers: { From: 'sip:me@localhost' } })
        .catch(() => 'refused');
      const invite = await bob.takesRequest('INVITE');
      assert.match(fieldOf(invite, 'Via'), new RegExp(`^SIP/2\\.0/UDP ${known};`));
      assert.match(fieldOf(invite, 'From'), new RegExp(`^<sip:me@${known}>;`));
      assert.match(fieldOf(invite, 'Contact'), new RegExp(`^<sip:([^@>]*@)?${known}>`));
      stage.say(bob, bob.answer(invite, 486));
      await bob.takesRequest('ACK');
      assert.equal(await refused, 'refused');
    });

    check('stands in the Contact of an answer, by which a request comes back', async (stage) => {
      const call = await stage.incomingCall();
      assert.match(fieldOf(call.ok, 'Contact'), new RegExp(`^<sip:([^@>]*@)?${seenAs(stage)}>`));
      await stage.aliceEnds(call);
    });

    check('stands in the Record-Route of what is proxied, and in the request by which it comes back', async (stage) => {
      const { alice, bob, srf } = stage;
      srf.invite((req) => void srf.proxyRequest(req, bob.uri, { remainInDialog: true }));
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const inner = await bob.takesRequest('INVITE');
      const route = fieldOf(inner, 'Record-Route');
      assert.match(route, new RegExp(`^<sip:([^@>]*@)?${seenAs(stage)}.*;lr`));
      const ok = bob.answer(inner, 200, { 'Record-Route': route }, sdp);
      stage.say(bob, ok);
      const heard = await alice.takesFinal(invite);
      const ack = alice.ack(invite, heard);
      ack.headers.set('Route', route);
      stage.say(alice, ack);
      assert.equal(fieldOf(await bob.takesRequest('ACK'), 'Route'), '');
    });
  },
};

export const localNetworks: Suite = {
  title: 'an address that the world knows the server by, and peers in a local network',
  options: { external: { address: outside, localNetworks: ['127.0.0.0/8'] }, needs: ['external address'] },
  cases(check) {
    check('stands, or does not, in Via and Contact', async (stage) => {
      const { srf, bob } = stage;
      const asked = asks(srf, bob.uri, { method: 'OPTIONS' });
      const options = await bob.takesRequest('OPTIONS');
      stage.say(bob, bob.answer(options, 200));
      await asked;
      const call = await stage.incomingCall();
      const seen = [fieldOf(options, 'Via'), fieldOf(call.ok, 'Contact')].map((field) => field.includes(seenAs(stage)));
      await stage.aliceEnds(call);
      assert.deepEqual(seen, [true, true]);
    });
  },
};
