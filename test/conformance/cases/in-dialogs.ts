import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AppRequest, AppResponse } from '../application.ts';
import { fieldOf, otherSdp, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const inDialogs: Suite = {
  title: 'requests within a call',
  options: {},
  cases(check) {
    check('carries a re-INVITE of the caller, with 100, our Contact and the ACK', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      const modified = once(call.dialog, 'modify') as Promise<[AppRequest, AppResponse]>;
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, otherSdp);
      stage.say(alice, reinvite);
      const [req, res] = await modified;
      assert.equal(req.body, otherSdp);
      res.send(200, { body: otherSdp });
      const ok = await alice.takes(200, 'INVITE');
      assert.equal(fieldOf(ok, 'Contact'), `<sip:${stage.own}>`);
      assert.equal(fieldOf(ok, 'To'), fieldOf(call.ok, 'To'));
      assert.equal(ok.body.toString(), otherSdp);
      stage.say(alice, alice.ack(reinvite, ok));
      await stage.aliceEnds(call, 3);
    });

    check('carries a refusal of a re-INVITE, and the call goes on', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      call.dialog.on('modify', (_req: AppRequest, res: AppResponse) => res.send(488));
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, otherSdp);
      stage.say(alice, reinvite);
      stage.say(alice, alice.ack(reinvite, await alice.takes(488, 'INVITE')));
      assert.equal(call.dialog.connected, true);
      await stage.aliceEnds(call, 3);
    });

    check('carries a re-INVITE of the application', async (stage) => {
      const { bob } = stage;
      const { invite, dialog } = await stage.outgoingCall();
      const modified = dialog.modify(otherSdp);
      const reinvite = await bob.takesRequest('INVITE');
      assert.equal(reinvite.uri, bob.uri);
      assert.equal(reinvite.body.toString(), otherSdp);
      assert.equal(fieldOf(reinvite, 'From'), fieldOf(invite, 'From'));
      assert.match(fieldOf(reinvite, 'To'), /;tag=bobtag$/);
      assert.equal(Number.parseInt(fieldOf(reinvite, 'CSeq')), Number.parseInt(fieldOf(invite, 'CSeq')) + 1);
      stage.say(bob, bob.answer(reinvite, 200, {}, otherSdp));
      await modified;
      const ack = await bob.takesRequest('ACK');
      assert.equal(Number.parseInt(fieldOf(ack, 'CSeq')), Number.parseInt(fieldOf(reinvite, 'CSeq')));
      assert.equal(dialog.remote.sdp, otherSdp);
      await stage.applicationEnds(dialog, bob);
    });

    check('keeps the final answer to a re-INVITE that rang first', async (stage) => {
      const { bob } = stage;
      const client = await stage.frames();
      await client.ask('sip||', `INVITE ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const invite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(invite, 200, {}, sdp));
      const dialog = (await client.sip()).fields[9] ?? '';
      await client.ask(`sip||${dialog}`, `ACK ${bob.uri} SIP/2.0\r\n\r\n`);
      await bob.takesRequest('ACK');
      await client.ask(
        `sip||${dialog}`,
        `INVITE sip:placeholder SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${otherSdp}`,
      );
      const reinvite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(reinvite, 180));
      assert.match((await client.sip()).message, /^SIP\/2\.0 180 /);
      stage.say(bob, bob.answer(reinvite, 200, {}, otherSdp));
      await stage.differs('answer-after-ringing', {
        ours: async () => {
          assert.match((await client.sip()).message, /^SIP\/2\.0 200 /);
          await client.ask(`sip||${dialog}`, `ACK ${bob.uri} SIP/2.0\r\n\r\n`);
          await bob.takesRequest('ACK');
        },
        drachtio: () => stage.roundTrip(bob),
      })();
      stage.say(bob, bob.reverse(invite, 'BYE', 1));
      const bye = await client.next((frame) => frame.message.startsWith('BYE '), 'BYE');
      await client.ask(`sip|${bye.fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\n\r\n');
      await bob.takes(200, 'BYE');
    });

    check('sends a re-INVITE without an offer, and the answer with its ACK', async (stage) => {
      const { bob } = stage;
      const client = await stage.frames();
      await client.ask('sip||', `INVITE ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const invite = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(invite, 200, {}, sdp));
      const dialog = (await client.sip()).fields[9] ?? '';
      await client.ask(`sip||${dialog}`, `ACK ${bob.uri} SIP/2.0\r\n\r\n`);
      await bob.takesRequest('ACK');
      await client.ask(`sip||${dialog}`, 'INVITE sip:placeholder SIP/2.0\r\n\r\n');
      const reinvite = await bob.takesRequest('INVITE');
      assert.equal(reinvite.body.length, 0);
      stage.say(bob, bob.answer(reinvite, 200, {}, otherSdp));
      await client.sip();
      await client.ask(`sip||${dialog}`, `ACK ${bob.uri} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      assert.equal((await bob.takesRequest('ACK')).body.toString(), sdp);
      await client.ask(`sip||${dialog}`, 'BYE sip:placeholder SIP/2.0\r\n\r\n');
      stage.say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
      await client.sip();
    });

    check('answers a re-INVITE that crosses our own', async (stage) => {
      const { bob } = stage;
      const { invite, dialog } = await stage.outgoingCall();
      const modified = dialog.modify(otherSdp);
      const ours = await bob.takesRequest('INVITE');
      dialog.on('modify', (_req: AppRequest, res: AppResponse) => res.send(488));
      const theirs = bob.reverse(invite, 'INVITE', 1, sdp);
      stage.say(bob, theirs);
      const refusal = await bob.takesFinal(theirs);
      stage.say(bob, bob.ack(theirs, refusal));
      assert.equal(refusal.status, stage.differs('glare', { ours: 491, drachtio: 488 }));
      stage.say(bob, bob.answer(ours, 200, {}, otherSdp));
      await modified;
      await stage.applicationEnds(dialog, bob);
    });

    check('refuses a re-INVITE without a Contact', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, otherSdp);
      reinvite.headers.delete('Contact');
      stage.say(alice, reinvite);
      stage.say(alice, alice.ack(reinvite, await alice.takes(400, 'INVITE')));
      await stage.aliceEnds(call, 3);
    });

    check('follows the Contact of a re-INVITE', async (stage) => {
      const { alice, carol } = stage;
      const call = await stage.incomingCall();
      call.dialog.on('modify', (_req: AppRequest, res: AppResponse) => res.send(200, { body: sdp }));
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, otherSdp);
      reinvite.headers.set('Contact', `<${carol.uri}>`);
      stage.say(alice, reinvite);
      stage.say(alice, alice.ack(reinvite, await alice.takes(200, 'INVITE')));
      const over = call.dialog.destroy();
      // Carol is where the Contact says; behind a translator, Alice is whoever sent it.
      const bye = await Promise.any([alice.takesRequest('BYE'), carol.takesRequest('BYE')]);
      assert.equal(bye.uri, stage.differs('moved-target', { ours: carol.uri, drachtio: alice.uri }));
      const peer = alice.seen.includes(bye) ? alice : carol;
      stage.say(peer, peer.answer(bye, 200));
      await over;
    });

    for (const method of ['INFO', 'MESSAGE', 'OPTIONS', 'UPDATE', 'REFER', 'NOTIFY']) {
      check(`carries ${method} of the caller`, async (stage) => {
        const { alice } = stage;
        const call = await stage.incomingCall();
        const asked = once(call.dialog, method.toLowerCase()) as Promise<[AppRequest, AppResponse]>;
        const request = alice.follow(call.invite, call.ok, method, 2, sdp);
        request.headers
          .append('X-Asked', 'yes')
          .append('Refer-To', '<sip:carol@example.com>')
          .append('Event', 'refer')
          .append('Subscription-State', 'active');
        stage.say(alice, request);
        const [req, res] = await asked;
        assert.equal(req.method, method);
        assert.equal(req.get('X-Asked'), 'yes');
        assert.equal(req.body, sdp);
        res.send(202, { headers: { 'X-Answered': 'yes' } });
        const answer = await alice.takesFinal(request);
        assert.equal(answer.status, 202);
        assert.equal(fieldOf(answer, 'X-Answered'), 'yes');
        await stage.aliceEnds(call, 3);
      });

      check(`sends ${method} of the application`, async (stage) => {
        const { bob } = stage;
        const { dialog, invite } = await stage.outgoingCall();
        const answered = dialog.request({
          method,
          headers: {
            'Content-Type': 'text/plain',
            'Refer-To': '<sip:carol@example.com>',
            Event: 'refer',
            'Subscription-State': 'active',
          },
          body: 'hello',
        });
        const request = await bob.takesRequest(method);
        assert.equal(request.uri, bob.uri);
        assert.equal(request.body.toString(), 'hello');
        assert.equal(Number.parseInt(fieldOf(request, 'CSeq')), Number.parseInt(fieldOf(invite, 'CSeq')) + 1);
        stage.say(bob, bob.answer(request, 202, { 'X-Answered': 'yes' }));
        const answer = await answered;
        assert.equal(answer.status, 202);
        assert.equal(answer.get('X-Answered'), 'yes');
        await stage.applicationEnds(dialog, bob);
      });
    }

    check('carries a REFER, and the NOTIFY that follows it', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      call.dialog.on('refer', (_req: AppRequest, res: AppResponse) => {
        res.send(202);
        void call.dialog.request({
          method: 'NOTIFY',
          headers: {
            Event: 'refer',
            'Subscription-State': 'terminated;reason=noresource',
            'Content-Type': 'message/sipfrag',
          },
          body: 'SIP/2.0 200 OK',
        });
      });
      const refer = alice.follow(call.invite, call.ok, 'REFER', 2);
      refer.headers.append('Refer-To', '<sip:carol@example.com>');
      stage.say(alice, refer);
      await alice.takes(202);
      const notify = await alice.takesRequest('NOTIFY');
      assert.equal(notify.body.toString(), 'SIP/2.0 200 OK');
      assert.equal(fieldOf(notify, 'Subscription-State'), 'terminated;reason=noresource');
      stage.say(alice, alice.answer(notify, 200));
      await stage.aliceEnds(call, 3);
    });

    check('refuses a request whose CSeq goes back', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      call.dialog.on('info', (_req: AppRequest, res: AppResponse) => res.send(200));
      const [info, older] = [5, 4].map((sequence) => alice.follow(call.invite, call.ok, 'INFO', sequence));
      assert.ok(info && older);
      stage.say(alice, info);
      assert.equal((await alice.takesFinal(info)).status, 200);
      stage.say(alice, older);
      const { status } = await alice.takesFinal(older);
      assert.equal(status, stage.differs('cseq-order', { ours: 500, drachtio: 200 }));
      await stage.aliceEnds(call, 6);
    });

    check('answers a second BYE, and whatever comes after the first, with 481', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      await stage.aliceEnds(call, 2);
      for (const [method, sequence] of [
        ['BYE', 3],
        ['UPDATE', 4],
        ['INVITE', 5],
      ] as const) {
        const late = alice.follow(call.invite, call.ok, method, sequence);
        stage.say(alice, late);
        const refusal = await alice.takesFinal(late);
        if (method === 'INVITE') stage.say(alice, alice.ack(late, refusal));
        assert.equal(refusal.status, 481, method);
      }
    });

    check('ends the call whatever the BYE is answered with', async (stage) => {
      const { bob } = stage;
      const { dialog } = await stage.outgoingCall();
      const over = dialog.destroy({ headers: { Reason: 'Q.850;cause=16' } });
      const bye = await bob.takesRequest('BYE');
      assert.equal(fieldOf(bye, 'Reason'), 'Q.850;cause=16');
      stage.say(bob, bob.answer(bye, 481));
      await over;
      assert.equal(dialog.connected, false);
    });
  },
};
