import assert from 'node:assert/strict';
import type { FrameClient, Frame } from '../../contract/sip-engine/frames.ts';
import { fieldOf, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

function record(client: FrameClient, kind: string): Promise<Frame> {
  return client.next((frame) => frame.fields[1] === `cdr:${kind}`, `cdr:${kind}`);
}

export const callRecords: Suite = {
  title: 'call records (cdr:attempt, cdr:start, cdr:stop)',
  options: { cdrs: true, needs: ['cdr'] },
  cases(check) {
    check('tells of a call that was taken, and of its end', async (stage) => {
      const client = await stage.frames('cdr:attempt', 'cdr:start', 'cdr:stop');
      const call = await stage.incomingCall();
      const attempt = await record(client, 'attempt');
      assert.equal(attempt.fields[2], 'network');
      assert.match(attempt.message, /^INVITE /);
      const start = await record(client, 'start');
      assert.deepEqual([start.fields[2], start.fields[4]], ['application', 'uas']);
      assert.match(start.message, /^SIP\/2\.0 200 /);
      await stage.aliceEnds(call);
      const stop = await record(client, 'stop');
      assert.deepEqual([stop.fields[2], stop.fields[4]], ['network', 'normal-release']);
      assert.match(stop.message, /^BYE /);
    });

    check('tells of a call that was made', async (stage) => {
      const client = await stage.frames('cdr:attempt', 'cdr:start', 'cdr:stop');
      const { dialog } = await stage.outgoingCall();
      assert.equal((await record(client, 'attempt')).fields[2], 'application');
      const start = await record(client, 'start');
      assert.deepEqual([start.fields[2], start.fields[4]], ['network', 'uac']);
      await stage.applicationEnds(dialog, stage.bob);
      assert.equal((await record(client, 'stop')).fields[2], 'application');
    });

    check('tells of a call that was refused', async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('cdr:attempt', 'cdr:stop');
      stage.srf.invite((_req, res) => res.send(486));
      await stage.routed();
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      stage.say(alice, alice.ack(invite, await alice.takes(486)));
      const attempt = await record(client, 'attempt');
      assert.ok(attempt.message.includes(fieldOf(invite, 'Call-ID')));
      const stop = await record(client, 'stop');
      assert.equal(stop.fields[4], 'call-rejected');
    });
  },
};
