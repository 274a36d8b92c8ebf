import assert from 'node:assert/strict';
import type { Suite } from '../suite.ts';
import { at, sdp } from '../stage.ts';

export const controlPort: Suite = {
  title: 'the control port',
  options: {},
  cases(check) {
    check(
      'tells what it listens on, outside and inside, and a version that drachtio-srf understands',
      async (stage) => {
        const client = await stage.stranger();
        const { control, sip } = stage.subject;
        const [verdict, outside, version, inside] = await client.ask(`authenticate|${control.secret}|t1,t2`);
        assert.equal(verdict, 'OK');
        for (const hostPorts of [outside, inside]) {
          const each = hostPorts?.split(',') ?? [];
          assert.ok(each.includes(`udp/${at(sip.udp)}`), hostPorts);
          assert.ok(each.includes(`tcp/${at(sip.tcp)}`), hostPorts);
        }
        assert.match(
          version ?? '',
          stage.differs('version', { ours: /^v0\.9\.\d+$/, drachtio: /^(v?\d+\.\d+\.\d+|.+)$/ }),
        );
      },
    );

    check('answers a ping', async (stage) => {
      assert.deepEqual(await (await stage.frames()).ask('ping'), ['OK', 'pong']);
    });

    check('hangs up on a wrong secret', async (stage) => {
      const client = await stage.stranger();
      assert.deepEqual(await client.ask('authenticate|wrong|'), ['NO', 'incorrect secret']);
      await client.closed;
    });

    check('hears nobody who did not show the secret', async (stage) => {
      const client = await stage.stranger();
      const [verdict] = await client.ask('ping');
      assert.equal(verdict, stage.differs('unauthenticated', { ours: 'NO', drachtio: 'OK' }));
      if (verdict === 'NO') await client.closed;
    });

    check('hangs up on a verb that it does not know', async (stage) => {
      const client = await stage.frames();
      assert.deepEqual(await client.ask('frobnicate|x'), ['NO', 'Unknown message type']);
      await client.closed;
    });

    check('hangs up on a response without the id of its request', async (stage) => {
      const client = await stage.frames();
      const verdict = await client.ask('sip||', 'SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n');
      assert.deepEqual(verdict, ['NO', 'transaction id missing']);
      await client.closed;
    });

    check('takes a frame in pieces, and two at once', async (stage) => {
      const client = await stage.frames();
      client.write('8#p01|p');
      client.write('ing8#p02|ping');
      for (const id of ['p01', 'p02']) assert.deepEqual((await client.answer(id)).fields.slice(3), ['OK', 'pong']);
    });

    check('takes back the verb that is named', async (stage) => {
      const client = await stage.frames('invite', 'message');
      assert.deepEqual(await client.ask('remove_route|message'), ['OK']);
      const message = stage.alice.request('MESSAGE', stage.service, { 'Content-Type': 'text/plain' }, 'hello');
      stage.say(stage.alice, message);
      assert.equal((await stage.alice.takesFinal(message)).status, 503);
      const invite = stage.alice.request('INVITE', stage.service, {}, sdp);
      stage.say(stage.alice, invite);
      await stage.differs('remove-route', {
        ours: async () => {
          const { fields } = await client.sip();
          await client.ask(`sip|${fields[8] ?? ''}|`, 'SIP/2.0 486 Busy Here\r\n\r\n');
          stage.say(stage.alice, stage.alice.ack(invite, await stage.alice.takes(486, 'INVITE')));
        },
        drachtio: async () => {
          stage.say(stage.alice, stage.alice.ack(invite, await stage.alice.takes(503, 'INVITE')));
        },
      })();
    });
  },
};
