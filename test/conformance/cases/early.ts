import assert from 'node:assert/strict';
import { countOf, fieldOf, isRequest, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const early: Suite = {
  title: 'before a call is answered',
  options: {},
  cases(check) {
    check('sends an INFO of the application to who rings', async (stage) => {
      const { bob } = stage;
      const client = await stage.frames();
      const sent = client.send('sip||', `INVITE ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const invite = await bob.takesRequest('INVITE');
      await client.answer(sent);
      stage.say(bob, bob.answer(invite, 180));
      await client.sip();
      const id = `${fieldOf(invite, 'Call-ID')};from-tag=${/tag=([^;]+)/.exec(fieldOf(invite, 'From'))?.[1] ?? ''}`;
      const info = client.send(`sip||${id}`, 'INFO sip:placeholder SIP/2.0\r\n\r\n');
      const verdict = (await client.answer(info)).fields[3];
      assert.equal(verdict, stage.differs('early-info', { ours: 'OK', drachtio: 'NOK' }));
      if (verdict === 'OK') {
        stage.say(bob, bob.answer(await bob.takesRequest('INFO'), 200));
        await client.sip();
      }
      assert.equal(countOf(bob, isRequest('INFO')), verdict === 'OK' ? 1 : 0);
      stage.say(bob, bob.answer(invite, 486));
      await bob.takesRequest('ACK');
    });

    check('makes the 180 reliable for a caller who requires that', async (stage) => {
      const { alice, srf } = stage;
      srf.invite((_req, res) => res.send(180));
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, { Require: '100rel' }, sdp);
      stage.say(alice, invite);
      const ringing = await alice.takes(180, 'INVITE', invite);
      assert.notEqual(fieldOf(ringing, 'RSeq'), '');
      const prack = alice.follow(invite, ringing, 'PRACK', 2);
      prack.headers.append('RAck', `${fieldOf(ringing, 'RSeq')} 1 INVITE`);
      stage.say(alice, prack);
      await alice.takes(200, 'PRACK');
      stage.say(alice, alice.cancel(invite));
      await alice.takes(200, 'CANCEL');
      stage.say(alice, alice.ack(invite, await alice.takesFinal(invite)));
    });

    check('says in Via where a request came from', async (stage) => {
      const { alice, srf } = stage;
      srf.options((_req, res) => res.send(200));
      await stage.routed();
      for (const rport of ['', ';rport']) {
        const options = alice.request('OPTIONS', stage.service);
        options.headers.set('Via', fieldOf(options, 'Via') + rport);
        stage.say(alice, options);
        const via = fieldOf(await alice.takesFinal(options), 'Via');
        assert.match(via, new RegExp(`;rport=${String(alice.port)}`));
        assert.equal(via.includes(';received='), stage.differs('received', { ours: true, drachtio: false }), rport);
      }
    });
  },
};
