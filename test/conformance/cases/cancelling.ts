import assert from 'node:assert/strict';
import { once } from 'node:events';
import { until } from '../../contract/sip-engine/rig.ts';
import type { SipRequest } from '../../../src/sip-engine/message/types.ts';
import type { AppDialog, AppRequest } from '../application.ts';
import { countOf, fieldOf, isRequest, sdp, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

const elsewhere = 'SIP;cause=200;text="Call completed elsewhere"';

/** The application calls Bob, and can cancel. */
async function outgoing({
  srf,
  bob,
}: Stage): Promise<{ calling: Promise<AppDialog>; req: AppRequest; invite: SipRequest }> {
  let sent: AppRequest | undefined;
  const calling = srf.createUAC(bob.uri, { localSdp: sdp }, { cbRequest: (_, req) => (sent = req) });
  calling.catch(() => undefined);
  const invite = await bob.takesRequest('INVITE');
  await until(() => sent !== undefined, 'the application knows nothing of its INVITE');
  return { calling, req: sent!, invite };
}

export const cancelling: Suite = {
  title: 'CANCEL, and what it may cross',
  options: {},
  cases(check) {
    for (const ringing of [false, true]) {
      check(
        `answers the caller's CANCEL by itself, ${ringing ? 'while it rings' : 'before any answer'}`,
        async (stage) => {
          const { alice, srf } = stage;
          const offered = new Promise<AppRequest>((resolve) => {
            srf.invite((req, res) => {
              if (ringing) res.send(180);
              resolve(req);
            });
          });
          await stage.routed();
          const invite = alice.request('INVITE', stage.service, {}, sdp);
          stage.say(alice, invite);
          const cancelled = once(await offered, 'cancel');
          await alice.takes(ringing ? 180 : 100);
          stage.say(alice, alice.cancel(invite, { Reason: elsewhere }));
          await alice.takes(200, 'CANCEL');
          stage.say(alice, alice.ack(invite, await alice.takes(487, 'INVITE')));
          const [cancel] = (await cancelled) as [AppRequest];
          assert.equal(cancel.method, 'CANCEL');
          assert.equal(cancel.get('Reason'), elsewhere);
        },
      );
    }

    check("refuses the application's 487 after that: it is sent already", async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('invite');
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const offered = await client.sip();
      const id = offered.fields[8] ?? '';
      stage.say(alice, alice.cancel(invite));
      const cancel = await client.sip();
      assert.equal(cancel.fields[8], id);
      assert.match(cancel.message, /^CANCEL /);
      stage.say(alice, alice.ack(invite, await alice.takes(487, 'INVITE')));
      assert.deepEqual(await client.ask(`sip|${id}|`, 'SIP/2.0 487 Request Terminated\r\n\r\n'), [
        'NOK',
        'Response not sent due to unknown transaction',
      ]);
    });

    check('answers a CANCEL that comes after the 200 with 481', async (stage) => {
      const { alice, srf } = stage;
      const answered = new Promise<AppDialog>((resolve) => {
        srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: sdp }).then(resolve));
      });
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const ok = await alice.takes(200);
      const dialog = await answered;
      const destroyed = once(dialog, 'destroy') as Promise<[AppRequest, string]>;
      stage.say(alice, alice.cancel(invite));
      await alice.takes(481, 'CANCEL');
      await stage.differs('late-cancel', {
        ours: async () => {
          assert.match((await destroyed)[1], /CANCEL after 200 OK/);
          assert.equal(countOf(alice, isRequest('BYE')), 0);
          stage.say(alice, alice.ack(invite, ok));
          stage.say(alice, alice.answer(await alice.takesRequest('BYE'), 200));
        },
        drachtio: async () => {
          stage.say(alice, alice.ack(invite, ok));
          await stage.aliceEnds({ invite, ok, dialog });
          await destroyed;
        },
      })();
    });

    check("sends the application's CANCEL with its Reason, and hands the 487 up", async (stage) => {
      const { bob } = stage;
      const { calling, req, invite } = await outgoing(stage);
      const failed = assert.rejects(calling, (error: { status?: number }) => error.status === 487);
      stage.say(bob, bob.answer(invite, 180));
      req.cancel({ headers: { Reason: elsewhere } });
      const cancel = await bob.takesRequest('CANCEL');
      assert.equal(fieldOf(cancel, 'Reason'), elsewhere);
      assert.equal(cancel.uri, invite.uri);
      assert.equal(fieldOf(cancel, 'Via').split(';branch=')[1], fieldOf(invite, 'Via').split(';branch=')[1]);
      assert.equal(fieldOf(cancel, 'CSeq'), fieldOf(invite, 'CSeq').replace('INVITE', 'CANCEL'));
      stage.say(bob, bob.answer(cancel, 200));
      stage.say(bob, bob.answer(invite, 487));
      await bob.takesRequest('ACK');
      await failed;
    });

    check('holds a CANCEL back until the peer has said something', async (stage) => {
      const { bob } = stage;
      const { calling, req, invite } = await outgoing(stage);
      const failed = assert.rejects(calling);
      req.cancel();
      await bob.takesRequest('INVITE');
      assert.equal(countOf(bob, isRequest('CANCEL')), 0);
      stage.say(bob, bob.answer(invite, 100));
      const cancel = await bob.takesRequest('CANCEL');
      stage.say(bob, bob.answer(cancel, 200));
      stage.say(bob, bob.answer(invite, 487));
      await bob.takesRequest('ACK');
      await failed;
    });

    for (const reason of [elsewhere, undefined]) {
      check(
        `hangs up on whoever answers as it is cancelled, ${reason === undefined ? 'without' : 'with'} a Reason`,
        async (stage) => {
          const { bob } = stage;
          const { calling, req, invite } = await outgoing(stage);
          stage.say(bob, bob.answer(invite, 180));
          req.cancel(reason === undefined ? {} : { headers: { Reason: reason } });
          const cancel = await bob.takesRequest('CANCEL');
          stage.say(bob, bob.answer(invite, 200, {}, sdp));
          stage.say(bob, bob.answer(cancel, 481));
          await bob.takesRequest('ACK');
          const bye = await bob.takesRequest('BYE');
          assert.equal(
            fieldOf(bye, 'Reason'),
            stage.differs('cancel-race-reason', {
              ours: reason ?? '',
              drachtio: 'SIP;cause=200;text="ACK-BYE due to cancel race condition"',
            }),
          );
          stage.say(bob, bob.answer(bye, 200));
          const dialog = await calling;
          // drachtio-srf may have heard of the end before anybody could listen to the dialog.
          await stage.differs('bye-grace', {
            ours: async () => {
              const [, why] = (await once(dialog, 'destroy')) as [unknown, string];
              assert.equal(why, 'ACK-BYE due to cancel race condition');
            },
            drachtio: () => until(() => !dialog.connected, 'the application has not heard of the end'),
          })();
        },
      );
    }

    check('leaves the call up where the CANCEL of a re-INVITE crosses its answer', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      call.dialog.on('modify', (_req: unknown, res: { send(status: number, options: object): void }) =>
        res.send(200, { body: sdp, headers: { 'Content-Type': 'application/sdp' } }),
      );
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, sdp);
      stage.say(alice, reinvite);
      const ok = await alice.takesFinal(reinvite);
      stage.say(alice, alice.cancel(reinvite));
      await alice.takes(481, 'CANCEL');
      stage.say(alice, alice.ack(reinvite, ok));
      await stage.roundTrip(alice);
      assert.equal(countOf(alice, isRequest('BYE')), 0);
      await stage.aliceEnds(call, 3);
    });
  },
};
