import assert from 'node:assert/strict';
import type { AppDialog, AppRequest, AppResponse } from '../application.ts';
import { fieldOf, otherSdp, sdp, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

async function bridged(stage: Stage): Promise<{ legs: Promise<{ uas: AppDialog; uac: AppDialog }> }> {
  const legs = new Promise<{ uas: AppDialog; uac: AppDialog }>((resolve, reject) => {
    stage.srf.invite((req, res) => {
      stage.srf
        .createB2BUA(req, res, stage.bob.uri, { proxyRequestHeaders: ['X-Through'], proxyResponseHeaders: ['X-Back'] })
        .then((both) => {
          both.uas.on('destroy', () => void both.uac.destroy());
          both.uac.on('destroy', () => void both.uas.destroy());
          resolve(both);
        }, reject);
    });
  });
  legs.catch(() => undefined);
  await stage.routed();
  return { legs };
}

export const b2bua: Suite = {
  title: 'createB2BUA',
  options: {},
  cases(check) {
    check('carries a call from INVITE to BYE of the caller', async (stage) => {
      const { alice, bob } = stage;
      await bridged(stage);
      const invite = alice.request('INVITE', stage.service, { 'X-Through': 'there' }, sdp);
      stage.say(alice, invite);
      await alice.takes(100);
      const inner = await bob.takesRequest('INVITE');
      assert.equal(fieldOf(inner, 'X-Through'), 'there');
      assert.equal(inner.body.toString(), sdp);
      assert.notEqual(fieldOf(inner, 'Call-ID'), fieldOf(invite, 'Call-ID'));
      stage.say(bob, bob.answer(inner, 180));
      await alice.takes(180);
      stage.say(bob, bob.answer(inner, 200, { 'X-Back': 'again' }, otherSdp));
      const ok = await alice.takes(200, 'INVITE');
      assert.equal(ok.body.toString(), otherSdp);
      assert.equal(fieldOf(ok, 'X-Back'), 'again');
      await bob.takesRequest('ACK');
      stage.say(alice, alice.ack(invite, ok));
      stage.say(alice, alice.follow(invite, ok, 'BYE', 2));
      await alice.takes(200, 'BYE');
      stage.say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
    });

    check('carries the BYE of who was called', async (stage) => {
      const { alice, bob } = stage;
      const { legs } = await bridged(stage);
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const inner = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(inner, 200, {}, sdp));
      stage.say(alice, alice.ack(invite, await alice.takes(200, 'INVITE')));
      await bob.takesRequest('ACK');
      await legs;
      stage.say(bob, bob.reverse(inner, 'BYE', 1));
      await bob.takes(200, 'BYE');
      stage.say(alice, alice.answer(await alice.takesRequest('BYE'), 200));
    });

    check('carries a refusal', async (stage) => {
      const { alice, bob } = stage;
      const { legs } = await bridged(stage);
      const failed = assert.rejects(legs, (error: { status?: number }) => error.status === 486);
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const inner = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(inner, 486));
      await bob.takesRequest('ACK');
      stage.say(alice, alice.ack(invite, await alice.takes(486)));
      await failed;
    });

    check('carries the CANCEL of the caller', async (stage) => {
      const { alice, bob } = stage;
      const { legs } = await bridged(stage);
      const failed = assert.rejects(legs, (error: { status?: number }) => error.status === 487);
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const inner = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(inner, 180));
      await alice.takes(180);
      stage.say(alice, alice.cancel(invite));
      await alice.takes(200, 'CANCEL');
      stage.say(alice, alice.ack(invite, await alice.takes(487)));
      stage.say(bob, bob.answer(await bob.takesRequest('CANCEL'), 200));
      stage.say(bob, bob.answer(inner, 487));
      await bob.takesRequest('ACK');
      await failed;
    });

    check('carries a re-INVITE and INFO from one side to the other', async (stage) => {
      const { alice, bob } = stage;
      const { legs } = await bridged(stage);
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const inner = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(inner, 200, {}, sdp));
      const ok = await alice.takes(200, 'INVITE');
      stage.say(alice, alice.ack(invite, ok));
      await bob.takesRequest('ACK');
      const { uas, uac } = await legs;
      uas.on('modify', (req: AppRequest, res: AppResponse) => {
        void uac.modify(req.body).then((body) => res.send(200, { body }));
      });
      uas.on('info', (req: AppRequest, res: AppResponse) => {
        void uac
          .request({ method: 'INFO', headers: { 'Content-Type': req.get('Content-Type') }, body: req.body })
          .then(({ status }) => res.send(status));
      });
      const reinvite = alice.follow(invite, ok, 'INVITE', 2, otherSdp);
      stage.say(alice, reinvite);
      const innerAgain = await bob.takesRequest('INVITE');
      assert.equal(innerAgain.body.toString(), otherSdp);
      stage.say(bob, bob.answer(innerAgain, 200, {}, otherSdp));
      await bob.takesRequest('ACK');
      const again = await alice.takes(200, 'INVITE');
      stage.say(alice, alice.ack(reinvite, again));
      const info = alice.follow(invite, ok, 'INFO', 3, 'Signal=5');
      info.headers.set('Content-Type', 'application/dtmf-relay');
      stage.say(alice, info);
      const innerInfo = await bob.takesRequest('INFO');
      assert.equal(innerInfo.body.toString(), 'Signal=5');
      stage.say(bob, bob.answer(innerInfo, 200));
      await alice.takes(200, 'INFO');
      await stage.aliceEnds({ invite, ok, dialog: uas }, 4);
      stage.say(bob, bob.answer(await bob.takesRequest('BYE'), 200));
    });
  },
};
