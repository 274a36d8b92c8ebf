import assert from 'node:assert/strict';
import type { Peer } from '../../contract/sip-engine/peer.ts';
import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import type { AppRequest, ProxyOptions } from '../application.ts';
import { countOf, fieldOf, isRequest, sdp, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

/** From now on the application proxies these there. */
async function proxying(
  stage: Stage,
  to: readonly (Peer | string)[],
  options: ProxyOptions = {},
  verb: 'invite' | 'register' | 'options' = 'invite',
): Promise<void> {
  const places = to.map((place) => (typeof place === 'string' ? place : place.uri));
  stage.srf[verb]((req: AppRequest) => {
    stage.srf.proxyRequest(req, places, { ...options }).catch(() => undefined);
  });
  await stage.routed();
}

function calls(stage: Stage, extra: Readonly<Record<string, string>> = {}): SipRequest {
  const invite = stage.alice.request('INVITE', stage.service, extra, sdp);
  stage.say(stage.alice, invite);
  return invite;
}

function says(
  stage: Stage,
  peer: Peer,
  request: SipRequest,
  status: number,
  extra: Readonly<Record<string, string>> = {},
): void {
  const withBody = status === 200 && request.method === 'INVITE';
  stage.say(peer, peer.answer(request, status, extra, withBody ? sdp : ''));
}

/** That peer refuses the next INVITE, and hears that it was heard. */
async function refuses(
  stage: Stage,
  peer: Peer,
  status: number,
  extra: Readonly<Record<string, string>> = {},
): Promise<void> {
  says(stage, peer, await peer.takesRequest('INVITE'), status, extra);
  await peer.takesRequest('ACK');
}

/** What the caller hears in the end. */
async function outcome(stage: Stage, invite: SipRequest): Promise<SipResponse> {
  const final = await stage.alice.takesFinal(invite);
  if (final.status >= 300) stage.say(stage.alice, stage.alice.ack(invite, final));
  return final;
}

/** A call that goes through the server, and goes on doing so. */
async function proxiedCall(stage: Stage): Promise<{ invite: SipRequest; ok: SipResponse; route: string }> {
  const { alice, bob } = stage;
  await proxying(stage, [bob], { remainInDialog: true });
  const invite = calls(stage);
  const inner = await bob.takesRequest('INVITE');
  const route = inner.headers.all('Record-Route').join(', ');
  says(stage, bob, inner, 200, { 'Record-Route': route });
  const ok = await alice.takesFinal(invite);
  const ack = alice.ack(invite, ok);
  ack.headers.set('Route', route);
  stage.say(alice, ack);
  await bob.takesRequest('ACK');
  return { invite, ok, route };
}

/** For this long nothing of the kind happens; what the server was asked before has been done by then. */
async function quietFor(stage: Stage, ms: number, happened: () => number): Promise<void> {
  const begin = Date.now();
  do {
    await stage.roundTrip(stage.carol);
    await stage.routed();
    assert.equal(happened(), 0);
  } while (Date.now() - begin < ms);
}

export const proxyDetails: Suite = {
  title: 'proxyRequest, in detail',
  options: { needs: ['proxy'] },
  cases(check) {
    check('tries the next destination where one says nothing within the provisional timeout', async (stage) => {
      const { bob, carol } = stage;
      await proxying(stage, [bob, carol], { provisionalTimeout: '300ms' });
      const invite = calls(stage);
      const begin = Date.now();
      await bob.takesRequest('INVITE');
      const second = await carol.takesRequest('INVITE');
      assert.ok(Date.now() - begin >= 250, String(Date.now() - begin));
      says(stage, carol, second, 200);
      assert.equal((await outcome(stage, invite)).status, 200);
    });

    check('adds the headers of the application to what it forwards', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob], { headers: { 'X-Added': 'yes' } });
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      assert.equal(fieldOf(inner, 'X-Added'), 'yes');
      says(stage, bob, inner, 486);
      await outcome(stage, invite);
    });

    for (const [name, options] of [
      ['one after the other', {}],
      ['at once', { forking: 'simultaneous' }],
    ] as const) {
      check(`chooses among refusals of one class, of destinations tried ${name}`, async (stage) => {
        const { bob, carol } = stage;
        await proxying(stage, [bob, carol], options);
        const invite = calls(stage);
        await refuses(stage, bob, 404);
        await refuses(stage, carol, 486);
        assert.equal(
          (await outcome(stage, invite)).status,
          stage.differs('equal-refusals', { ours: 404, drachtio: 486 }),
        );
      });

      check(`prefers a refusal of the lower class, of destinations tried ${name}`, async (stage) => {
        const { bob, carol } = stage;
        await proxying(stage, [bob, carol], options);
        const invite = calls(stage);
        await refuses(stage, bob, 500);
        await refuses(stage, carol, 404);
        assert.equal((await outcome(stage, invite)).status, 404);
      });
    }

    check('hands the 503 of a destination back, or what says that it is not our own', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage);
      await refuses(stage, bob, 503, { 'Retry-After': '30' });
      assert.equal((await outcome(stage, invite)).status, stage.differs('proxied-503', { ours: 500, drachtio: 503 }));
    });

    check('stops a serial search at a challenge, and hands it back', async (stage) => {
      const { bob, carol } = stage;
      await proxying(stage, [bob, carol]);
      const invite = calls(stage);
      await refuses(stage, bob, 401, { 'WWW-Authenticate': 'Digest realm="a", nonce="n1"' });
      const refusal = await outcome(stage, invite);
      assert.deepEqual([refusal.status, countOf(carol, isRequest('INVITE'))], [401, 0]);
      assert.equal(fieldOf(refusal, 'WWW-Authenticate'), 'Digest realm="a", nonce="n1"');
    });

    check('collects the challenges of a fork, or hands the first back', async (stage) => {
      const { alice, bob, carol } = stage;
      await proxying(stage, [bob, carol], { forking: 'simultaneous' });
      const invite = calls(stage);
      const [atBob, atCarol] = [await bob.takesRequest('INVITE'), await carol.takesRequest('INVITE')];
      says(stage, bob, atBob, 401, { 'WWW-Authenticate': `Digest realm="a", nonce="a${String(bob.port)}"` });
      await bob.takesRequest('ACK');
      says(stage, carol, atCarol, 401, { 'WWW-Authenticate': `Digest realm="b", nonce="b${String(bob.port)}"` });
      await carol.takesRequest('ACK');
      const refusal = await alice.takes(401, 'INVITE');
      stage.say(alice, alice.ack(invite, refusal));
      const realms = refusal.headers.all('WWW-Authenticate').map((field) => /realm="(.)"/.exec(field)?.[1]);
      assert.deepEqual(realms, stage.differs('fork-challenges', { ours: ['a', 'b'], drachtio: ['a'] }));
    });

    check('ends a serial search at a 6xx', async (stage) => {
      const { bob, carol } = stage;
      await proxying(stage, [bob, carol]);
      const invite = calls(stage);
      await refuses(stage, bob, 603);
      await stage.differs('sixes', {
        ours: async () => {
          assert.equal((await outcome(stage, invite)).status, 603);
          assert.equal(countOf(carol, isRequest('INVITE')), 0);
        },
        drachtio: async () => {
          says(stage, carol, await carol.takesRequest('INVITE'), 200);
          assert.equal((await outcome(stage, invite)).status, 200);
        },
      })();
    });

    check('ends a fork at a 6xx, and cancels who rings', async (stage) => {
      const { alice, bob, carol } = stage;
      await proxying(stage, [bob, carol], { forking: 'simultaneous' });
      const invite = calls(stage);
      const atCarol = await carol.takesRequest('INVITE');
      says(stage, carol, atCarol, 180);
      await alice.takes(180, 'INVITE');
      await refuses(stage, bob, 603);
      await stage.differs('sixes', {
        ours: async () => {
          says(stage, carol, await carol.takesRequest('CANCEL'), 200);
          says(stage, carol, atCarol, 487);
        },
        drachtio: async () => {
          await stage.roundTrip(alice);
          assert.equal(countOf(carol, isRequest('CANCEL')), 0);
          says(stage, carol, atCarol, 486);
        },
      })();
      assert.equal((await outcome(stage, invite)).status, 603);
    });

    check('passes a second 200 of a fork on', async (stage) => {
      const { alice, bob, carol } = stage;
      await proxying(stage, [bob, carol], { forking: 'simultaneous' });
      const invite = calls(stage);
      const [atBob, atCarol] = [await bob.takesRequest('INVITE'), await carol.takesRequest('INVITE')];
      says(stage, carol, atCarol, 180);
      await alice.takes(180, 'INVITE');
      says(stage, bob, atBob, 200);
      await alice.takes(200, 'INVITE', invite);
      says(stage, carol, await carol.takesRequest('CANCEL'), 200);
      says(stage, carol, atCarol, 200);
      const second = await alice.takes(200, 'INVITE', invite);
      assert.match(fieldOf(second, 'To'), /;tag=caroltag$/);
    });

    check('says to a caller who gives up before anybody spoke that it is over', async (stage) => {
      const { alice, bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      stage.say(alice, alice.cancel(invite));
      await alice.takes(200, 'CANCEL');
      assert.equal((await outcome(stage, invite)).status, 487);
      says(stage, bob, inner, 180);
      says(stage, bob, await bob.takesRequest('CANCEL'), 200);
      says(stage, bob, inner, 487);
      await bob.takesRequest('ACK');
    });

    check('says to a caller who gives up while it rings that it is over', async (stage) => {
      const { alice, bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      says(stage, bob, inner, 180);
      await alice.takes(180, 'INVITE');
      stage.say(alice, alice.cancel(invite));
      await alice.takes(200, 'CANCEL');
      says(stage, bob, await bob.takesRequest('CANCEL'), 200);
      await stage.roundTrip(alice);
      assert.equal(
        countOf(alice, isFinalTo(invite)) > 0,
        stage.differs('proxied-487', { ours: false, drachtio: true }),
      );
      says(stage, bob, inner, 487);
      await bob.takesRequest('ACK');
      assert.equal((await outcome(stage, invite)).status, 487);
    });

    check('applies the final timeout', async (stage) => {
      const { alice, bob } = stage;
      await proxying(stage, [bob], { finalTimeout: '300ms' });
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      says(stage, bob, inner, 180);
      await alice.takes(180, 'INVITE');
      await stage.differs('final-timeout', {
        ours: async () => {
          says(stage, bob, await bob.takesRequest('CANCEL'), 200);
          says(stage, bob, inner, 487);
          assert.equal((await outcome(stage, invite)).status, 408);
        },
        drachtio: async () => {
          await quietFor(stage, 500, () => countOf(bob, isRequest('CANCEL')));
          says(stage, bob, inner, 486);
          assert.equal((await outcome(stage, invite)).status, 486);
        },
      })();
    });

    check('follows a redirection to several places, one after the other', async (stage) => {
      const { bob, carol } = stage;
      const desk = await stage.udpPeer('desk');
      await proxying(stage, [bob], { followRedirects: true });
      const invite = calls(stage);
      await refuses(stage, bob, 302, { Contact: `<${carol.uri}>, <${desk.uri}>` });
      await refuses(stage, carol, 486);
      says(stage, desk, await desk.takesRequest('INVITE'), 200);
      assert.equal((await outcome(stage, invite)).status, 200);
    });

    check('answers 483 to a request that may go no further', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage, { 'Max-Forwards': '0' });
      assert.equal((await outcome(stage, invite)).status, 483);
      assert.equal(countOf(bob, isRequest('INVITE')), 0);
    });

    check('counts one hop less on each way', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage, { 'Max-Forwards': '1' });
      const inner = await bob.takesRequest('INVITE');
      assert.equal(fieldOf(inner, 'Max-Forwards'), '0');
      says(stage, bob, inner, 486);
      await outcome(stage, invite);
    });

    check('ends a loop', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      const back: SipRequest = { ...inner, uri: invite.uri, headers: inner.headers.clone() };
      back.headers.set('Via', [bob.via(), ...inner.headers.all('Via')].join(', '));
      stage.say(bob, back);
      await stage.differs('loop', {
        ours: async () => {
          const refusal = await bob.takes(482, 'INVITE');
          stage.say(bob, bob.ack(back, refusal));
        },
        drachtio: async () => {
          const again = await bob.takesRequest('INVITE');
          assert.equal(fieldOf(again, 'Max-Forwards'), '68');
          says(stage, bob, again, 486);
          await bob.takesRequest('ACK');
        },
      })();
      says(stage, bob, inner, 486);
      assert.equal((await outcome(stage, invite)).status, 486);
    });

    check('sends nothing to itself', async (stage) => {
      const { srf, service } = stage;
      let asked = 0;
      srf.invite((req) => {
        asked++;
        srf.proxyRequest(req, service).catch(() => undefined);
      });
      await stage.routed();
      const invite = calls(stage, { 'Max-Forwards': '2' });
      const { status } = await outcome(stage, invite);
      assert.deepEqual([status, asked], stage.differs('proxied-to-itself', { ours: [500, 1], drachtio: [483, 3] }));
    });

    check('refuses what a proxy must know and this one does not', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage, { 'Proxy-Require': 'foo' });
      await stage.differs('proxy-require', {
        ours: async () => {
          const refusal = await outcome(stage, invite);
          assert.deepEqual([refusal.status, fieldOf(refusal, 'Unsupported')], [420, 'foo']);
        },
        drachtio: async () => {
          says(stage, bob, await bob.takesRequest('INVITE'), 486);
          assert.equal((await outcome(stage, invite)).status, 486);
        },
      })();
    });

    check('asks by Path to be on the way of whom is registered', async (stage) => {
      const { alice, bob } = stage;
      await proxying(stage, [bob], { remainInDialog: true }, 'register');
      const register = alice.request('REGISTER', `sip:${stage.own}`, { Supported: 'path' });
      stage.say(alice, register);
      const inner = await bob.takesRequest('REGISTER');
      assert.match(fieldOf(inner, 'Path'), new RegExp(`^<sip:([^@>]*@)?${stage.own}.*;lr`));
      assert.equal(fieldOf(inner, 'Require'), 'path');
      assert.equal(fieldOf(inner, 'Record-Route'), '');
      says(stage, bob, inner, 200);
      assert.equal((await alice.takesFinal(register)).status, 200);
    });

    check('says done at once where nobody wants to know how it ends', async (stage) => {
      const { alice, bob } = stage;
      const client = await stage.frames('invite');
      const invite = calls(stage);
      const id = (await client.sip()).fields[8] ?? '';
      const answer = await client.ask(`proxy|${id}||||serial|||${bob.uri}`, `INVITE ${bob.uri} SIP/2.0\r\n\r\n`);
      assert.deepEqual(answer.slice(0, 2), ['OK', 'done']);
      says(stage, bob, await bob.takesRequest('INVITE'), 486);
      const refusal = await alice.takesFinal(invite);
      assert.equal(refusal.status, 486);
      stage.say(alice, alice.ack(invite, refusal));
    });

    check('tells of each final answer where that is wanted, and then says done', async (stage) => {
      const { alice, bob, carol } = stage;
      const client = await stage.frames('invite');
      const invite = calls(stage);
      const id = (await client.sip()).fields[8] ?? '';
      const asked = client.send(
        `proxy|${id}||fullResponse||serial|||${bob.uri}|${carol.uri}`,
        `INVITE ${bob.uri} SIP/2.0\r\n\r\n`,
      );
      says(stage, bob, await bob.takesRequest('INVITE'), 486);
      const atCarol = await carol.takesRequest('INVITE');
      says(stage, carol, atCarol, 180);
      await alice.takes(180, 'INVITE');
      says(stage, carol, atCarol, 200);
      await alice.takes(200, 'INVITE', invite);
      const seen: string[] = [];
      for (let frames = 0; frames < 3; frames++) {
        const { fields, message } = await client.answer(asked);
        const status = /^SIP\/2\.0 (\d+)/.exec(message)?.[1];
        seen.push(status === undefined ? fields.slice(3).join() : [fields[3], fields[12], status].join());
      }
      assert.deepEqual(seen, ['OK,continue,486', 'OK,continue,200', 'OK,done']);
    });

    check('goes on when the application that began it has gone', async (stage) => {
      const { bob } = stage;
      const client = await stage.frames('invite');
      const invite = calls(stage);
      const id = (await client.sip()).fields[8] ?? '';
      await client.ask(`proxy|${id}||||serial|||${bob.uri}`, `INVITE ${bob.uri} SIP/2.0\r\n\r\n`);
      const inner = await bob.takesRequest('INVITE');
      client.close();
      await client.closed;
      await stage.routed();
      says(stage, bob, inner, 200);
      assert.equal((await outcome(stage, invite)).status, 200);
    });

    check('lets repetitions in a dialog end here', async (stage) => {
      const { alice, bob } = stage;
      const { invite, ok, route } = await proxiedCall(stage);
      const bye = alice.follow(invite, ok, 'BYE', 2);
      bye.headers.set('Route', route);
      stage.say(alice, bye);
      const first = await bob.takesRequest('BYE');
      stage.say(alice, bye);
      await stage.differs('proxied-repetitions', {
        ours: async () => {
          await stage.roundTrip(alice);
          assert.equal(countOf(bob, isRequest('BYE')), 1);
        },
        drachtio: async () => {
          await bob.takesRequest('BYE');
        },
      })();
      says(stage, bob, first, 200);
      await alice.takes(200, 'BYE');
    });

    check('is no relay for whom it never proxied', async (stage) => {
      const { alice, bob } = stage;
      const message = alice.request('MESSAGE', bob.uri, { To: `<${bob.uri}>;tag=x`, Route: `<sip:${stage.own};lr>` });
      stage.say(alice, message);
      await stage.differs('open-relay', {
        ours: async () => {
          assert.equal((await alice.takesFinal(message)).status, 481);
          assert.equal(countOf(bob, isRequest('MESSAGE')), 0);
        },
        drachtio: async () => {
          says(stage, bob, await bob.takesRequest('MESSAGE'), 200);
          assert.equal((await alice.takesFinal(message)).status, 200);
        },
      })();
    });

    check('records its route once for each side, where they meet it at different sockets', async (stage) => {
      const { bob } = stage;
      await proxying(stage, [bob], { remainInDialog: true });
      const phone = await stage.tcpPeer('phone');
      const invite = phone.request('INVITE', stage.service, {}, sdp);
      phone.send(invite, stage.subject.sip.tcp);
      const inner = await bob.takesRequest('INVITE');
      const routes = inner.headers
        .all('Record-Route')
        .join(',')
        .split(/,\s*(?=<)/);
      assert.equal(routes.length, stage.differs('double-record-route', { ours: 2, drachtio: 1 }));
      says(stage, bob, inner, 486);
      phone.send(phone.ack(invite, await phone.takesFinal(invite)), stage.subject.sip.tcp);
    });
  },
};

function isFinalTo(request: SipRequest): (message: SipRequest | SipResponse) => boolean {
  return (message) =>
    message.kind === 'response' &&
    message.status >= 200 &&
    fieldOf(message, 'CSeq') === fieldOf(request, 'CSeq') &&
    fieldOf(message, 'Call-ID') === fieldOf(request, 'Call-ID');
}
