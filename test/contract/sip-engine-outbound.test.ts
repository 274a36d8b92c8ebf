import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { RequestHandler } from '../../src/sip-engine/options.ts';
import { Peer } from './sip-engine/peer.ts';
import {
  newApplication,
  type Rig,
  sdp,
  settled,
  startRig,
  type TestRequest,
  type TestSrf,
  until,
} from './sip-engine/rig.ts';

/** What drachtio-srf has for the mode in which the server connects. */
interface ListeningSrf extends TestSrf {
  listen(options: { host: string; port: number; secret: string; tags?: readonly string[] }): Server;
  endSession(req: TestRequest): void;
}

interface Question {
  readonly method: string | undefined;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('applications that the engine connects to', function () {
  this.timeout(20_000);
  let http: HttpServer;
  let rig: Rig;
  let alice: Peer;
  /** What the request handler answers; undefined: nothing at all. */
  let answer: string | undefined;
  const questions: Question[] = [];
  const servers: Server[] = [];

  before(async () => {
    http = createHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://handler');
        questions.push({ method: request.method, url, headers: request.headers, body });
        if (answer !== undefined) response.end(answer);
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const direct = await application('geheim', (srf) =>
      srf.message((req, res) => {
        res.send(200, { headers: { 'X-Server': 'direct' } });
        srf.endSession(req);
      }),
    );
    const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/?own=1`;
    const requestHandlers: readonly RequestHandler[] = [
      { method: 'INVITE', url, httpMethod: 'POST' },
      { method: 'OPTIONS', url },
      { method: 'MESSAGE', url: `tcp://127.0.0.1:${String(direct)}` },
      { method: 'PUBLISH', url: 'tcp://nowhere' },
    ];
    rig = await startRig({ requestHandlers });
  });
  beforeEach(async () => {
    alice = await Peer.udp('alice');
    questions.length = 0;
    answer = undefined;
  });
  afterEach(async () => {
    await settled(rig.engine);
    await alice.close();
  });
  after(async () => {
    await rig.close();
    http.closeAllConnections();
    http.close();
    for (const server of servers) server.close();
  });

  /** A drachtio-srf that listens; resolves with its port. */
  async function application(secret: string, prepare: (srf: ListeningSrf) => void): Promise<number> {
    const srf = newApplication() as ListeningSrf;
    srf.on('error', () => undefined);
    prepare(srf);
    const server = srf.listen({ host: '127.0.0.1', port: 0, secret });
    servers.push(server);
    if (!server.listening) await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  const svc = (params = ''): string => `sip:svc@127.0.0.1:${String(rig.udp.port)}${params}`;
  const routeTo = (port: number, more = ''): string =>
    JSON.stringify({ action: 'route', data: { uri: `127.0.0.1:${String(port)}${more}` } });
  const alone = (): Promise<void> =>
    until(async () => (await rig.engine.stats()).applications === 1, 'the connection of the request is still there');

  /** What an INVITE is answered with. */
  async function refusal(said: string | undefined, status: number): Promise<ReturnType<Peer['takes']>> {
    answer = said;
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const response = await alice.takes(status, 'INVITE', invite);
    alice.send(alice.ack(invite, response), rig.udp);
    return response;
  }

  it('get the request whose handler named them, and everything of its dialog, on a connection of its own', async () => {
    const ended: string[] = [];
    const port = await application('geheim', (srf) =>
      srf.invite((req, res) => {
        void srf.createUAS(req, res, { localSdp: sdp }).then((dialog) =>
          dialog.on('destroy', () => {
            ended.push(req.get('Call-ID'));
            srf.endSession(req);
          }),
        );
      }),
    );
    answer = routeTo(port);
    const calls = ['red', 'blue'].map((color) => alice.request('INVITE', svc(`;color=${color}`), {}, sdp));
    for (const invite of calls) alice.send(invite, rig.udp);
    const answers = await Promise.all(calls.map((invite) => alice.takes(200, 'INVITE', invite)));
    calls.forEach((invite, index) => alice.send(alice.ack(invite, answers[index]!), rig.udp));
    assert.equal((await rig.engine.stats()).applications, 3);
    calls.forEach((invite, index) => alice.send(alice.follow(invite, answers[index]!, 'BYE', 2), rig.udp));
    await Promise.all(calls.map((invite) => alice.takes(200, 'BYE', invite)));
    await alone();
    assert.deepEqual(ended.toSorted(), calls.map((invite) => invite.headers.get('Call-ID')).toSorted());
    const [{ method, url, headers, body }] = questions as [Question];
    assert.equal(method, 'POST');
    assert.equal(headers['content-type'], 'text/plain; charset=UTF-8');
    assert.equal(headers.accept, 'application/json');
    assert.match(headers['user-agent'] ?? '', /^Drachtio\/v/);
    assert.match(body, /^INVITE sip:svc@127\.0\.0\.1:\d+;color=red SIP\/2\.0\r\nVia: /);
    assert.deepEqual(
      [...url.searchParams],
      [
        ...[
          ['own', '1'],
          ['method', 'INVITE'],
          ['domain', '127.0.0.1'],
          ['protocol', 'udp'],
          ['source_address', '127.0.0.1'],
        ],
        ...[
          ['fromUser', 'alice'],
          ['toUser', 'svc'],
          ['uriUser', 'svc'],
          ['contentType', 'application/sdp'],
        ],
        ...[
          ['uri', svc(';color=red')],
          ['color', 'red'],
        ],
      ],
    );
  });

  it('are connected to without a question where the handler is their address', async () => {
    const message = alice.request('MESSAGE', svc(), {}, 'hi');
    alice.send(message, rig.udp);
    const ok = await alice.takes(200, 'MESSAGE', message);
    assert.equal(ok.headers.get('X-Server'), 'direct');
    assert.equal(questions.length, 0);
    await alone();
  });

  it('are chosen by tag among those who connected by themselves and want the method', async () => {
    const [blue, red] = [newApplication(), newApplication()];
    for (const [srf, tag] of [
      [blue, 'blue'],
      [red, 'red'],
    ] as const) {
      srf.options((_, res) => res.send(200, { headers: { 'X-Tag': tag } }));
      srf.connect({ ...rig.engine.control, tags: ['common', tag] } as typeof rig.engine.control);
      await once(srf, 'connect');
    }
    await rig.routed('OPTIONS');
    for (const tag of ['blue', 'red', 'blue']) {
      answer = JSON.stringify({ action: 'route', data: { tag } });
      const options = alice.request('OPTIONS', svc());
      alice.send(options, rig.udp);
      assert.equal((await alice.takes(200, 'OPTIONS', options)).headers.get('X-Tag'), tag);
    }
    assert.equal(questions[0]?.method, 'GET');
    assert.equal(questions[0]?.body, '');
    await refusal(JSON.stringify({ action: 'route', data: { tag: 'blue' } }), 480);
    blue.disconnect();
    red.disconnect();
    await alone();
  });

  it('are not needed for a refusal, or for a redirection', async () => {
    assert.equal(
      (await refusal('{"action":"reject","data":{"status":486,"reason":"Gone fishing"}}', 486)).reason,
      'Gone fishing',
    );
    assert.equal((await refusal('{"action":"reject","data":{"status":603}}', 603)).reason, 'Decline');
    const redirect = await refusal('{"action":"redirect","data":{"contact":["sip:a@b","sip:c@d;transport=tcp"]}}', 302);
    assert.deepEqual(redirect.headers.all('Contact'), ['<sip:a@b>', '<sip:c@d;transport=tcp>']);
  });

  it('are not needed for a request that goes on to others', async () => {
    const bob = await Peer.udp('bob');
    answer = JSON.stringify({ action: 'proxy', data: { destination: [bob.uri], recordRoute: true } });
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const onward = await bob.takesRequest('INVITE');
    assert.ok(onward.headers.has('Record-Route'));
    bob.send(bob.answer(onward, 486), rig.udp);
    alice.send(alice.ack(invite, await alice.takes(486, 'INVITE', invite)), rig.udp);
    await bob.close();
  });

  for (const [what, said, status] of [
    ['nobody has the tag', '{"action":"route","data":{"tag":"green"}}', 480],
    ['nobody listens there', '{"action":"route","data":{"uri":"127.0.0.1:1"}}', 480],
    ['the address is none', '{"action":"route","data":{"uri":"somewhere"}}', 500],
    ['the address is missing', '{"action":"route","data":{}}', 500],
    ['the action is unknown', '{"action":"dance","data":{}}', 500],
    ['the data are missing', '{"action":"route"}', 500],
    ['the status is none', '{"action":"reject","data":{"status":200}}', 500],
    ['the redirection leads nowhere', '{"action":"redirect","data":{"contact":[]}}', 500],
    [
      'the redirection would write a header of its own',
      '{"action":"redirect","data":{"contact":"sip:a\\r\\nX: y"}}',
      500,
    ],
    ['the answer is no JSON', 'route', 500],
    ['the answer has no end', 'x'.repeat(100_000), 500],
  ] as const) {
    it(`are given up where ${what}: ${String(status)}`, async () => {
      await refusal(said, status);
    });
  }

  it('are given up where the handler says nothing for three seconds: 500', async () => {
    const began = Date.now();
    await refusal(undefined, 500);
    const took = Date.now() - began;
    assert.ok(took > 2500 && took < 5000, `after ${String(took)} ms`);
  });

  it('are given up where the handler is no address: 500', async () => {
    const publish = alice.request('PUBLISH', svc());
    alice.send(publish, rig.udp);
    await alice.takes(500, 'PUBLISH', publish);
  });

  it('are given up where they show the wrong secret: 480', async () => {
    const port = await application('falsch', (srf) => srf.invite((_, res) => res.send(200)));
    await refusal(routeTo(port), 480);
  });

  it('are given up where they say nothing: 480', async () => {
    const mute = createServer();
    servers.push(mute);
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const socket = once(mute, 'connection');
    await refusal(routeTo((mute.address() as AddressInfo).port), 480);
    (await socket)[0].destroy();
  });

  it('are let go, and told nothing, where the caller gave up meanwhile', async () => {
    const late = createServer();
    servers.push(late);
    late.listen(0, '127.0.0.1');
    await once(late, 'listening');
    const connected = once(late, 'connection') as Promise<[Socket]>;
    answer = routeTo((late.address() as AddressInfo).port);
    const invite = alice.request('INVITE', svc(), {}, sdp);
    alice.send(invite, rig.udp);
    const [socket] = await connected;
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    alice.send(alice.cancel(invite), rig.udp);
    alice.send(alice.ack(invite, await alice.takes(487, 'INVITE', invite)), rig.udp);
    socket.write('23#m1|authenticate|geheim|');
    await once(socket, 'close');
    assert.match(heard, /^\d+#[^|]+\|response\|m1\|OK\|/);
    assert.doesNotMatch(heard, /INVITE/);
  });

  it('say why in the log', () => {
    const lines = rig.events.flatMap((event) =>
      event.type === 'log' ? [`${event.text}: ${JSON.stringify(event.fields['why'])}`] : [],
    );
    for (const line of [
      'a request handler gave no direction: "its answer is not JSON"',
      'a request handler gave no direction: "it did not answer within 3000 ms"',
      'a request handler gave no direction: "its URL names no host:port"',
    ])
      assert.ok(lines.includes(line), `${line} is not among\n${lines.join('\n')}`);
  });
});
