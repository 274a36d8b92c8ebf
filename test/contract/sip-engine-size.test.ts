import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, sdp, startRig, until } from './sip-engine/rig.ts';

/** RFC 3261 §18.1.1: a request over 1,300 bytes goes by a transport that can carry it, where there is one. */
describe('the SIP engine and a large request', () => {
  let rig: Rig;
  let bob: Peer;
  let listener: Server | undefined;
  const connections: Socket[] = [];

  beforeEach(async () => {
    rig = await startRig();
    bob = await Peer.udp('bob');
  });
  afterEach(async () => {
    for (const socket of connections.splice(0)) socket.destroy();
    await new Promise((resolve) => (listener === undefined ? resolve(undefined) : listener.close(resolve)));
    listener = undefined;
    await bob.close();
    await rig.close();
  });

  const large = { Subject: 'x'.repeat(1500) };

  /** Bob listens for TCP too, at the port of his UDP socket. */
  async function bobListensForTcp(): Promise<{ readonly connected: Promise<Peer> }> {
    listener = createServer();
    const connected = once(listener, 'connection').then(([socket]: Socket[]) => {
      assert.ok(socket);
      connections.push(socket);
      return Peer.over('bob', socket);
    });
    listener.listen(bob.port, bob.address);
    await once(listener, 'listening');
    return { connected };
  }

  function invite(uri: string, headers: Readonly<Record<string, string>>): void {
    rig.srf.createUAC(uri, { localSdp: sdp, headers }).catch(() => undefined);
  }

  it('sends it by TCP to a peer that takes TCP, and says so in Via', async () => {
    const { connected } = await bobListensForTcp();
    invite(bob.uri, large);
    const stream = await connected;
    const received = await stream.takesRequest('INVITE');
    assert.match(received.headers.get('Via') ?? '', /^SIP\/2\.0\/TCP /);
    assert.equal(bob.seen.length, 0, 'a datagram was sent as well');
    stream.send(stream.answer(received, 486), rig.udp);
    await stream.takesRequest('ACK');
  });

  it('sends it in a datagram after all to a peer that takes no TCP', async () => {
    invite(bob.uri, large);
    const received = await bob.takesRequest('INVITE');
    assert.match(received.headers.get('Via') ?? '', /^SIP\/2\.0\/UDP /);
    bob.send(bob.answer(received, 486), rig.udp);
    await bob.takesRequest('ACK');
  });

  it('sends it in a datagram soon to a peer whose firewall drops what asks for a connection', async () => {
    // A listener that accepts nothing: once its queue is full, the kernel drops who asks.
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const server = require('node:net').createServer();
      server.listen({ port: workerData.port, host: workerData.address, backlog: 1 }, () => {
        parentPort.postMessage('listening');
        setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });`;
    const deaf = new Worker(source, { eval: true, workerData: { port: bob.port, address: bob.address } });
    try {
      await once(deaf, 'message');
      for (let at = 0; at < 6; at++) {
        const socket = connect(bob.port, bob.address);
        socket.on('error', () => undefined);
        connections.push(socket);
      }
      await until(
        () => connections.filter(({ connecting }) => !connecting).length >= 2,
        'nobody was let into the queue',
      );
      invite(bob.uri, large);
      const received = await bob.takesRequest('INVITE');
      assert.match(received.headers.get('Via') ?? '', /^SIP\/2\.0\/UDP /);
      bob.send(bob.answer(received, 486), rig.udp);
      await bob.takesRequest('ACK');
    } finally {
      await deaf.terminate();
    }
  });

  it('keeps to UDP where that was asked for by name: the flow of a registered phone', async () => {
    await bobListensForTcp();
    invite(`${bob.uri};transport=udp`, large);
    const received = await bob.takesRequest('INVITE');
    assert.match(received.headers.get('Via') ?? '', /^SIP\/2\.0\/UDP /);
    bob.send(bob.answer(received, 486), rig.udp);
    await bob.takesRequest('ACK');
  });

  it('sends a small one in a datagram, though the peer takes TCP', async () => {
    invite(bob.uri, {});
    const received = await bob.takesRequest('INVITE');
    assert.match(received.headers.get('Via') ?? '', /^SIP\/2\.0\/UDP /);
    bob.send(bob.answer(received, 486), rig.udp);
    await bob.takesRequest('ACK');
  });
});
