import assert from 'node:assert/strict';
import { until } from '../../contract/sip-engine/rig.ts';
import { countOf, fieldOf, isRequest, otherSdp, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const reliability: Suite = {
  title: 'reliable provisional answers (RFC 3262), and what is said before the answer',
  options: {},
  cases(check) {
    check('repeats a reliable 183 until its PRACK, which drachtio-srf answers', async (stage) => {
      const { alice, srf } = stage;
      srf.invite((_req, res) => {
        res.send(183, { headers: { Require: '100rel' }, body: sdp }, undefined, () => res.send(200, { body: sdp }));
      });
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, { Supported: '100rel' }, sdp);
      stage.say(alice, invite);
      const early = await alice.takes(183);
      assert.match(fieldOf(early, 'RSeq'), /^\d+$/);
      assert.match(fieldOf(early, 'Require'), /100rel/);
      assert.equal(fieldOf(early, 'Contact'), `<sip:${stage.own}>`);
      const repeated = await alice.takes(183);
      assert.equal(fieldOf(repeated, 'RSeq'), fieldOf(early, 'RSeq'));
      const prack = alice.follow(invite, early, 'PRACK', 2);
      prack.headers.append('RAck', `${fieldOf(early, 'RSeq')} 1 INVITE`);
      stage.say(alice, prack);
      await alice.takes(200, 'PRACK');
      const ok = await alice.takes(200, 'INVITE');
      stage.say(alice, alice.ack(invite, ok));
      const bye = alice.follow(invite, ok, 'BYE', 3);
      stage.say(alice, bye);
      // Nobody made a Dialog of it, so the BYE falls to drachtio-srf's own last resort.
      assert.equal((await alice.takesFinal(bye)).status, 404);
    });

    check('lets drachtio-srf confirm a reliable 183, once', async (stage) => {
      const { bob, srf } = stage;
      const calling = srf.createUAC(bob.uri, { localSdp: sdp, headers: { Supported: '100rel' } });
      const invite = await bob.takesRequest('INVITE');
      assert.match(fieldOf(invite, 'Supported'), /100rel/);
      const early = bob.answer(invite, 183, { Require: '100rel', RSeq: '7' }, sdp);
      stage.say(bob, early);
      stage.say(bob, early);
      const prack = await bob.takesRequest('PRACK');
      if (stage.differs('repeated-183', { ours: false, drachtio: true })) {
        stage.say(bob, bob.answer(await bob.takesRequest('PRACK'), 200));
      }
      assert.equal(fieldOf(prack, 'RAck'), `7 ${fieldOf(invite, 'CSeq')}`);
      assert.equal(prack.uri, bob.uri);
      assert.equal(Number.parseInt(fieldOf(prack, 'CSeq')), Number.parseInt(fieldOf(invite, 'CSeq')) + 1);
      stage.say(bob, bob.answer(prack, 200));
      stage.say(bob, bob.answer(invite, 200, {}, sdp));
      const dialog = await calling;
      await bob.takesRequest('ACK');
      assert.equal(countOf(bob, isRequest('PRACK')), stage.differs('repeated-183', { ours: 1, drachtio: 2 }));
      await stage.applicationEnds(dialog, bob);
    });

    check('refuses a PRACK that confirms nothing', async (stage) => {
      const { alice, srf } = stage;
      srf.invite((_req, res) => {
        res.send(183, { headers: { Require: '100rel' }, body: sdp }, undefined, () => res.send(486));
      });
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, { Supported: '100rel' }, sdp);
      stage.say(alice, invite);
      const early = await alice.takes(183);
      const wrong = alice.follow(invite, early, 'PRACK', 2);
      wrong.headers.append('RAck', `${String(Number(fieldOf(early, 'RSeq')) + 1)} 1 INVITE`);
      const client = await stage.frames();
      stage.say(alice, wrong);
      if (stage.differs('wrong-prack', { ours: false, drachtio: true })) {
        await client.closed;
        await until(() => !stage.subject.alive(), 'drachtio-server still lives');
        return;
      }
      assert.equal((await alice.takesFinal(wrong)).status, 481);
      const prack = alice.follow(invite, early, 'PRACK', 3);
      prack.headers.append('RAck', `${fieldOf(early, 'RSeq')} 1 INVITE`);
      stage.say(alice, prack);
      assert.equal((await alice.takesFinal(prack)).status, 200);
      stage.say(alice, alice.ack(invite, await alice.takes(486)));
    });

    for (const reliable of [true, false]) {
      check(`hands an UPDATE up that comes after a ${reliable ? 'reliable 183' : '180'}`, async (stage) => {
        const { alice } = stage;
        const client = await stage.frames('invite', 'update');
        const invite = alice.request('INVITE', stage.service, { Supported: '100rel' }, sdp);
        stage.say(alice, invite);
        const id = (await client.sip()).fields[8] ?? '';
        const line = reliable ? 'SIP/2.0 183 Session Progress\r\nRequire: 100rel' : 'SIP/2.0 180 Ringing';
        await client.ask(`sip|${id}|`, `${line}\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
        const early = await alice.takes(reliable ? 183 : 180);
        if (reliable) {
          const prack = alice.follow(invite, early, 'PRACK', 2);
          prack.headers.append('RAck', `${fieldOf(early, 'RSeq')} 1 INVITE`);
          stage.say(alice, prack);
          const confirmed = await client.sip();
          await client.ask(`sip|${confirmed.fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\nCSeq: 2 PRACK\r\n\r\n');
          await alice.takes(200, 'PRACK');
        }
        stage.say(alice, { ...alice.follow(invite, early, 'UPDATE', 3, otherSdp), uri: stage.service });
        const asked = await client.sip();
        assert.match(asked.message, /^UPDATE /);
        const sameId = !reliable && stage.differs('early-update', { ours: false, drachtio: true });
        assert.equal(asked.fields[8] === id, sameId);
        await client.ask(
          `sip|${asked.fields[8] ?? ''}|`,
          `SIP/2.0 200 OK\r\nCSeq: 3 UPDATE\r\nContent-Type: application/sdp\r\n\r\n${otherSdp}`,
        );
        assert.equal((await alice.takes(200, 'UPDATE')).body.toString(), otherSdp);
        await client.ask(`sip|${id}|`, 'SIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n\r\n');
        stage.say(alice, alice.ack(invite, await alice.takes(486)));
      });
    }
  },
};
