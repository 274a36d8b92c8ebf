import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AppDialog, type AppRequest, type AppResponse } from '../application.ts';
import { countOf, fieldOf, isRequest, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const incomingCalls: Suite = {
  title: 'calls that the application takes',
  options: {},
  cases(check) {
    check('says 100 at once, before the application says anything', async (stage) => {
      const { alice, srf } = stage;
      const asked = new Promise<AppResponse>((resolve) => srf.invite((_req, res) => resolve(res)));
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const trying = await alice.takes(100);
      assert.doesNotMatch(fieldOf(trying, 'To'), /;tag=/);
      (await asked).send(486);
      stage.say(alice, alice.ack(invite, await alice.takes(486)));
    });

    check('carries 180, 200, ACK and BYE, with one To tag in all of them', async (stage) => {
      const { alice, srf } = stage;
      const dialogs = new Promise<AppDialog>((resolve) => {
        srf.invite((req, res) => {
          res.send(180, { headers: { 'X-Ringing': 'yes' } });
          void srf.createUAS(req, res, { localSdp: sdp }).then(resolve);
        });
      });
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const ringing = await alice.takes(180);
      assert.equal(fieldOf(ringing, 'X-Ringing'), 'yes');
      assert.equal(fieldOf(ringing, 'Contact'), '');
      const ok = await alice.takes(200);
      assert.equal(fieldOf(ok, 'To'), fieldOf(ringing, 'To'));
      assert.equal(fieldOf(ok, 'Contact'), `<sip:${stage.own}>`);
      assert.equal(fieldOf(ok, 'Content-Type'), 'application/sdp');
      assert.equal(ok.body.toString(), sdp);
      const dialog = await dialogs;
      const [acked, destroyed] = [once(dialog, 'ack'), once(dialog, 'destroy')];
      stage.say(alice, alice.ack(invite, ok));
      await acked;
      const callId = fieldOf(invite, 'Call-ID');
      assert.equal(dialog.sip.callId, callId);
      assert.equal(dialog.id, `${callId};from-tag=${dialog.sip.remoteTag}`);
      assert.equal(fieldOf(ok, 'To').endsWith(`;tag=${dialog.sip.localTag}`), true);
      const bye = alice.follow(invite, ok, 'BYE', 2);
      bye.headers.append('Reason', 'Q.850;cause=16');
      stage.say(alice, bye);
      await alice.takes(200, 'BYE');
      const [ended] = (await destroyed) as [AppRequest];
      assert.equal(ended.get('Reason'), 'Q.850;cause=16');
    });

    check('hangs up for the application, towards the Contact of the caller', async (stage) => {
      const { invite, ok, dialog } = await stage.incomingCall();
      const bye = await stage.applicationEnds(dialog, stage.alice);
      assert.equal(bye.uri, stage.alice.uri);
      assert.equal(fieldOf(bye, 'To'), fieldOf(invite, 'From'));
      assert.equal(fieldOf(bye, 'From'), fieldOf(ok, 'To'));
      assert.equal(fieldOf(bye, 'Max-Forwards'), '70');
    });

    check('keeps the tag that the application gives to To, and the Contact', async (stage) => {
      const { alice, srf } = stage;
      srf.invite((req, res) => {
        const to = `${req.get('To')};tag=mine`;
        res.send(200, { headers: { To: to, Contact: '<sip:me@example.com>' }, body: sdp });
      });
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const ok = await alice.takes(200);
      assert.match(fieldOf(ok, 'To'), /;tag=mine$/);
      assert.equal(fieldOf(ok, 'Contact'), '<sip:me@example.com>');
      const ack = alice.ack(invite, ok);
      stage.say(alice, ack);
      const bye = { ...alice.follow(invite, ok, 'BYE', 2), uri: stage.service };
      stage.say(alice, bye);
      assert.equal((await alice.takesFinal(bye)).status, 404);
    });

    for (const status of [300, 302, 404, 486, 503, 603]) {
      check(`repeats a refusal with ${status} until its ACK, which the application never sees`, async (stage) => {
        const { alice, srf } = stage;
        srf.invite((_req, res) =>
          res.send(status, { headers: { 'X-Why': 'because', Contact: '<sip:elsewhere@example.com>' } }),
        );
        await stage.routed();
        const invite = alice.request('INVITE', stage.service, {}, sdp);
        stage.say(alice, invite);
        const refusal = await alice.takes(status);
        await alice.takes(status);
        assert.equal(fieldOf(refusal, 'X-Why'), 'because');
        assert.equal(fieldOf(refusal, 'Contact'), '<sip:elsewhere@example.com>');
        stage.say(alice, alice.ack(invite, refusal));
        await stage.roundTrip(alice);
      });
    }

    check('repeats a 200 until its ACK', async (stage) => {
      const { alice, srf } = stage;
      srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: sdp }));
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const [first, second] = [await alice.takes(200), await alice.takes(200)];
      assert.deepEqual([...second.headers], [...first.headers]);
      stage.say(alice, alice.ack(invite, second));
      await stage.aliceEnds({ invite, ok: first, dialog: undefined as never });
    });

    check(
      'repeats a 200 for 64 times T1, hangs up, and says "ACK timeout"',
      async (stage) => {
        const { alice, srf } = stage;
        const destroyed = new Promise<string>((resolve) => {
          srf.invite((req, res) => {
            void srf
              .createUAS(req, res, { localSdp: sdp })
              .then((dialog) => dialog.on('destroy', (_: unknown, reason?: string) => resolve(reason ?? '')));
          });
        });
        await stage.routed();
        stage.say(alice, alice.request('INVITE', stage.service, {}, sdp));
        await alice.takes(200);
        const bye = await alice.takesRequest('BYE', stage.differs('answer-timers', { ours: 4000, drachtio: 36_000 }));
        assert.equal(fieldOf(bye, 'Reason'), 'SIP;cause=200;text="ACK timeout"');
        stage.say(alice, alice.answer(bye, 200));
        assert.equal(await destroyed, 'ACK timeout');
        // T1, doubled up to T2 (8 T1), until 64 T1: 11 times, give or take the machine's mood.
        const oks = countOf(alice, (one) => one.kind === 'response' && one.status === 200);
        assert.ok(oks >= 8 && oks <= 13, String(oks));
      },
      { drachtio: 40 },
    );

    check('takes a call without an offer, and hands the answer up that came with the ACK', async (stage) => {
      const { alice, srf } = stage;
      const acked = new Promise<string>((resolve) => {
        srf.invite((req, res) => {
          void srf
            .createUAS(req, res, { localSdp: sdp })
            .then((dialog) => dialog.on('ack', (ack: AppRequest) => resolve(ack.body)));
        });
      });
      await stage.routed();
      const invite = alice.request('INVITE', stage.service);
      stage.say(alice, invite);
      const ok = await alice.takes(200);
      const ack = alice.ack(invite, ok);
      ack.headers.append('Content-Type', 'application/sdp');
      stage.say(alice, { ...ack, body: Buffer.from(sdp) });
      assert.equal(await acked, sdp);
      await stage.aliceEnds({ invite, ok, dialog: undefined as never });
    });

    check('tells of a second final answer with the echo of the first', async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('invite');
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const { fields } = await client.sip();
      const id = fields[8] ?? '';
      const first = await client.answer(client.send(`sip|${id}|`, 'SIP/2.0 486 Busy Here\r\n\r\n'));
      const refusal = await alice.takes(486);
      const second = await client.answer(client.send(`sip|${id}|`, 'SIP/2.0 200 OK\r\n\r\n'));
      stage.say(alice, alice.ack(invite, refusal));
      assert.equal(first.fields[3], 'OK');
      assert.equal(second.fields[3], 'OK');
      assert.match(second.message, /^SIP\/2\.0 486 /);
    });

    check('gives a body without a type that of SDP when it looks like it', async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('options');
      for (const [body, type] of [
        [sdp, 'application/sdp'],
        ['hello', ''],
      ] as const) {
        stage.say(alice, alice.request('OPTIONS', stage.service));
        const { fields } = await client.sip();
        await client.ask(`sip|${fields[8] ?? ''}|`, `SIP/2.0 200 OK\r\n\r\n${body}`);
        const ok = await alice.takes(200);
        assert.equal(ok.body.toString(), body);
        assert.equal(fieldOf(ok, 'Content-Type'), type);
      }
    });

    check('follows the Record-Route of the INVITE', async (stage) => {
      const { alice, bob } = stage;
      const route = `<sip:${bob.address}:${String(bob.port)};lr>`;
      const { dialog, ok } = await stage.incomingCall({ 'Record-Route': route });
      assert.equal(fieldOf(ok, 'Record-Route'), route);
      const bye = await stage.applicationEnds(dialog, bob);
      assert.equal(bye.uri, alice.uri);
      assert.equal(fieldOf(bye, 'Route'), route);
    });

    check('sends a BYE of the application that is quicker than the ACK of its answer', async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('invite');
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const id = (await client.sip()).fields[8] ?? '';
      await client.ask(`sip|${id}|`, `SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const ok = await alice.takes(200, 'INVITE', invite);
      const dialog = `${fieldOf(invite, 'Call-ID')};from-tag=${/tag=([^;]+)/.exec(fieldOf(invite, 'From'))?.[1] ?? ''}`;
      client.send(`sip||${dialog}`, 'BYE sip:placeholder SIP/2.0\r\n\r\n');
      const bye = await stage.differs('early-bye', {
        ours: async () => {
          await stage.routed();
          assert.equal(countOf(alice, isRequest('BYE')), 0);
          stage.say(alice, alice.ack(invite, ok));
          return alice.takesRequest('BYE');
        },
        drachtio: async () => {
          const early = await alice.takesRequest('BYE');
          stage.say(alice, alice.ack(invite, ok));
          return early;
        },
      })();
      stage.say(alice, alice.answer(bye, 200));
    });
  },
};
