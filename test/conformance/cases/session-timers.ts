import assert from 'node:assert/strict';
import { fieldOf } from '../stage.ts';
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
  },
};
