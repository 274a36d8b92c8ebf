import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:net';
import Srf from 'drachtio-srf';
import type { Peer } from '../../contract/sip-engine/peer.ts';
import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import type { Application, AppDialog } from '../application.ts';
import { deadPort, Director } from '../director.ts';
import { countOf, fieldOf, isRequest, sdp, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

const director = new Director();

/** An application that listens; its port. */
async function listening(stage: Stage, prepare: (srf: Application) => void): Promise<number> {
  const srf = new Srf() as unknown as Omit<Application, 'listen'> & { listen(options: object): Server };
  srf.on('error', () => undefined);
  prepare(srf);
  const server = srf.listen({ host: '127.0.0.1', port: 0, secret: stage.subject.control.secret });
  stage.finally(() => server.close());
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const routeTo = (port: number, more = ''): unknown => ({
  action: 'route',
  data: { uri: `127.0.0.1:${String(port)}${more}` },
});

function calls(stage: Stage, params = ''): SipRequest {
  const invite = stage.alice.request('INVITE', stage.service + params, {}, sdp);
  stage.say(stage.alice, invite);
  return invite;
}

/** What an INVITE is refused with. */
async function refused(stage: Stage): Promise<SipResponse> {
  const invite = calls(stage);
  const refusal = await stage.alice.takesFinal(invite);
  stage.say(stage.alice, stage.alice.ack(invite, refusal));
  return refusal;
}

async function answers(stage: Stage, peer: Peer, method: string, status: number): Promise<SipRequest> {
  const request = await peer.takesRequest(method);
  stage.say(peer, peer.answer(request, status, {}, method === 'INVITE' && status === 200 ? sdp : ''));
  return request;
}

export const outboundConnections: Suite = {
  title: 'applications that the server connects to (request handlers)',
  options: { needs: ['outbound connections'] },
  prepare: () => director.open(),
  cases(check) {
    check('says in its question what the request is', async (stage) => {
      director.says({ action: 'reject', data: { status: 486 } });
      const invite = calls(stage, ';color=red');
      stage.say(stage.alice, stage.alice.ack(invite, await stage.alice.takesFinal(invite)));
      const asked = Object.fromEntries(director.asked[0]?.searchParams ?? []);
      assert.deepEqual(asked, {
        method: 'INVITE',
        domain: '127.0.0.1',
        protocol: 'udp',
        source_address: '127.0.0.1',
        fromUser: 'alice',
        toUser: 'service',
        uriUser: 'service',
        contentType: 'application/sdp',
        uri: `${stage.service};color=red`,
        color: 'red',
      });
    });

    check(
      'connects to the application that the handler names, and keeps its call on that connection',
      async (stage) => {
        const { alice } = stage;
        let found: (dialog: AppDialog) => void = () => undefined;
        const answered = new Promise<AppDialog>((resolve) => (found = resolve));
        const port = await listening(stage, (srf) => {
          srf.invite((req, res) => {
            void srf.createUAS(req, res, { localSdp: sdp }).then((dialog) => {
              dialog.on('destroy', () => {
                srf.endSession(req);
              });
              found(dialog);
            });
          });
        });
        director.says(routeTo(port, ';transport=tcp'));
        const invite = calls(stage);
        const ok = await alice.takes(200, 'INVITE');
        stage.say(alice, alice.ack(invite, ok));
        const dialog = await answered;
        dialog.on('info', (_req: unknown, res: { send(status: number): void }) => res.send(200));
        const info = alice.follow(invite, ok, 'INFO', 2);
        stage.say(alice, info);
        assert.equal((await alice.takesFinal(info)).status, 200);
        await stage.aliceEnds({ invite, ok, dialog }, 3);
      },
    );

    check('asks the handler though an application has routed the method', async (stage) => {
      let asked = 0;
      stage.srf.invite((_req, res) => {
        asked++;
        res.send(600);
      });
      await stage.routed();
      director.says({ action: 'reject', data: { status: 486 } });
      assert.equal((await refused(stage)).status, 486);
      assert.equal(asked, 0);
    });

    check('gives the methods that no handler stands for to those who routed them', async (stage) => {
      stage.srf.register((_req, res) => res.send(200));
      await stage.routed();
      const register = stage.alice.request('REGISTER', `sip:${stage.own}`);
      stage.say(stage.alice, register);
      assert.equal((await stage.alice.takesFinal(register)).status, 200);
    });

    check('finds a connected application by its tag', async (stage) => {
      const { alice } = stage;
      const blue = await stage.another(['blue']);
      const red = await stage.another(['red', 'green']);
      blue.options((_req, res) => res.send(200, { headers: { 'X-Tag': 'blue' } }));
      red.options((_req, res) => res.send(200, { headers: { 'X-Tag': 'red' } }));
      await stage.routed(blue);
      await stage.routed(red);
      for (const [tag, expected] of [
        ['green', 'red'],
        ['blue', 'blue'],
      ]) {
        director.says({ action: 'route', data: { tag } });
        const options = alice.request('OPTIONS', stage.service);
        stage.say(alice, options);
        assert.equal(fieldOf(await alice.takesFinal(options), 'X-Tag'), expected);
      }
    });

    check('answers 480 for a tag that nobody has', async (stage) => {
      director.says({ action: 'route', data: { tag: 'nobody' } });
      assert.equal((await refused(stage)).status, 480);
    });

    check('answers 480 where nobody listens', async (stage) => {
      director.says(routeTo(await deadPort()));
      assert.equal((await refused(stage)).status, 480);
    });

    check('answers 480 where nobody listens at the address that stands in the handler itself', async (stage) => {
      const message = stage.alice.request('MESSAGE', stage.service, { 'Content-Type': 'text/plain' }, 'hello');
      stage.say(stage.alice, message);
      assert.equal((await stage.alice.takesFinal(message)).status, 480);
    });

    check('rejects with the status and the reason that the handler says', async (stage) => {
      director.says({ action: 'reject', data: { status: 486, reason: 'On Holiday' } });
      const refusal = await refused(stage);
      assert.deepEqual([refusal.status, refusal.reason], [486, 'On Holiday']);
      director.says({ action: 'reject', data: { status: 404 } });
      const other = await refused(stage);
      assert.deepEqual([other.status, other.reason], [404, 'Not Found']);
    });

    check('redirects to one place or several', async (stage) => {
      const { bob, carol } = stage;
      director.says({ action: 'redirect', data: { contact: `<${bob.uri}>` } });
      const one = await refused(stage);
      assert.deepEqual([one.status, fieldOf(one, 'Contact')], [302, `<${bob.uri}>`]);
      director.says({ action: 'redirect', data: { contact: [`<${bob.uri}>`, `<${carol.uri}>`] } });
      const two = await refused(stage);
      const contacts = two.headers.all('Contact').flatMap((line) => line.split(/,\s*/));
      assert.deepEqual(contacts, [`<${bob.uri}>`, `<${carol.uri}>`]);
    });

    check('proxies to one destination after the other', async (stage) => {
      const { alice, bob, carol } = stage;
      director.says({ action: 'proxy', data: { destination: [bob.uri, carol.uri], recordRoute: true } });
      const invite = calls(stage);
      await answers(stage, bob, 'INVITE', 486);
      const inner = await answers(stage, carol, 'INVITE', 200);
      assert.match(fieldOf(inner, 'Record-Route'), /;lr/);
      const ok = await alice.takes(200, 'INVITE');
      assert.equal(fieldOf(ok, 'Call-ID'), fieldOf(invite, 'Call-ID'));
    });

    check('proxies to all destinations at once, and follows a redirection without being told to', async (stage) => {
      const { alice, bob, carol } = stage;
      const desk = await stage.udpPeer('desk');
      director.says({ action: 'proxy', data: { destination: [bob.uri, carol.uri], simultaneous: true } });
      calls(stage);
      const atBob = await bob.takesRequest('INVITE');
      const atCarol = await carol.takesRequest('INVITE');
      assert.equal(fieldOf(atBob, 'Record-Route'), '');
      stage.say(carol, carol.answer(atCarol, 180));
      await alice.takes(180, 'INVITE');
      stage.say(bob, bob.answer(atBob, 302, { Contact: `<${desk.uri}>` }));
      await answers(stage, desk, 'INVITE', 200);
      await alice.takes(200, 'INVITE');
      await answers(stage, carol, 'CANCEL', 200);
      stage.say(carol, carol.answer(atCarol, 487));
      await carol.takesRequest('ACK');
    });

    for (const [what, says] of [
      ['is not JSON', 'route me'],
      ['is empty', ''],
      ['is a list', '[]'],
      ['has no action', { data: {} }],
      ['has an action that nobody knows', { action: 'dance', data: {} }],
      ['has no data', { action: 'route' }],
      ['routes to nobody', { action: 'route', data: {} }],
      ['rejects without a status', { action: 'reject', data: {} }],
      ['redirects to nowhere', { action: 'redirect', data: {} }],
    ] as const) {
      check(`answers 500 where the direction ${what}`, async (stage) => {
        director.says(says);
        assert.equal((await refused(stage)).status, 500);
      });
    }

    check('refuses a direction that comes with a status other than 200', async (stage) => {
      director.says({ action: 'reject', data: { status: 486 } }, 403);
      assert.equal((await refused(stage)).status, stage.differs('direction-status', { ours: 500, drachtio: 486 }));
    });

    check('says something where the direction names no address', async (stage) => {
      const { alice } = stage;
      director.says({ action: 'route', data: { uri: ':::' } });
      const invite = calls(stage);
      await stage.differs('direction-nowhere', {
        ours: async () => {
          stage.say(alice, alice.ack(invite, await alice.takes(500, 'INVITE')));
        },
        drachtio: async () => {
          await alice.takes(100, 'INVITE');
          for (let turn = 0; turn < 3; turn++) await stage.roundTrip(alice);
          assert.equal(
            countOf(alice, (one) => one.kind === 'response' && fieldOf(one, 'CSeq') === '1 INVITE' && one.status > 100),
            0,
          );
        },
      })();
    });

    check('leaves a caller who gave up in peace, and the application that was found then', async (stage) => {
      const { alice } = stage;
      const told: string[] = [];
      const port = await listening(stage, (srf) => {
        srf.invite((req) => {
          req.on('cancel', () => {
            told.push('cancel');
            srf.endSession(req);
          });
        });
      });
      director.says(routeTo(port));
      const invite = calls(stage);
      await alice.takes(100, 'INVITE');
      stage.say(alice, alice.cancel(invite));
      await alice.takes(200, 'CANCEL');
      stage.say(alice, alice.ack(invite, await alice.takes(487, 'INVITE')));
      await stage.roundTrip(alice);
      assert.equal(countOf(alice, isRequest('BYE')), 0);
    });
  },
};
