import assert from 'node:assert/strict';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip-engine/message/types.ts';
import { FrameClient } from './sip-engine/frames.ts';
import { Peer } from './sip-engine/peer.ts';
import { type ProxyResult, type Rig, sdp, settled, startRig, type TestSrf, until } from './sip-engine/rig.ts';

type ProxyOptions = NonNullable<Parameters<TestSrf['proxyRequest']>[2]>;
type Verb = 'invite' | 'register' | 'message' | 'options' | 'subscribe';

describe('the SIP engine as a proxy, under drachtio-srf', () => {
  let rig: Rig;
  let alice: Peer;
  let bob: Peer;
  let carol: Peer;
  before(async () => {
    rig = await startRig();
  });
  after(async () => {
    // No transaction, no dialog and no timer of all this may be left behind.
    await settled(rig.engine);
    await rig.close();
  });
  beforeEach(async () => {
    await rig.renew();
    alice = await Peer.udp('alice');
    bob = await Peer.udp('bob');
    carol = await Peer.udp('carol');
  });
  afterEach(async () => {
    for (const peer of [alice, bob, carol]) await peer.close();
  });

  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;
  const say = (peer: Peer, message: SipMessage): void => {
    peer.send(message, peer.transport === 'udp' ? rig.udp : rig.tcp);
  };
  const answers = (peer: Peer, request: SipRequest, status: number): SipResponse => {
    const answer = peer.answer(request, status, {}, status === 200 ? sdp : '');
    say(peer, answer);
    return answer;
  };

  /** From now on the application proxies; `heard` is what it hears of the first request. */
  async function proxying(
    to: readonly (Peer | string)[],
    options: ProxyOptions = {},
    verb: Verb = 'invite',
  ): Promise<{ heard: Promise<ProxyResult> }> {
    const destinations = to.map((one) => (typeof one === 'string' ? one : one.uri));
    const heard = new Promise<ProxyResult>((resolve, reject) => {
      rig.srf[verb]((req) => {
        rig.srf.proxyRequest(req, [...destinations], { ...options }).then(resolve, reject);
      });
    });
    heard.catch(() => undefined);
    await rig.routed(verb.toUpperCase());
    return { heard };
  }

  function calls(extra: Readonly<Record<string, string>> = {}, caller = alice): SipRequest {
    const invite = caller.request('INVITE', service(), extra, sdp);
    say(caller, invite);
    return invite;
  }

  /** The peer refuses, and has its ACK from us. */
  async function refuses(peer: Peer, status: number): Promise<SipRequest> {
    const invite = await peer.takesRequest('INVITE');
    answers(peer, invite, status);
    await peer.takesRequest('ACK');
    return invite;
  }

  const statuses = ({ responses }: ProxyResult): number[] =>
    responses.flatMap(({ msgs }) => msgs.map(({ status }) => status));

  it('passes an INVITE to its one destination as it came, and the answer back', async () => {
    const { heard } = await proxying([bob]);
    const invite = calls({ 'X-Odd': 'a,  b;c="d"', s: 'compact' });
    await alice.takes(100);
    const arrived = await bob.takesRequest('INVITE');
    assert.equal(arrived.uri, bob.uri);
    assert.equal(arrived.headers.get('Max-Forwards'), '69');
    assert.equal(arrived.headers.all('Via').length, 2);
    assert.equal(arrived.headers.has('Record-Route'), false);
    assert.equal(arrived.body.toString(), sdp);
    const untouched = (request: SipRequest): (readonly [string, string])[] =>
      [...request.headers].filter(([name]) => !/^(via|max-forwards|content-length)$/i.test(name));
    assert.deepEqual(untouched(arrived), untouched(invite));
    answers(bob, arrived, 100);
    answers(bob, arrived, 180);
    const ringing = await alice.takes(180);
    assert.equal(ringing.headers.all('Via').length, 1);
    answers(bob, arrived, 200);
    const ok = await alice.takes(200);
    assert.equal(ok.headers.get('Contact'), `<${bob.uri}>`);
    assert.equal(ok.body.toString(), sdp);
    const result = await heard;
    assert.equal(result.connected, true);
    assert.equal(result.responses[0]?.port, bob.port);
    assert.equal(alice.seen.filter((one) => one.kind === 'response' && one.status === 100).length, 1);
  });

  it('leaves the request-URI alone where it does not name us', async () => {
    await proxying([bob]);
    const invite = alice.request('INVITE', 'sip:+49301234@example.com', {}, sdp);
    say(alice, invite);
    assert.equal((await bob.takesRequest('INVITE')).uri, 'sip:+49301234@example.com');
    answers(bob, bob.seen[0] as SipRequest, 404);
    say(alice, alice.ack(invite, await alice.takes(404)));
  });

  it('adds the headers that the application names, and none that would break the call', async () => {
    await proxying([bob], { headers: { 'X-Account': '7', Subject: 'new', 'Call-ID': 'other', 'Max-Forwards': '3' } });
    const invite = calls({ Subject: 'old' });
    const { headers } = await refuses(bob, 404);
    assert.equal(headers.get('X-Account'), '7');
    assert.deepEqual(headers.all('Subject'), ['new']);
    assert.deepEqual(headers.all('Call-ID'), invite.headers.all('Call-ID'));
    assert.equal(headers.get('Max-Forwards'), '69');
    say(alice, alice.ack(invite, await alice.takes(404)));
  });

  it('tries the next when one is busy, and tells the application of both', async () => {
    const { heard } = await proxying([bob, carol]);
    calls();
    await refuses(bob, 486);
    answers(carol, await carol.takesRequest('INVITE'), 200);
    await alice.takes(200);
    assert.deepEqual(statuses(await heard), [486, 200]);
    assert.equal((await heard).connected, true);
  });

  it('gives the caller the best of what all said', async () => {
    const { heard } = await proxying([bob, carol]);
    const invite = calls();
    await refuses(bob, 480);
    await refuses(carol, 500);
    say(alice, alice.ack(invite, await alice.takes(480)));
    assert.deepEqual(statuses(await heard), [480, 500]);
    assert.equal((await heard).connected, false);
  });

  it("gives up on a callee whose answer has lost the caller's Via, and leaves nothing of it", async () => {
    await proxying([bob], {}, 'options');
    const asked = alice.request('OPTIONS', service());
    say(alice, asked);
    const request = await bob.takesRequest('OPTIONS');
    const answer = bob.answer(request, 200);
    answer.headers.set('Via', request.headers.get('Via') ?? '');
    say(bob, answer);
    await alice.takes(500, 'OPTIONS', asked);
  });

  it('turns a 503 into a 500, for it is not we who are overloaded', async () => {
    const { heard } = await proxying([bob]);
    const invite = calls();
    await refuses(bob, 503);
    say(alice, alice.ack(invite, await alice.takes(500)));
    assert.deepEqual(statuses(await heard), [503]);
  });

  it('rings all at once, gives the caller the first to answer and cancels the others', async () => {
    const { heard } = await proxying([bob, carol], { forking: 'simultaneous' });
    calls();
    const [toBob, toCarol] = [await bob.takesRequest('INVITE'), await carol.takesRequest('INVITE')];
    answers(bob, toBob, 180);
    answers(carol, toCarol, 180);
    await alice.takes(180);
    await alice.takes(180);
    answers(carol, toCarol, 200);
    const ok = await alice.takes(200);
    assert.equal(ok.headers.get('Contact'), `<${carol.uri}>`);
    const cancel = await bob.takesRequest('CANCEL');
    assert.equal(cancel.headers.get('Via'), toBob.headers.all('Via')[0]);
    assert.equal(cancel.uri, toBob.uri);
    assert.match(cancel.headers.get('Reason') ?? '', /^SIP;cause=200;text="Call completed elsewhere"$/);
    answers(bob, cancel, 200);
    answers(bob, toBob, 487);
    await bob.takesRequest('ACK');
    assert.deepEqual(statuses(await heard), [200]);
  });

  it('passes both on when two answer, and each time that they repeat it', async () => {
    const { heard } = await proxying([bob, carol], { forking: 'simultaneous' });
    calls();
    const [toBob, toCarol] = [await bob.takesRequest('INVITE'), await carol.takesRequest('INVITE')];
    const [ofBob, ofCarol] = [answers(bob, toBob, 200), answers(carol, toCarol, 200)];
    const tags = [(await alice.takes(200)).headers.get('To'), (await alice.takes(200)).headers.get('To')];
    assert.deepEqual(tags.toSorted(), [ofBob.headers.get('To'), ofCarol.headers.get('To')].toSorted());
    say(bob, ofBob);
    assert.equal((await alice.takes(200)).headers.get('To'), ofBob.headers.get('To'));
    assert.equal((await heard).connected, true);
    assert.equal(statuses(await heard).length, 1);
  });

  it('collects the challenges of all that ask for credentials', async () => {
    await proxying([bob, carol], { forking: 'simultaneous' });
    const invite = calls();
    const [toBob, toCarol] = [await bob.takesRequest('INVITE'), await carol.takesRequest('INVITE')];
    say(bob, bob.answer(toBob, 401, { 'WWW-Authenticate': 'Digest realm="bob", nonce="1"' }));
    say(carol, carol.answer(toCarol, 407, { 'Proxy-Authenticate': 'Digest realm="carol", nonce="2"' }));
    const challenge = await Promise.race([alice.takes(401), alice.takes(407).catch(() => alice.takes(401))]);
    assert.equal(challenge.headers.get('WWW-Authenticate'), 'Digest realm="bob", nonce="1"');
    assert.equal(challenge.headers.get('Proxy-Authenticate'), 'Digest realm="carol", nonce="2"');
    say(alice, alice.ack(invite, challenge));
  });

  it('sends credentials to the one of several destinations that asked for them', async () => {
    await proxying([bob, carol]);
    const invite = calls();
    await refuses(bob, 404);
    const toCarol = await carol.takesRequest('INVITE');
    say(carol, carol.answer(toCarol, 407, { 'Proxy-Authenticate': 'Digest realm="carol", nonce="n1"' }));
    say(alice, alice.ack(invite, await alice.takes(407)));
    const credentials = { 'Proxy-Authorization': 'Digest username="a", realm="carol", nonce="n1", response="x"' };
    calls(credentials);
    const again = await carol.takesRequest('INVITE');
    assert.equal(again.headers.get('Proxy-Authorization'), credentials['Proxy-Authorization']);
    answers(carol, again, 200);
    await alice.takes(200);
    assert.equal(bob.seen.filter((one) => one.kind === 'request' && one.method === 'INVITE').length, 1);
  });

  it('takes over from an application that had begun to answer by itself', async () => {
    rig.srf.invite((req, res) => {
      res.send(183, { headers: { 'X-From': 'application' } });
      void rig.srf.proxyRequest(req, bob.uri);
    });
    await rig.routed('INVITE');
    calls();
    assert.equal((await alice.takes(183)).headers.get('X-From'), 'application');
    answers(bob, await bob.takesRequest('INVITE'), 200);
    await alice.takes(200);
    assert.equal((await rig.engine.stats()).dialogs, 0);
  });

  it('survives a network that loses and doubles', async () => {
    const { heard } = await proxying([bob, carol]);
    bob.losesFirst((message) => message.kind === 'request' && message.method === 'INVITE');
    alice.losesFirst((message) => message.kind === 'response' && message.status === 480);
    const invite = calls();
    say(alice, invite);
    const toBob = await bob.takesRequest('INVITE');
    const busy = answers(bob, toBob, 480);
    await bob.takesRequest('ACK');
    say(bob, busy);
    await bob.takesRequest('ACK');
    say(alice, invite);
    await refuses(carol, 500);
    const refused = await alice.takes(480);
    say(alice, alice.ack(invite, refused));
    say(alice, alice.ack(invite, refused));
    assert.deepEqual(statuses(await heard), [480, 500]);
    const branches = [bob, carol].flatMap(({ seen }) =>
      seen.flatMap((one) => (one.kind === 'request' && one.method === 'INVITE' ? [one.headers.all('Via')[0]] : [])),
    );
    assert.equal(new Set(branches).size, 2);
  });

  it('tells an application that wants no responses only that the request left, and refuses what it cannot find', async () => {
    await rig.renew();
    rig.srf.disconnect();
    await until(async () => (await rig.engine.stats()).applications === 0, 'the application is still there');
    const client = await FrameClient.open(rig.engine.control.port);
    await client.ask('authenticate|geheim|');
    await client.ask('route|invite');
    calls();
    const id = (await client.sip()).fields[8] ?? '';
    const order = `proxy|${id}||||serial||`;
    assert.deepEqual(await client.ask(`${order}|${bob.uri}`, `INVITE ${bob.uri} SIP/2.0\r\n\r\n`), ['OK', 'done']);
    assert.deepEqual(await client.ask(`${order}|${bob.uri}`), ['NOK', `Unknown transaction id: ${id}`]);
    assert.deepEqual(await client.ask('proxy|nobody||||serial|||sip:x@127.0.0.1'), [
      'NOK',
      'Unknown transaction id: nobody',
    ]);
    answers(bob, await bob.takesRequest('INVITE'), 200);
    await alice.takes(200);
    assert.deepEqual(await client.ask('proxy|x'), ['NO', 'Invalid proxy request: not enough information provided']);
    await client.closed;
  });

  describe('when the caller gives up', () => {
    /** CANCEL, its 200, and the 487 that Alice confirms. */
    async function givesUp(invite: SipRequest, reason: Record<string, string> = {}): Promise<void> {
      say(alice, alice.cancel(invite, reason));
      await alice.takes(200, 'CANCEL');
    }

    it('cancels who rings, with his Reason, and passes the 487 on', async () => {
      const { heard } = await proxying([bob, carol]);
      const invite = calls();
      const toBob = await bob.takesRequest('INVITE');
      answers(bob, toBob, 180);
      await alice.takes(180);
      await givesUp(invite, { Reason: 'SIP;cause=200;text="elsewhere"' });
      const cancel = await bob.takesRequest('CANCEL');
      assert.equal(cancel.headers.get('Reason'), 'SIP;cause=200;text="elsewhere"');
      answers(bob, cancel, 200);
      answers(bob, toBob, 487);
      say(alice, alice.ack(invite, await alice.takes(487)));
      assert.deepEqual(statuses(await heard), [487]);
      assert.equal(carol.seen.length, 0);
    });

    it('tells him 487 at once where nobody had spoken, and cancels who does then', async () => {
      await proxying([bob]);
      const invite = calls();
      const toBob = await bob.takesRequest('INVITE');
      await givesUp(invite);
      say(alice, alice.ack(invite, await alice.takes(487)));
      answers(bob, toBob, 180);
      answers(bob, await bob.takesRequest('CANCEL'), 200);
      answers(bob, toBob, 487);
      await bob.takesRequest('ACK');
    });

    it('passes the 200 on that crossed the CANCEL', async () => {
      const { heard } = await proxying([bob]);
      const invite = calls();
      const toBob = await bob.takesRequest('INVITE');
      answers(bob, toBob, 180);
      await alice.takes(180);
      await givesUp(invite);
      await bob.takesRequest('CANCEL');
      answers(bob, toBob, 200);
      await alice.takes(200, 'INVITE');
      assert.equal((await heard).connected, true);
    });

    it('tells him 487 after a while where the callee never answers the CANCEL', async () => {
      await proxying([bob]);
      const invite = calls();
      answers(bob, await bob.takesRequest('INVITE'), 180);
      await alice.takes(180);
      await givesUp(invite);
      say(alice, alice.ack(invite, await alice.takes(487)));
      assert.equal(
        bob.seen.some((one) => one.kind === 'request' && one.method === 'ACK'),
        false,
      );
    });

    it('answers a CANCEL that comes too late, and changes nothing', async () => {
      await proxying([bob]);
      const invite = calls();
      answers(bob, await bob.takesRequest('INVITE'), 200);
      await alice.takes(200);
      await givesUp(invite);
      assert.equal(
        bob.seen.some((one) => one.kind === 'request' && one.method === 'CANCEL'),
        false,
      );
    });
  });

  it('follows a redirection, best contact first, where it is to', async () => {
    const { heard } = await proxying([bob], { followRedirects: true });
    calls();
    const toBob = await bob.takesRequest('INVITE');
    const dead = `sip:nobody@127.0.0.1:${String(alice.port)}`;
    say(bob, bob.answer(toBob, 302, { Contact: `<${dead}>;q=0.1, <mailto:x@example.com>, <${carol.uri}>;q=0.9` }));
    await bob.takesRequest('ACK');
    const toCarol = await carol.takesRequest('INVITE');
    assert.equal(toCarol.uri, carol.uri);
    answers(carol, toCarol, 200);
    await alice.takes(200);
    assert.deepEqual(statuses(await heard), [302, 200]);
  });

  it('passes a redirection on where it is not to follow it', async () => {
    await proxying([bob]);
    const invite = calls();
    const toBob = await bob.takesRequest('INVITE');
    say(bob, bob.answer(toBob, 302, { Contact: `<${carol.uri}>` }));
    const moved = await alice.takes(302);
    assert.equal(moved.headers.get('Contact'), `<${carol.uri}>`);
    say(alice, alice.ack(invite, moved));
  });

  it('tries the next when the first says nothing within the provisional timeout', async () => {
    const { heard } = await proxying([bob, carol], { provisionalTimeout: '60ms' });
    calls();
    await bob.takesRequest('INVITE');
    answers(carol, await carol.takesRequest('INVITE'), 200);
    await alice.takes(200);
    assert.deepEqual(statuses(await heard), [200]);
  });

  it('cancels who rings past the final timeout, and tries the next', async () => {
    const { heard } = await proxying([bob, carol], { finalTimeout: '60ms' });
    calls();
    const toBob = await bob.takesRequest('INVITE');
    answers(bob, toBob, 180);
    answers(bob, await bob.takesRequest('CANCEL'), 200);
    answers(bob, toBob, 487);
    answers(carol, await carol.takesRequest('INVITE'), 200);
    await alice.takes(200);
    assert.equal((await heard).connected, true);
  });

  it('answers 408 where nobody ever speaks', async () => {
    const { heard } = await proxying([bob]);
    const invite = calls();
    say(alice, alice.ack(invite, await alice.takes(408)));
    assert.deepEqual(await heard, { connected: false, responses: [] });
  });

  it('answers 500 and tells the application where nothing can be sent', async () => {
    const { heard } = await proxying(['sip:x@127.0.0.1;transport=sctp', 'sip:[broken']);
    const invite = calls();
    say(alice, alice.ack(invite, await alice.takes(500)));
    await assert.rejects(heard, (why) => /^error proxying request to /.test(String(why)));
  });

  it('refuses what asks proxies for extensions that it does not know', async () => {
    const { heard } = await proxying([bob]);
    const invite = calls({ 'Proxy-Require': 'time-travel' });
    const refused = await alice.takes(420);
    assert.equal(refused.headers.get('Unsupported'), 'time-travel');
    say(alice, alice.ack(invite, refused));
    await assert.rejects(heard);
  });

  it('refuses a request that has no hop left', async () => {
    await proxying([bob]);
    const invite = calls({ 'Max-Forwards': '0' });
    say(alice, alice.ack(invite, await alice.takes(483)));
    assert.equal(bob.seen.length, 0);
  });

  it('ends a loop at its second turn, and lets a spiral through', async () => {
    await proxying([bob]);
    const invite = calls();
    const toBob = await bob.takesRequest('INVITE');
    const again = (uri: string): SipRequest => {
      const headers = toBob.headers.clone().prepend('Via', bob.via());
      return { ...toBob, uri, headers };
    };
    say(bob, again(service()));
    await bob.takes(482);
    say(bob, again(`sip:other@127.0.0.1:${String(rig.udp.port)}`));
    const spiral = await bob.takesRequest('INVITE');
    assert.equal(spiral.headers.all('Via').length, 4);
    assert.equal(spiral.headers.get('Max-Forwards'), '68');
    answers(bob, spiral, 404);
    await bob.takes(404);
    answers(bob, toBob, 404);
    say(alice, alice.ack(invite, await alice.takes(404)));
  });

  it('goes on without the application', async () => {
    await proxying([bob]);
    calls();
    const toBob = await bob.takesRequest('INVITE');
    rig.srf.disconnect();
    await until(async () => (await rig.engine.stats()).applications === 0, 'the application is still there');
    answers(bob, toBob, 180);
    await alice.takes(180);
    answers(bob, toBob, 200);
    await alice.takes(200);
  });

  it('proxies messages of every kind, and gives each one answer', async () => {
    for (const verb of ['message', 'options', 'subscribe'] as const) {
      const { heard } = await proxying([bob, carol], {}, verb);
      const method = verb.toUpperCase();
      say(alice, alice.request(method, service(), { Event: 'x' }));
      answers(bob, await bob.takesRequest(method), 404);
      answers(carol, await carol.takesRequest(method), 200);
      await alice.takes(200, method);
      assert.deepEqual(statuses(await heard), [404, 200]);
    }
  });

  it('says nothing where nobody answers a request other than INVITE', async () => {
    const { heard } = await proxying([bob], {}, 'message');
    say(alice, alice.request('MESSAGE', service()));
    await bob.takesRequest('MESSAGE');
    assert.deepEqual(await heard, { connected: false, responses: [] });
    assert.equal(alice.seen.length, 0);
  });

  it('puts itself on the Path of a REGISTER', async () => {
    await proxying([bob], { remainInDialog: true }, 'register');
    say(alice, alice.request('REGISTER', 'sip:example.com', { Supported: 'path' }));
    const register = await bob.takesRequest('REGISTER');
    assert.equal(register.uri, 'sip:example.com');
    assert.match(register.headers.get('Path') ?? '', new RegExp(`^<sip:127\\.0\\.0\\.1:${String(rig.udp.port)};lr`));
    assert.equal(register.headers.get('Require'), 'path');
    assert.equal(register.headers.has('Record-Route'), false);
    answers(bob, register, 200);
    await alice.takes(200, 'REGISTER');
  });

  describe('in a dialog that it stays in', () => {
    interface Call {
      readonly invite: SipRequest;
      readonly ok: SipResponse;
      readonly arrived: SipRequest;
      readonly routes: readonly string[];
    }

    async function call(caller = alice, callee = bob): Promise<Call> {
      await proxying([callee], { remainInDialog: true });
      const invite = calls({}, caller);
      const arrived = await callee.takesRequest('INVITE');
      answers(callee, arrived, 200);
      const ok = await caller.takes(200, 'INVITE');
      return { invite, ok, arrived, routes: ok.headers.all('Record-Route') };
    }

    const fromCaller = ({ invite, ok, routes }: Call, method: string, sequence: number, caller = alice): SipRequest => {
      const request = caller.follow(invite, ok, method, sequence, method === 'INVITE' ? sdp : '');
      for (const route of routes.toReversed()) request.headers.append('Route', route);
      return request;
    };
    const fromCallee = ({ arrived, routes }: Call, method: string, sequence: number, callee = bob): SipRequest => {
      const request = callee.reverse(arrived, method, sequence, method === 'INVITE' ? sdp : '');
      for (const route of routes) request.headers.append('Route', route);
      return request;
    };

    it('passes ACK, INFO, re-INVITE both ways and BYE on', async () => {
      const whole = await call();
      assert.equal(whole.routes.length, 1);
      assert.deepEqual(whole.arrived.headers.all('Record-Route'), whole.routes);
      say(alice, fromCaller(whole, 'ACK', 1));
      const ack = await bob.takesRequest('ACK');
      assert.equal(ack.uri, bob.uri);
      assert.equal(ack.headers.has('Route'), false);
      assert.equal(ack.headers.get('Max-Forwards'), '69');
      assert.equal(ack.headers.all('Via').length, 2);
      say(alice, fromCaller(whole, 'INFO', 2));
      answers(bob, await bob.takesRequest('INFO'), 200);
      await alice.takes(200, 'INFO');
      say(bob, fromCallee(whole, 'INVITE', 1));
      const reinvite = await alice.takesRequest('INVITE');
      assert.equal(reinvite.uri, alice.uri);
      await bob.takes(100);
      answers(alice, reinvite, 200);
      await bob.takes(200, 'INVITE');
      const reack = fromCallee(whole, 'ACK', 1);
      say(bob, reack);
      await alice.takesRequest('ACK');
      say(alice, fromCaller(whole, 'INVITE', 3));
      const refused = await bob.takesRequest('INVITE');
      answers(bob, refused, 488);
      await bob.takesRequest('ACK');
      await alice.takes(488, 'INVITE');
      say(bob, fromCallee(whole, 'BYE', 2));
      answers(alice, await alice.takesRequest('BYE'), 200);
      await bob.takes(200, 'BYE');
    });

    it('absorbs what is repeated, and repeats what is lost', async () => {
      const whole = await call();
      const again = answers(bob, whole.arrived, 200);
      await alice.takes(200, 'INVITE');
      assert.equal(again.status, 200);
      say(alice, fromCaller(whole, 'ACK', 1));
      await bob.takesRequest('ACK');
      const info = fromCaller(whole, 'INFO', 2);
      bob.losesFirst((message) => message.kind === 'request' && message.method === 'INFO');
      say(alice, info);
      say(alice, info);
      const arrived = await bob.takesRequest('INFO');
      say(alice, info);
      answers(bob, arrived, 200);
      await alice.takes(200, 'INFO');
      say(alice, info);
      await alice.takes(200, 'INFO');
      const branches = bob.seen.flatMap((one) =>
        one.kind === 'request' && one.method === 'INFO' ? [one.headers.all('Via')[0]] : [],
      );
      assert.equal(new Set(branches).size, 1);
      say(alice, fromCaller(whole, 'BYE', 3));
      answers(bob, await bob.takesRequest('BYE'), 481);
      await alice.takes(481, 'BYE');
    });

    it('cancels a re-INVITE that goes through it', async () => {
      const whole = await call();
      say(alice, fromCaller(whole, 'ACK', 1));
      const reinvite = fromCaller(whole, 'INVITE', 2);
      say(alice, reinvite);
      const arrived = await bob.takesRequest('INVITE');
      answers(bob, arrived, 180);
      await alice.takes(180);
      say(alice, alice.cancel(reinvite));
      answers(bob, await bob.takesRequest('CANCEL'), 200);
      answers(bob, arrived, 487);
      await alice.takes(487);
    });

    it('joins TCP and UDP, with a Record-Route for each side', async () => {
      const tom = await Peer.tcp('tom', rig.tcp);
      const whole = await call(tom, bob);
      assert.equal(whole.routes.length, 2);
      assert.match(whole.routes[0] ?? '', new RegExp(`:${String(rig.udp.port)};lr`));
      assert.match(whole.routes[1] ?? '', new RegExp(`:${String(rig.tcp.port)};transport=tcp;lr`));
      say(tom, fromCaller(whole, 'ACK', 1, tom));
      const ack = await bob.takesRequest('ACK');
      assert.equal(ack.headers.has('Route'), false);
      say(bob, fromCallee(whole, 'BYE', 1));
      answers(tom, await tom.takesRequest('BYE'), 200);
      await bob.takes(200, 'BYE');
      await tom.close();
    });

    it('understands a strict router, which puts our Route in the place of the request-URI', async () => {
      const whole = await call();
      const [route = ''] = whole.routes;
      const bye = fromCaller(whole, 'BYE', 2);
      bye.headers.delete('Route').append('Route', `<${bob.uri}>`);
      say(alice, { ...bye, uri: route.slice(1, -1) });
      const arrived = await bob.takesRequest('BYE');
      assert.equal(arrived.uri, bob.uri);
      assert.equal(arrived.headers.has('Route'), false);
      answers(bob, arrived, 200);
      await alice.takes(200, 'BYE');
    });

    it('lets nobody through who only writes a Route and a To tag', async () => {
      await proxying([bob]);
      const forged = alice.request('BYE', bob.uri, {
        To: '<sip:bob@example.com>;tag=x',
        Route: `<sip:127.0.0.1:${String(rig.udp.port)};lr>`,
      });
      say(alice, forged);
      await alice.takes(481);
      forged.headers.set('Route', `<sip:127.0.0.1:${String(rig.udp.port)};lr;pass=0123456789abcdef>`);
      forged.headers.set('Via', alice.via());
      say(alice, forged);
      await alice.takes(481);
      assert.equal(bob.seen.length, 0);
    });
  });
});
