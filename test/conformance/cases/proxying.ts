import assert from 'node:assert/strict';
import type { Peer } from '../../contract/sip-engine/peer.ts';
import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import { type AppRequest, asks, type ProxyOptions, type ProxyResult } from '../application.ts';
import { countOf, fieldOf, isRequest, sdp, type Stage } from '../stage.ts';
import type { Suite } from '../suite.ts';

/** From now on the application proxies INVITEs there. */
async function proxying(
  stage: Stage,
  to: readonly Peer[],
  options: ProxyOptions = {},
): Promise<{ result: Promise<ProxyResult> }> {
  const result = new Promise<ProxyResult>((resolve, reject) => {
    stage.srf.invite((req: AppRequest) => {
      stage.srf
        .proxyRequest(
          req,
          to.map(({ uri }) => uri),
          { ...options },
        )
        .then(resolve, reject);
    });
  });
  result.catch(() => undefined);
  await stage.routed();
  return { result };
}

function calls(stage: Stage, extra: Readonly<Record<string, string>> = {}): SipRequest {
  const invite = stage.alice.request('INVITE', stage.service, extra, sdp);
  stage.say(stage.alice, invite);
  return invite;
}

function answers(stage: Stage, peer: Peer, request: SipRequest, status: number): SipResponse {
  const answer = peer.answer(request, status, {}, status === 200 ? sdp : '');
  stage.say(peer, answer);
  return answer;
}

export const proxyRequest: Suite = {
  title: 'proxyRequest',
  options: { needs: ['proxy'] },
  cases(check) {
    check('forwards an INVITE with a Via of its own on top and one hop less, and the 200 back', async (stage) => {
      const { alice, bob } = stage;
      const { result } = await proxying(stage, [bob]);
      const invite = calls(stage, { 'X-Through': 'yes' });
      const inner = await bob.takesRequest('INVITE');
      assert.equal(fieldOf(inner, 'Call-ID'), fieldOf(invite, 'Call-ID'));
      assert.equal(fieldOf(inner, 'From'), fieldOf(invite, 'From'));
      assert.equal(fieldOf(inner, 'CSeq'), fieldOf(invite, 'CSeq'));
      assert.equal(fieldOf(inner, 'Max-Forwards'), '69');
      assert.equal(fieldOf(inner, 'X-Through'), 'yes');
      assert.equal(fieldOf(inner, 'Contact'), fieldOf(invite, 'Contact'));
      assert.equal(fieldOf(inner, 'Record-Route'), '');
      assert.equal(
        inner.headers
          .all('Via')
          .join(',')
          .split(/,\s*(?=SIP)/).length,
        2,
      );
      assert.equal(inner.body.toString(), sdp);
      answers(stage, bob, inner, 180);
      const ringing = await alice.takes(180);
      assert.match(fieldOf(ringing, 'To'), /;tag=bobtag$/);
      answers(stage, bob, inner, 200);
      const ok = await alice.takes(200);
      assert.equal(fieldOf(ok, 'Contact'), `<${bob.uri}>`);
      assert.doesNotMatch(fieldOf(ok, 'Via'), /,/);
      const { connected, finalStatus } = await result;
      assert.deepEqual([connected, finalStatus], [true, 200]);
    });

    check('tries the next destination where one refuses, and hands back what the last said', async (stage) => {
      const { alice, bob, carol } = stage;
      const { result } = await proxying(stage, [bob, carol]);
      const invite = calls(stage);
      answers(stage, bob, await bob.takesRequest('INVITE'), 486);
      await bob.takesRequest('ACK');
      answers(stage, carol, await carol.takesRequest('INVITE'), 404);
      await carol.takesRequest('ACK');
      const refusal = await alice.takesFinal(invite);
      stage.say(alice, alice.ack(invite, refusal));
      assert.ok([404, 486].includes(refusal.status), String(refusal.status));
      const { connected } = await result;
      assert.equal(connected, false);
    });

    check('rings everywhere at once, and cancels the others when one answers', async (stage) => {
      const { alice, bob, carol } = stage;
      await proxying(stage, [bob, carol], { forking: 'simultaneous' });
      calls(stage);
      const [atBob, atCarol] = [await bob.takesRequest('INVITE'), await carol.takesRequest('INVITE')];
      assert.notEqual(fieldOf(atBob, 'Via'), fieldOf(atCarol, 'Via'));
      answers(stage, bob, atBob, 180);
      answers(stage, carol, atCarol, 180);
      await alice.takes(180);
      answers(stage, carol, atCarol, 200);
      await alice.takes(200);
      const cancel = await bob.takesRequest('CANCEL');
      answers(stage, bob, cancel, 200);
      answers(stage, bob, atBob, 487);
      await bob.takesRequest('ACK');
    });

    check('passes the CANCEL of the caller on', async (stage) => {
      const { alice, bob } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      answers(stage, bob, inner, 180);
      await alice.takes(180);
      stage.say(alice, alice.cancel(invite));
      await alice.takes(200, 'CANCEL');
      const cancel = await bob.takesRequest('CANCEL');
      answers(stage, bob, cancel, 200);
      answers(stage, bob, inner, 487);
      await bob.takesRequest('ACK');
      stage.say(alice, alice.ack(invite, await alice.takes(487, 'INVITE')));
    });

    check('stays in the dialog where it was asked to: ACK and BYE come through it', async (stage) => {
      const { alice, bob } = stage;
      await proxying(stage, [bob], { remainInDialog: true });
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      const route = fieldOf(inner, 'Record-Route');
      assert.match(route, new RegExp(`^<sip:([^@>]*@)?${stage.own}.*;lr`));
      const answer = bob.answer(inner, 200, { 'Record-Route': route }, sdp);
      stage.say(bob, answer);
      const ok = await alice.takes(200);
      assert.equal(fieldOf(ok, 'Record-Route'), route);
      const ack = alice.ack(invite, ok);
      ack.headers.set('Route', route);
      stage.say(alice, ack);
      const innerAck = await bob.takesRequest('ACK');
      assert.equal(innerAck.uri, bob.uri);
      assert.equal(fieldOf(innerAck, 'Route'), '');
      const bye = alice.follow(invite, ok, 'BYE', 2);
      bye.headers.set('Route', route);
      stage.say(alice, bye);
      answers(stage, bob, await bob.takesRequest('BYE'), 200);
      await alice.takes(200, 'BYE');
    });

    check('goes where a 302 points, where it was asked to', async (stage) => {
      const { alice, bob, carol } = stage;
      await proxying(stage, [bob], { followRedirects: true });
      calls(stage);
      const inner = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(inner, 302, { Contact: `<${carol.uri}>` }));
      await bob.takesRequest('ACK');
      const redirected = await carol.takesRequest('INVITE');
      assert.equal(redirected.uri, carol.uri);
      answers(stage, carol, redirected, 200);
      await alice.takes(200);
      assert.equal(
        countOf(alice, (one) => one.kind === 'response' && one.status === 302),
        0,
      );
    });

    check('hands a 302 back, where it was not asked to follow', async (stage) => {
      const { alice, bob, carol } = stage;
      await proxying(stage, [bob]);
      const invite = calls(stage);
      const inner = await bob.takesRequest('INVITE');
      stage.say(bob, bob.answer(inner, 302, { Contact: `<${carol.uri}>` }));
      const refusal = await alice.takes(302);
      assert.equal(fieldOf(refusal, 'Contact'), `<${carol.uri}>`);
      stage.say(alice, alice.ack(invite, refusal));
      assert.equal(countOf(carol, isRequest('INVITE')), 0);
    });

    check('forwards an OPTIONS', async (stage) => {
      const { alice, bob, srf } = stage;
      srf.options((req) => void srf.proxyRequest(req, bob.uri));
      await stage.routed();
      const options = alice.request('OPTIONS', stage.service);
      stage.say(alice, options);
      answers(stage, bob, await bob.takesRequest('OPTIONS'), 404);
      assert.equal((await alice.takesFinal(options)).status, 404);
      // The application is still heard.
      const asked = asks(srf, bob.uri, { method: 'OPTIONS' });
      answers(stage, bob, await bob.takesRequest('OPTIONS'), 200);
      assert.equal((await asked).status, 200);
    });

    check('refuses to proxy a request that is not there', async (stage) => {
      const client = await stage.frames();
      const unknown = '00000000-0000-4000-8000-000000000000';
      const [verdict, why] = await client.ask(
        `proxy|${unknown}|||||||sip:bob@127.0.0.1:9`,
        'INVITE sip:bob@127.0.0.1:9 SIP/2.0\r\n\r\n',
      );
      assert.deepEqual([verdict, why], ['NOK', `Unknown transaction id: ${unknown}`]);
    });
  },
};
