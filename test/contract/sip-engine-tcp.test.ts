import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { startEngine } from '../../src/sip-engine/engine.ts';
import { Peer } from './sip-engine/peer.ts';
import { asks, type Rig, sdp, settled, startRig, type TestDialog, until } from './sip-engine/rig.ts';

describe('the SIP engine under drachtio-srf, over TCP', () => {
  let rig: Rig;
  const service = (): string => `sip:service@127.0.0.1:${String(rig.tcp.port)};transport=tcp`;
  before(async () => {
    rig = await startRig({ limits: { messageMs: 200, connectionsPerAddress: 5, messageBytes: 20_000 } });
  });
  after(async () => {
    await rig.close();
  });
  beforeEach(() => rig.renew());

  it('takes a call and sends its BYE over the connection that the INVITE came by', async () => {
    const answered = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    await rig.routed('INVITE');
    const alice = await Peer.tcp('alice', rig.tcp);
    const invite = alice.request('INVITE', service(), {}, sdp);
    alice.send(invite, rig.tcp);
    const ok = await alice.takes(200);
    assert.match(ok.headers.get('Contact') ?? '', /;transport=tcp>$/);
    alice.send(alice.ack(invite, ok), rig.tcp);
    const over = (await answered).destroy();
    alice.send(alice.answer(await alice.takesRequest('BYE'), 200), rig.tcp);
    await over;
    await alice.close();
    await settled(rig.engine);
  });

  it('calls a telephone over the connection that it has open, and connects where it has none', async () => {
    const phone = await Peer.tcp('phone', rig.tcp);
    await until(async () => (await rig.engine.stats()).connections === 1, 'there is no connection');
    const calling = rig.srf.createUAC(phone.uri, { localSdp: sdp });
    const invite = await phone.takesRequest('INVITE');
    assert.match(invite.headers.get('Via') ?? '', /^SIP\/2\.0\/TCP /);
    phone.send(phone.answer(invite, 200, {}, sdp), rig.tcp);
    await calling;
    await phone.takesRequest('ACK');
    assert.equal((await rig.engine.stats()).connections, 1);
    await phone.close();

    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const status = asks(rig.srf, `sip:127.0.0.1:${String(port)};transport=tcp`, 'OPTIONS');
    const desk = Peer.over('desk', (await accepted)[0]);
    desk.send(desk.answer(await desk.takesRequest('OPTIONS'), 200), rig.tcp);
    assert.equal(await status, 200);
    await desk.close();
    server.close();
  });

  it('tells with 503 that nobody listens', async () => {
    assert.equal(await asks(rig.srf, 'sip:127.0.0.1:1;transport=tcp', 'OPTIONS'), 503);
  });

  it('sends a large request to a UDP peer by TCP, and by UDP all the same where that is refused', async () => {
    const bob = await Peer.udp('bob');
    const calling = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { 'X-Long': 'x'.repeat(1500) } });
    const invite = await bob.takesRequest('INVITE');
    assert.match(invite.headers.get('Via') ?? '', /^SIP\/2\.0\/UDP /);
    bob.send(bob.answer(invite, 486), rig.udp);
    await assert.rejects(calling);

    const server = createServer();
    server.listen(bob.port, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const again = rig.srf.createUAC(bob.uri, { localSdp: sdp, headers: { 'X-Long': 'x'.repeat(1500) } });
    const stream = Peer.over('bob', (await accepted)[0]);
    const large = await stream.takesRequest('INVITE');
    assert.match(large.headers.get('Via') ?? '', /^SIP\/2\.0\/TCP /);
    stream.send(stream.answer(large, 486), rig.tcp);
    await assert.rejects(again);
    await stream.close();
    server.close();
    await bob.close();
  });

  it('answers a keep-alive', async () => {
    const socket = connect(rig.tcp.port, '127.0.0.1');
    socket.write('\r\n\r\n');
    const [pong] = (await once(socket, 'data')) as [Buffer];
    assert.equal(pong.toString(), '\r\n');
    socket.destroy();
    await once(socket, 'close');
  });

  it('answers what breaks the stream, and closes', async () => {
    const cases = [
      { text: head('Content-Length: many'), status: '400' },
      { text: head('X-No-Length: 1'), status: '400' },
      { text: head('Content-Length: 900000'), status: '513' },
    ];
    for (const { text, status } of cases) {
      const socket = connect(rig.tcp.port, '127.0.0.1');
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      socket.write(text);
      await once(socket, 'close');
      assert.match(heard, new RegExp(`^SIP/2\\.0 ${status} `));
    }
  });

  it('closes a connection whose message never becomes whole', async () => {
    const socket = connect(rig.tcp.port, '127.0.0.1');
    socket.write('OPTIONS sip:x');
    await once(socket, 'close');
  });

  it('lets one address open only so many connections', async () => {
    const sockets: Socket[] = [];
    for (let opened = 0; opened < 5; opened++) {
      const socket = connect(rig.tcp.port, '127.0.0.1');
      await once(socket, 'connect');
      sockets.push(socket);
    }
    await until(async () => (await rig.engine.stats()).connections === 5, 'they are not open');
    const refused = connect(rig.tcp.port, '127.0.0.1');
    refused.on('error', () => undefined);
    await once(refused, 'close');
    assert.equal((await rig.engine.stats()).limitedBy.connections, 1);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await rig.engine.stats()).connections === 0, 'they are not gone');
  });

  it('leaves nothing behind', () => settled(rig.engine));
});

describe('starting and stopping the SIP engine', () => {
  it('says which port is taken, and what to do', async () => {
    const rig = await startRig();
    const listen = [{ transport: 'udp' as const, address: '127.0.0.1', port: rig.udp.port }];
    await assert.rejects(
      startEngine({ listen, secret: 's' }, () => undefined),
      {
        message: `cannot listen on udp:127.0.0.1:${String(rig.udp.port)}: something else does. Stop it, or choose another port`,
      },
    );
    await rig.close();
  });

  it('closes twice', async () => {
    const engine = await startEngine({ listen: [], secret: 's' }, () => undefined);
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
    await assert.rejects(engine.stats(), /closed/);
  });

  it('drops the requests of an address that sends too many', async () => {
    const rig = await startRig({ limits: { requestsPerSecondPerAddress: 3 } });
    const alice = await Peer.udp('alice');
    const place = `sip:127.0.0.1:${String(rig.udp.port)}`;
    for (let sent = 0; sent < 12; sent++) alice.send(alice.request('OPTIONS', place), rig.udp);
    await until(async () => (await rig.engine.stats()).limited >= 6, 'nothing was dropped');
    await alice.close();
    await rig.close();
  });
});

function head(field: string): string {
  return [
    'OPTIONS sip:x@127.0.0.1 SIP/2.0',
    'Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKx',
    'From: <sip:a@example.com>;tag=1',
    'To: <sip:b@example.com>',
    'Call-ID: x',
    'CSeq: 1 OPTIONS',
    field,
    '',
    '',
  ].join('\r\n');
}
