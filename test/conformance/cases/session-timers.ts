import assert from 'node:assert/strict';
import { fieldOf, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

/** What can be seen in less than 45 s; the refreshes themselves are measured in virtual time elsewhere. */
export const sessionTimers: Suite = {
  title: 'session timers (RFC 4028)',
  options: { needs: ['session timers'] },
  cases(check) {
    check('agrees to the session timer of a caller who names the refresher', async (stage) => {
      const call = await stage.incomingCall({ 'Session-Expires': '90;refresher=uas', Supported: 'timer' });
      assert.match(fieldOf(call.ok, 'Session-Expires'), /^90;\s*refresher=uas$/);
      await stage.aliceEnds(call);
    });

    check('says nothing of a session timer to a caller who names no refresher', async (stage) => {
      const call = await stage.incomingCall({ 'Session-Expires': '90', Supported: 'timer' });
      assert.equal(fieldOf(call.ok, 'Session-Expires'), '');
      await stage.aliceEnds(call);
    });

    check("lets the application's own Session-Expires stand", async (stage) => {
      const call = await stage.incomingCall({ Supported: 'timer' }, { 'Session-Expires': '180;refresher=uac' });
      assert.match(fieldOf(call.ok, 'Session-Expires'), /^180;\s*refresher=uac$/);
      await stage.aliceEnds(call);
    });

    check('refuses a re-INVITE with a shorter session than it allows: 422 with Min-SE', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall({ 'Session-Expires': '90;refresher=uas', Supported: 'timer' });
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, 'v=0\r\n');
      reinvite.headers.append('Session-Expires', '30;refresher=uac').append('Supported', 'timer');
      stage.say(alice, reinvite);
      const refusal = await alice.takes(422, 'INVITE');
      assert.equal(fieldOf(refusal, 'Min-SE'), '90');
      stage.say(alice, alice.ack(reinvite, refusal));
      await stage.aliceEnds(call, 3);
    });

    check('refuses an UPDATE with a shorter session than it allows: 422 with Min-SE', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall({ 'Session-Expires': '90;refresher=uas', Supported: 'timer' });
      const update = alice.follow(call.invite, call.ok, 'UPDATE', 2);
      update.headers.append('Session-Expires', '30;refresher=uac').append('Supported', 'timer');
      stage.say(alice, update);
      assert.equal(fieldOf(await alice.takes(422, 'UPDATE'), 'Min-SE'), '90');
      await stage.aliceEnds(call, 3);
    });

    check('leaves the refreshes to a caller who wants them', async (stage) => {
      const call = await stage.incomingCall({ 'Session-Expires': '180;refresher=uac', Supported: 'timer' });
      assert.match(fieldOf(call.ok, 'Session-Expires'), /^180;\s*refresher=uac$/);
      assert.equal(fieldOf(call.ok, 'Require'), stage.differs('session-require', { ours: 'timer', drachtio: '' }));
      await stage.aliceEnds(call);
    });

    check('takes a call with a session that is shorter than it allows, and makes it longer', async (stage) => {
      const call = await stage.incomingCall({ 'Session-Expires': '30;refresher=uas', Supported: 'timer' });
      assert.match(fieldOf(call.ok, 'Session-Expires'), /^90;\s*refresher=uas$/);
      await stage.aliceEnds(call);
    });

    check('says in the answer to a re-INVITE what is agreed', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall({ 'Session-Expires': '90;refresher=uas', Supported: 'timer' });
      const reinvite = alice.follow(call.invite, call.ok, 'INVITE', 2, sdp);
      reinvite.headers.append('Session-Expires', '120;refresher=uac').append('Supported', 'timer');
      call.dialog.on('modify', (_req: unknown, res: { send(status: number, options: object): void }) =>
        res.send(200, { body: sdp, headers: { 'Content-Type': 'application/sdp' } }),
      );
      stage.say(alice, reinvite);
      const ok = await alice.takesFinal(reinvite);
      stage.say(alice, alice.ack(reinvite, ok));
      assert.match(
        fieldOf(ok, 'Session-Expires').replace(/\s/g, ''),
        stage.differs('session-in-reinvite', { ours: /^120;refresher=uac$/, drachtio: /^$/ }),
      );
      await stage.aliceEnds(call, 3);
    });

    check('names the refresher where the application does not', async (stage) => {
      const call = await stage.incomingCall({}, { 'Session-Expires': '180' });
      assert.match(
        fieldOf(call.ok, 'Session-Expires').replace(/\s/g, ''),
        stage.differs('session-refresher', { ours: /^180;refresher=uas$/, drachtio: /^180$/ }),
      );
      await stage.aliceEnds(call);
    });

    check('says nothing of a session timer that the application did not ask for', async (stage) => {
      const { invite, dialog } = await stage.outgoingCall();
      assert.equal(fieldOf(invite, 'Session-Expires') + fieldOf(invite, 'Min-SE'), '');
      await stage.applicationEnds(dialog, stage.bob);
    });
  },
};
