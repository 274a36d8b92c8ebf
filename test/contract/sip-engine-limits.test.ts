import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineLimits, EngineStats } from '../../src/sip-engine/engine.ts';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, settled, startRig, until } from './sip-engine/rig.ts';

/** What one peer may take of the engine, on the wire. */
describe('the limits of the SIP engine', () => {
  let rig: Rig;
  const sockets: Socket[] = [];

  async function withLimits(limits: Partial<EngineLimits>): Promise<void> {
    rig = await startRig({ limits });
    rig.srf.options((_, res) => res.send(200));
    await rig.routed('OPTIONS');
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(async () => (await rig.engine.stats()).connections === 0, 'a connection is left');
    await settled(rig.engine);
    await rig.close();
  });

  async function open(): Promise<Socket> {
    const socket = connect(rig.tcp.port, rig.tcp.address);
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  async function limited(): Promise<EngineStats['limitedBy']> {
    return (await rig.engine.stats()).limitedBy;
  }
  /** Milliseconds until the engine closes it. */
  async function closes(socket: Socket): Promise<number> {
    const since = performance.now();
    socket.resume();
    await once(socket, 'close');
    return performance.now() - since;
  }
  async function isServed(): Promise<void> {
    const honest = await Peer.udp('honest');
    const asked = honest.request('OPTIONS', `sip:127.0.0.1:${String(rig.udp.port)}`);
    honest.send(asked, rig.udp);
    await honest.takes(200, 'OPTIONS', asked);
    await honest.close();
  }

  describe('for messages', () => {
    const long: Partial<EngineLimits> = { headerFields: 20, headerFieldLength: 500, vias: 5, uriLength: 200 };

    for (const [what, uri, extra, status] of [
      ['a request-URI', `sip:${'x'.repeat(300)}@127.0.0.1`, {}, 414],
      ['a header field', 'sip:a@127.0.0.1', { Subject: 'x'.repeat(600) }, 513],
      [
        'a folded header field',
        'sip:a@127.0.0.1',
        { Subject: 'x'.repeat(99) + `\r\n ${'y'.repeat(99)}`.repeat(5) },
        513,
      ],
      [
        'a number of fields',
        'sip:a@127.0.0.1',
        Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`X-${String(at)}`, 'x'])),
        513,
      ],
    ] as const) {
      it(`answers ${String(status)} to ${what} over its limit, and counts it`, async () => {
        await withLimits(long);
        const alice = await Peer.udp('alice');
        alice.send(alice.request('OPTIONS', uri, extra), rig.udp);
        await alice.takes(status);
        await alice.close();
        const { limitedBy, malformed } = await rig.engine.stats();
        assert.equal(limitedBy.message, 1);
        assert.equal(malformed, 0);
        await isServed();
      });
    }

    it('answers 513 to more hops in Via than anybody has', async () => {
      await withLimits(long);
      const alice = await Peer.udp('alice');
      const request = alice.request('OPTIONS', 'sip:a@127.0.0.1');
      const hops = Array.from(
        { length: 5 },
        (_, at) => `SIP/2.0/UDP 192.0.2.${String(at)};branch=z9hG4bK${String(at)}`,
      );
      request.headers.append('Via', hops.join(', '));
      alice.send(request, rig.udp);
      await alice.takes(513);
      await alice.close();
      await isServed();
    });

    it('answers the same by TCP, and the stream goes on', async () => {
      await withLimits(long);
      const alice = await Peer.tcp('alice', rig.tcp);
      alice.send(alice.request('OPTIONS', 'sip:a@127.0.0.1', { Subject: 'x'.repeat(600) }), rig.tcp);
      await alice.takes(513);
      const good = alice.request('OPTIONS', 'sip:a@127.0.0.1');
      alice.send(good, rig.tcp);
      await alice.takes(200, 'OPTIONS', good);
      await alice.close();
    });
  });

  describe('for the requests of one source', () => {
    it('lets a burst pass, drops the rest without a word, and serves others', async () => {
      await withLimits({ requestsPerSecondPerAddress: 1, requestBurstPerAddress: 4 });
      const alice = await Peer.udp('alice', '127.0.0.5');
      const place = `sip:127.0.0.1:${String(rig.udp.port)}`;
      for (let sent = 0; sent < 30; sent++) alice.send(alice.request('OPTIONS', place), rig.udp);
      await until(async () => (await limited()).requests >= 25, 'nothing was dropped');
      await isServed();
      assert.ok(alice.seen.length <= 5, String(alice.seen.length));
      assert.ok(alice.seen.every((answer) => answer.kind === 'response' && answer.status === 200));
      await alice.close();
    });

    it('does not hold for a network that is exempt', async () => {
      await withLimits({ requestsPerSecondPerAddress: 1, exemptNetworks: ['127.0.0.5/32'] });
      const trunk = await Peer.udp('trunk', '127.0.0.5');
      const place = `sip:127.0.0.1:${String(rig.udp.port)}`;
      for (let sent = 0; sent < 10; sent++) {
        const asked = trunk.request('OPTIONS', place);
        trunk.send(asked, rig.udp);
        await trunk.takes(200, 'OPTIONS', asked);
      }
      assert.equal((await limited()).requests, 0);
      await trunk.close();
    });
  });

  describe('for connections', () => {
    it('closes one on which nothing is ever said, and no other', async () => {
      await withLimits({ silentConnectionMs: 150 });
      const talking = await Peer.tcp('talking', rig.tcp);
      const asked = talking.request('OPTIONS', 'sip:a@127.0.0.1');
      talking.send(asked, rig.tcp);
      await talking.takes(200, 'OPTIONS', asked);
      const ms = await closes(await open());
      assert.ok(ms > 100 && ms < 2000, String(ms));
      assert.equal((await limited()).silence, 1);
      const again = talking.request('OPTIONS', 'sip:a@127.0.0.1');
      talking.send(again, rig.tcp);
      await talking.takes(200, 'OPTIONS', again);
      await talking.close();
    });

    it('closes one whose header fields trickle in, however steadily', async () => {
      await withLimits({ messageMs: 200 });
      const socket = await open();
      const closed = closes(socket);
      const trickle = setInterval(() => socket.write('X-Slow: 1\r\n'), 20);
      socket.write('OPTIONS sip:a@127.0.0.1 SIP/2.0\r\n');
      const ms = await closed;
      clearInterval(trickle);
      assert.ok(ms > 150 && ms < 2000, String(ms));
      assert.equal((await limited()).slowness, 1);
    });

    it('closes one that floods it with keep-alives, and answers those that make sense', async () => {
      await withLimits({ keepAlivesPerMinute: 10 });
      const socket = await open();
      let pongs = 0;
      socket.on('data', (chunk: Buffer) => (pongs += chunk.length / 2));
      const closed = closes(socket);
      for (let sent = 0; sent < 5; sent++) socket.write('\r\n\r\n');
      await until(() => pongs === 5, `there were ${String(pongs)} pongs`);
      for (let sent = 0; sent < 20 && !socket.destroyed; sent++) {
        socket.write('\r\n\r\n');
        await sleep(1);
      }
      await closed;
      assert.equal(pongs, 5);
      assert.equal((await limited()).keepAlives, 1);
    });

    it('closes one whose peer takes nothing of its answers', async () => {
      await withLimits({ stalledConnectionMs: 200 });
      const socket = await open();
      socket.pause();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const fat = 'x'.repeat(4000);
      // Until the buffers of both ends are full, and some more.
      for (let sent = 0; sent < 4000 && (await limited()).backlog === 0; sent++) {
        const id = `fat${String(sent)}`;
        const head = `Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK${id};x=${fat}`;
        const rest = 'From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n';
        socket.write(`OPTIONS sip:a@127.0.0.1 SIP/2.0\r\n${head}\r\nCall-ID: ${id}\r\n${rest}`);
      }
      await until(async () => (await limited()).backlog > 0, 'it is still open');
      socket.destroy();
      await closed;
    }).timeout(15_000);
  });
});
