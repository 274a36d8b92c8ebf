import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { Authority } from '../support/certificates.ts';
import { Peer, type Place } from './sip-engine/peer.ts';
import { asks, type Rig, sdp, settled, startRig, type TestDialog, until } from './sip-engine/rig.ts';

describe('the SIP engine under drachtio-srf, over WebSocket', () => {
  let authority: Authority;
  let rig: Rig;

  before(async () => {
    authority = new Authority();
    const tls = authority.certificate('DNS:pbx.example.com', 'IP:127.0.0.1');
    const here = { address: '127.0.0.1', port: 0 };
    rig = await startRig({
      listen: [
        { transport: 'udp', ...here },
        { transport: 'ws', ...here, origins: ['https://phone.example.com'] },
        { transport: 'wss', ...here, tls },
      ],
      limits: { handshakeMs: 300, connectionsPerAddress: 5, messageBytes: 20_000, webSocketPingMs: 100 },
    });
  });
  after(async () => {
    await rig.close();
    authority.remove();
  });
  beforeEach(() => rig.renew());
  afterEach(() => until(async () => (await rig.engine.stats()).connections === 0, 'a connection is left'));

  for (const transport of ['ws', 'wss'] as const) {
    describe(`by ${transport}`, () => {
      const place = (): Place => rig[transport];

      it('takes a call, and sends what belongs to it the same way back', async () => {
        const protocols: string[] = [];
        const answered = new Promise<TestDialog>((resolve, reject) => {
          rig.srf.invite((req, res) => {
            protocols.push(req.protocol);
            rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
          });
        });
        await rig.routed('INVITE');
        const alice = await Peer.webSocket('alice', transport, place());
        const invite = alice.request('INVITE', 'sip:service@example.com', {}, sdp);
        alice.send(invite, place());
        const ok = await alice.takes(200);
        assert.equal(ok.headers.get('Contact'), `<sip:127.0.0.1:${String(place().port)};transport=ws>`);
        assert.match(ok.headers.get('Via') ?? '', /received=127\.0\.0\.1/);
        alice.send(alice.ack(invite, ok), place());
        const dialog = await answered;
        const info = dialog.request({ method: 'INFO' });
        const asked = await alice.takesRequest('INFO');
        assert.ok(asked.headers.get('Via')?.startsWith(`SIP/2.0/${transport.toUpperCase()} 127.0.0.1:`));
        assert.equal(asked.uri, 'sip:alice@alice.invalid;transport=ws');
        alice.send(alice.answer(asked, 200), place());
        assert.equal((await info).status, 200);
        const over = dialog.destroy();
        alice.send(alice.answer(await alice.takesRequest('BYE'), 200), place());
        await over;
        assert.deepEqual(protocols, ['tcp']);
        await alice.close();
        await settled(rig.engine);
      });

      it('calls a browser by where it registered from, and by its Contact that no name server knows', async () => {
        let source = '';
        rig.srf.register((req, res) => {
          source = `${req.source_address}:${String((req as unknown as { source_port: number }).source_port)}`;
          res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } });
        });
        await rig.routed('REGISTER');
        const phone = await Peer.webSocket('phone', transport, place());
        phone.send(phone.request('REGISTER', 'sip:example.com'), place());
        await phone.takes(200, 'REGISTER');
        for (const uri of [`sip:phone@${source};transport=ws`, `sip:phone@${source};transport=tcp`, phone.uri]) {
          const calling = rig.srf.createUAC(uri, { localSdp: sdp });
          const invite = await phone.takesRequest('INVITE');
          assert.equal(invite.uri, uri);
          assert.match(invite.headers.get('Contact') ?? '', /;transport=ws>$/);
          phone.send(phone.answer(invite, 200, {}, sdp), place());
          const dialog = await calling;
          await phone.takesRequest('ACK');
          phone.send(phone.reverse(invite, 'BYE', 1), place());
          await Promise.all([once(dialog, 'destroy'), phone.takes(200, 'BYE')]);
        }
        await phone.close();
        await until(async () => (await rig.engine.stats()).connections === 0, 'the connection is left');
        assert.equal(await asks(rig.srf, phone.uri, 'OPTIONS'), 503);
        assert.equal(await asks(rig.srf, `sip:phone@${source};transport=${transport}`, 'OPTIONS'), 503);
        await settled(rig.engine);
      });

      it('finds a browser that lost its network in a call and has registered anew', async () => {
        rig.srf.register((req, res) => {
          res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60` } });
        });
        const answered = new Promise<TestDialog>((resolve, reject) => {
          rig.srf.invite((req, res) => {
            rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
          });
        });
        await rig.routed('REGISTER', 'INVITE');
        const alice = await Peer.webSocket('alice', transport, place());
        const invite = alice.request('INVITE', 'sip:service@example.com', {}, sdp);
        alice.send(invite, place());
        alice.send(alice.ack(invite, await alice.takes(200)), place());
        const dialog = await answered;
        await alice.close();
        const again = await Peer.webSocket('alice', transport, place());
        again.send(again.request('REGISTER', 'sip:example.com'), place());
        await again.takes(200, 'REGISTER');
        const over = dialog.destroy();
        again.send(again.answer(await again.takesRequest('BYE'), 200), place());
        await over;
        await again.close();
        await settled(rig.engine);
      });

      it('reads binary messages as well as text, and writes what is not UTF-8 as binary', async () => {
        rig.srf.message((_, res) => {
          res.send(200, { headers: { 'Content-Type': 'text/plain', 'X-Name': 'Andr\xe9' }, body: 'x' });
        });
        await rig.routed('MESSAGE');
        const socket = await opened(place(), 'sip');
        const peer = await Peer.udp('writer');
        const message = (await import('../../src/sip-engine/message/print.ts')).printMessage(
          peer.request('MESSAGE', 'sip:x@example.com'),
        );
        socket.send(message, { binary: true });
        const [data] = (await once(socket, 'message')) as [Buffer, boolean];
        assert.match(data.toString(), /^SIP\/2\.0 200 /);
        await peer.close();
        await closed(socket);
        await settled(rig.engine);
      });

      it('answers keep-alives of both kinds, and asks itself whether the peer is there', async () => {
        const socket = await opened(place(), 'sip');
        socket.send('\r\n\r\n');
        const [pong] = (await once(socket, 'message')) as [Buffer];
        assert.equal(pong.toString(), '\r\n');
        socket.ping('here');
        const [echo] = (await once(socket, 'pong')) as [Buffer];
        assert.equal(echo.toString(), 'here');
        await once(socket, 'ping');
        await closed(socket);

        const deaf = await opened(place(), 'sip', { autoPong: false });
        await once(deaf, 'close');
      });

      it('answers garbage with nothing or 400, goes on, and closes on a message over the limit', async () => {
        const socket = await opened(place(), 'sip');
        socket.send('garbage that is no SIP message at all\r\n\r\n');
        socket.send(Buffer.from([0, 1, 2, 3, 255, 254, 13, 10]));
        socket.send('');
        socket.send(
          'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: x\r\nCSeq: x OPTIONS\r\n\r\n',
        );
        const [answer] = (await once(socket, 'message')) as [Buffer];
        assert.match(answer.toString(), /^SIP\/2\.0 400 /);
        socket.send('x'.repeat(20_001));
        const [code] = (await once(socket, 'close')) as [number];
        assert.equal(code, 1009);
      });

      it('refuses who does not ask for the subprotocol sip', async () => {
        assert.equal(await refusal(place(), undefined), 400);
        assert.equal(await refusal(place(), 'chat'), 400);
      });

      it('closes who never upgrades, and counts it for the limit of its address', async () => {
        const before = await rig.engine.stats();
        const sockets: Socket[] = [];
        for (let made = 0; made < 5; made++) {
          const socket = connect(place().port, '127.0.0.1');
          await once(socket, 'connect');
          if (transport === 'ws') socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
          sockets.push(socket.resume());
        }
        await until(async () => (await rig.engine.stats()).connections === 5, 'they are not counted');
        const refused = connect(place().port, '127.0.0.1');
        refused.on('error', () => undefined);
        await once(refused, 'close');
        await Promise.all(sockets.map((socket) => once(socket, 'close')));
        const after = await rig.engine.stats();
        assert.equal(after.limitedBy.connections, before.limitedBy.connections + 1);
        assert.ok(after.handshakesFailed >= before.handshakesFailed + 5);
      });
    });
  }

  it('lets only pages in that the listener allows', async () => {
    assert.equal(await refusal(rig.ws, 'sip', { origin: 'https://evil.example.com' }), 403);
    const socket = await opened(rig.ws, 'sip', { origin: 'https://phone.example.com' });
    await closed(socket);
  });

  it('tells a browser that asks for a page what is spoken here', async () => {
    const response = await fetch(`http://127.0.0.1:${String(rig.ws.port)}/`);
    assert.equal(response.status, 426);
    assert.match(await response.text(), /SIP over WebSocket/);
  });

  it('closes who sends no HTTP', async () => {
    const socket = connect(rig.ws.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('OPTIONS sip:x SIP/2.0\r\n\r\n');
    await once(socket.resume(), 'close');
  });

  it('leaves nothing behind', () => settled(rig.engine));

  function url(place: Place): string {
    return `${place === rig.wss ? 'wss' : 'ws'}://127.0.0.1:${String(place.port)}/any/path`;
  }

  async function opened(place: Place, protocol: string, options: ClientOptions = {}): Promise<WebSocket> {
    const socket = new WebSocket(url(place), protocol, { rejectUnauthorized: false, ...options });
    socket.on('error', () => undefined);
    await once(socket, 'open');
    assert.equal(socket.protocol, 'sip');
    assert.equal(socket.extensions, '');
    return socket;
  }

  async function closed(socket: WebSocket): Promise<void> {
    const over = once(socket, 'close');
    socket.close();
    await over;
  }

  async function refusal(place: Place, protocol: string | undefined, options: ClientOptions = {}): Promise<number> {
    const protocols = protocol === undefined ? [] : [protocol];
    const socket = new WebSocket(url(place), protocols, { rejectUnauthorized: false, ...options });
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    response.resume();
    socket.terminate();
    return response.statusCode ?? 0;
  }
});
