import assert from 'node:assert/strict';
import { fieldOf, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

/** An address that nobody has: what a peer behind an address translator believes of itself. */
const inside = 'sip:alice@192.168.77.7:5060';

export const translated: Suite = {
  title: 'peers behind an address translator',
  options: {},
  cases(check) {
    check('answers where a request came from, and says so in the Via', async (stage) => {
      const { alice, srf } = stage;
      srf.options((_req, res) => res.send(200));
      await stage.routed();
      const options = alice.request('OPTIONS', stage.service, {
        Via: `SIP/2.0/UDP 192.168.77.7:5060;branch=z9hG4bKnat${String(alice.port)}`,
      });
      stage.say(alice, options);
      const via = fieldOf(await alice.takes(200), 'Via');
      assert.match(via, new RegExp(`;rport=${String(alice.port)}`));
      assert.match(via, /;received=127\.0\.0\.1/);
    });

    check('sends to a caller where the INVITE came from, with the Contact as the request-URI', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall({ Contact: `<${inside}>` });
      const bye = await stage.applicationEnds(call.dialog, alice);
      assert.equal(bye.uri, inside);
      assert.equal(fieldOf(bye, 'Route'), '');
    });

    check('sends to who was called where the answer came from, with the Contact as the request-URI', async (stage) => {
      const { bob } = stage;
      const contact = 'sip:bob@192.168.77.8:5060';
      const { ack, dialog } = await stage.outgoingCall({}, { Contact: `<${contact}>` });
      assert.equal(ack.uri, contact);
      assert.equal(fieldOf(ack, 'Route'), '');
      assert.equal((await stage.applicationEnds(dialog, bob)).uri, contact);
    });

    check('keeps to the route that a proxy recorded, whatever the Contact', async (stage) => {
      const { carol } = stage;
      const route = `<sip:127.0.0.1:${String(carol.port)};lr>`;
      const call = await stage.incomingCall({ Contact: `<${inside}>`, 'Record-Route': route });
      const bye = await stage.applicationEnds(call.dialog, carol);
      assert.equal(bye.uri, inside);
      assert.equal(fieldOf(bye, 'Route'), route);
    });

    check('meets a telephone over the connection by which it registered', async (stage) => {
      const { srf } = stage;
      srf.register((req, res) => res.send(200, { headers: { Contact: req.get('Contact') } }));
      await stage.routed();
      const phone = await stage.tcpPeer('phone');
      phone.send(phone.request('REGISTER', `sip:${stage.own}`), stage.subject.sip.tcp);
      await phone.takes(200, 'REGISTER');
      const calling = srf.createUAC(phone.uri, { localSdp: sdp });
      const invite = await phone.takesRequest('INVITE');
      assert.match(fieldOf(invite, 'Via'), /^SIP\/2\.0\/TCP /);
      phone.send(phone.answer(invite, 200, {}, sdp), stage.subject.sip.tcp);
      const dialog = await calling;
      await phone.takesRequest('ACK');
      const over = dialog.destroy();
      phone.send(phone.answer(await phone.takesRequest('BYE'), 200), stage.subject.sip.tcp);
      await over;
    });
  },
};
