import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { OverloadOptions } from '../../src/sip-engine/engine.ts';
import type { SipRequest, SipResponse } from '../../src/sip-engine/message/types.ts';
import { Peer } from './sip-engine/peer.ts';
import { type Rig, sdp, settled, startRig, type TestDialog, until } from './sip-engine/rig.ts';

/** More new work than can be done: what is under way goes on, and the rest is told to come back later. */
describe('the SIP engine under overload', () => {
  let rig: Rig;
  const service = (): string => `sip:service@127.0.0.1:${String(rig.udp.port)}`;
  const peers: Peer[] = [];

  async function withThresholds(overload: Partial<OverloadOptions>): Promise<void> {
    rig = await startRig({ overload });
  }
  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.close();
    try {
      await settled(rig.engine);
      const { overload } = await rig.engine.stats();
      assert.equal(overload.pending, 0);
    } finally {
      await rig.close();
    }
  });

  async function newPeer(name: string): Promise<Peer> {
    const peer = await Peer.udp(name);
    peers.push(peer);
    return peer;
  }

  /** A call that is up, and what its application has of it; INVITEs to `sip:silent@…` get no word from the application. */
  async function callBefore(): Promise<{
    alice: Peer;
    invite: SipRequest;
    ok: SipResponse;
    dialog: TestDialog;
    answerSilent: (status: number) => void;
  }> {
    const silent: ((status: number) => void)[] = [];
    const dialog = new Promise<TestDialog>((resolve, reject) => {
      rig.srf.invite((req, res) => {
        if (req.get('To').includes('silent')) silent.push((status) => res.send(status));
        else rig.srf.createUAS(req, res, { localSdp: sdp }).then(resolve, reject);
      });
    });
    rig.srf.register((_, res) => res.send(200));
    await rig.routed('INVITE', 'REGISTER');
    const alice = await newPeer('alice');
    const invite = alice.request('INVITE', service(), {}, sdp);
    alice.send(invite, rig.udp);
    const ok = await alice.takes(200);
    alice.send(alice.ack(invite, ok), rig.udp);
    const answerSilent = (status: number): void => {
      for (const answer of silent.splice(0)) answer(status);
    };
    return { alice, invite, ok, dialog: await dialog, answerSilent };
  }

  it('refuses new requests of every kind with 503 and Retry-After, and carries on with INFO, BYE and CANCEL', async () => {
    await withThresholds({ maxPending: 3, retryAfter: 7 });
    const { alice, invite, ok, dialog, answerSilent } = await callBefore();
    dialog.on('info', (_: unknown, res: { send(status: number): void }) => res.send(200));
    const bob = await newPeer('bob');
    const waiting = Array.from({ length: 3 }, () => bob.request('INVITE', service(), { To: '<sip:silent@x>' }, sdp));
    for (const one of waiting) bob.send(one, rig.udp);
    await until(async () => (await rig.engine.stats()).overload.pending === 3, 'they do not wait');

    const mallory = await newPeer('mallory');
    const flood = Array.from({ length: 300 }, (_, at) =>
      mallory.request(at % 3 === 0 ? 'REGISTER' : 'INVITE', service(), { To: '<sip:silent@x>' }),
    );
    for (const one of flood) mallory.send(one, rig.udp);
    const since = performance.now();
    alice.send(alice.follow(invite, ok, 'INFO', 2), rig.udp);
    await alice.takes(200, 'INFO');
    const gone = once(dialog, 'destroy');
    alice.send(alice.follow(invite, ok, 'BYE', 3), rig.udp);
    await alice.takes(200, 'BYE');
    await gone;
    const ms = performance.now() - since;
    assert.ok(ms < 2000, `INFO and BYE took ${String(ms)} ms`);

    for (const one of flood.slice(0, 30)) {
      const refusal = await mallory.takes(503, one.method, one);
      const seconds = Number(refusal.headers.get('Retry-After'));
      assert.ok(seconds >= 7 && seconds <= 14, String(seconds));
    }
    const cancelled = waiting[0]!;
    bob.send(bob.cancel(cancelled), rig.udp);
    bob.send(bob.ack(cancelled, await bob.takes(487, 'INVITE', cancelled)), rig.udp);
    answerSilent(486);
    for (const one of waiting.slice(1)) bob.send(bob.ack(one, await bob.takes(486, 'INVITE', one)), rig.udp);

    await until(async () => (await rig.engine.stats()).overload.share === 1, 'it is still overloaded');
    const again = bob.request('REGISTER', service());
    bob.send(again, rig.udp);
    await bob.takes(200, 'REGISTER', again);
    const { overload, dropped } = await rig.engine.stats();
    assert.ok(overload.refused >= 200, String(overload.refused));
    assert.equal(dropped, 0);
  });

  it('keeps no transaction of a refusal, says the same to its repetition, and takes its ACK', async () => {
    await withThresholds({ maxPending: 1 });
    const { alice, invite, ok, answerSilent } = await callBefore();
    const bob = await newPeer('bob');
    const waiting = bob.request('INVITE', service(), { To: '<sip:silent@x>' });
    bob.send(waiting, rig.udp);
    await until(async () => (await rig.engine.stats()).overload.pending === 1, 'it does not wait');
    await until(async () => (await rig.engine.stats()).transactions.serverInvite === 1, 'the first call lingers');
    const refused = bob.request('INVITE', service());
    bob.send(refused, rig.udp);
    const first = await bob.takes(503, 'INVITE', refused);
    assert.equal((await rig.engine.stats()).transactions.serverInvite, 1);

    answerSilent(486);
    bob.send(bob.ack(waiting, await bob.takes(486, 'INVITE', waiting)), rig.udp);
    await until(async () => (await rig.engine.stats()).overload.share === 1, 'it is still overloaded');
    // There is room again, but this one has had its answer.
    bob.send(refused, rig.udp);
    const second = await bob.takes(503, 'INVITE', refused);
    assert.equal(second.headers.get('To'), first.headers.get('To'));
    const before = (await rig.engine.stats()).dropped;
    bob.send(bob.ack(refused, second), rig.udp);
    alice.send(alice.follow(invite, ok, 'BYE', 2), rig.udp);
    await alice.takes(200, 'BYE');
    assert.equal((await rig.engine.stats()).dropped, before);
  });

  it('lets a part of a flood in when its thread is busy, and everything once that is over', async () => {
    await withThresholds({ busy: 0.3, sustainedMs: 0, lagMs: 0 });
    rig.srf.options((_, res) => res.send(200));
    await rig.routed('OPTIONS');
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('message', () => undefined);
    let sent = 0;
    const flood = (): void => {
      for (let burst = 0; burst < 50; burst++) {
        const id = `f${String(++sent)}`;
        const via = `Via: SIP/2.0/UDP 127.0.0.1:${String(socket.address().port)};branch=z9hG4bK${id}`;
        const rest = `From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: ${id}\r\nCSeq: 1 OPTIONS`;
        socket.send(
          `OPTIONS sip:a@b SIP/2.0\r\n${via}\r\n${rest}\r\nContent-Length: 0\r\n\r\n`,
          rig.udp.port,
          '127.0.0.1',
        );
      }
    };
    const flooding = setInterval(flood, 5);
    await until(async () => (await rig.engine.stats()).overload.refused > 50, 'nothing was refused').finally(() =>
      clearInterval(flooding),
    );
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    assert.ok(rig.events.some((event) => event.type === 'log' && event.text.startsWith('overloaded')));
    const alice = await newPeer('alice');
    await untilServed(alice);
  }).timeout(30_000);

  /** The share comes back in some seconds. */
  async function untilServed(alice: Peer): Promise<void> {
    const deadline = performance.now() + 20_000;
    while ((await rig.engine.stats()).overload.share < 1) {
      assert.ok(performance.now() < deadline, 'it is still overloaded');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const asked = alice.request('OPTIONS', service());
    alice.send(asked, rig.udp);
    await alice.takes(200, 'OPTIONS', asked);
  }
});
