import assert from 'node:assert/strict';
import { countOf, fieldOf, isRequest, sdp } from '../stage.ts';
import type { Suite } from '../suite.ts';

export const applications: Suite = {
  title: 'several applications, and one that goes away',
  options: {},
  cases(check) {
    check('counts how often an application asked for a verb', async (stage) => {
      const { alice } = stage;
      const other = await stage.another();
      const turns = { often: 0, once: 0 };
      const often = await stage.frames('options', 'options', 'options');
      const serve = (async () => {
        for (;;) {
          const { fields } = await often.next((frame) => frame.fields[1] === 'sip', 'an OPTIONS');
          turns.often++;
          often.send(`sip|${fields[8] ?? ''}|`, 'SIP/2.0 200 OK\r\n\r\n');
        }
      })();
      serve.catch(() => undefined);
      other.options((_req, res) => {
        turns.once++;
        res.send(200);
      });
      await stage.routed(other);
      for (let turn = 0; turn < 16; turn++) {
        const options = alice.request('OPTIONS', stage.service);
        stage.say(alice, options);
        await alice.takesFinal(options);
      }
      assert.deepEqual(
        turns,
        stage.differs('routes-twice', { ours: { often: 8, once: 8 }, drachtio: { often: 12, once: 4 } }),
      );
    });

    check('keeps a call with the application that took it', async (stage) => {
      const { alice } = stage;
      const call = await stage.incomingCall();
      const other = await stage.another();
      other.invite((_req, res) => res.send(486));
      other.info((_req, res) => res.send(486));
      other.bye((_req, res) => res.send(486));
      await stage.routed(other);
      call.dialog.on('info', (_req: unknown, res: { send(status: number): void }) => res.send(200));
      for (let sequence = 2; sequence < 6; sequence++) {
        const info = alice.follow(call.invite, call.ok, 'INFO', sequence);
        stage.say(alice, info);
        assert.equal((await alice.takesFinal(info)).status, 200);
      }
      await stage.aliceEnds(call, 6);
    });

    check('ends the calls of an application that goes away, or leaves them to the peers', async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('invite');
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const id = (await client.sip()).fields[8] ?? '';
      await client.ask(`sip|${id}|`, `SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const ok = await alice.takes(200);
      stage.say(alice, alice.ack(invite, ok));
      await client.sip();
      client.close();
      await client.closed;
      await stage.differs('vanished', {
        ours: async () => {
          stage.say(alice, alice.answer(await alice.takesRequest('BYE'), 200));
        },
        drachtio: async () => {
          await stage.routed();
          assert.equal(countOf(alice, isRequest('BYE')), 0);
        },
      })();
      const bye = alice.follow(invite, ok, 'BYE', 2);
      stage.say(alice, bye);
      assert.equal((await alice.takesFinal(bye)).status, 481);
    });

    check('answers for an application that went away before it answered', async (stage) => {
      const { alice } = stage;
      const client = await stage.frames('invite');
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      await client.sip();
      client.close();
      await client.closed;
      await stage.differs('vanished', {
        ours: async () => {
          stage.say(alice, alice.ack(invite, await alice.takes(503, 'INVITE')));
        },
        drachtio: async () => {
          await stage.routed();
          assert.deepEqual(
            alice.seen.map((one) => one.kind === 'response' && one.status),
            [100],
          );
          stage.say(alice, alice.cancel(invite));
          await alice.takes(200, 'CANCEL');
          stage.say(alice, alice.ack(invite, await alice.takes(487, 'INVITE')));
        },
      })();
    });

    check('gives the verbs of an application that went away to those who are there', async (stage) => {
      const { alice, srf } = stage;
      const client = await stage.frames('options');
      srf.options((_req, res) => res.send(202));
      await stage.routed();
      client.close();
      await client.closed;
      await stage.routed();
      for (let turn = 0; turn < 4; turn++) {
        const options = alice.request('OPTIONS', stage.service);
        stage.say(alice, options);
        assert.equal((await alice.takesFinal(options)).status, 202);
      }
    });

    check('sends the echo of a request before its answer, and that of a 200 before the ACK', async (stage) => {
      const { alice, bob } = stage;
      const client = await stage.frames('invite');
      const seen: string[] = [];
      const id = client.send('sip||', `OPTIONS ${bob.uri} SIP/2.0\r\n\r\n`);
      const options = await bob.takesRequest('OPTIONS');
      stage.say(bob, bob.answer(options, 200));
      for (let frames = 0; frames < 2; frames++) {
        const { fields } = await client.next(() => true, 'frame');
        seen.push(fields[1] === 'response' ? `echo of ${fields[2] === id ? 'it' : 'another'}` : 'answer');
      }
      assert.deepEqual(seen, ['echo of it', 'answer']);
      const invite = alice.request('INVITE', stage.service, {}, sdp);
      stage.say(alice, invite);
      const txn = (await client.sip()).fields[8] ?? '';
      client.send(`sip|${txn}|`, `SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n${sdp}`);
      const ok = await alice.takes(200);
      stage.say(alice, alice.ack(invite, ok));
      const echo = await client.next(() => true, 'frame');
      const ack = await client.next(() => true, 'frame');
      assert.deepEqual([echo.fields[1], ack.fields[1]], ['response', 'sip']);
      const dialog = `${fieldOf(invite, 'Call-ID')};from-tag=t${fieldOf(invite, 'Call-ID').slice(1)}`;
      assert.equal(echo.fields[11], dialog);
      assert.equal(ack.fields[9], dialog);
      assert.equal(ack.fields[8], txn);
      await client.ask(`sip||${dialog}`, 'BYE sip:placeholder SIP/2.0\r\n\r\n');
      stage.say(alice, alice.answer(await alice.takesRequest('BYE'), 200));
      await client.sip();
    });
  },
};
