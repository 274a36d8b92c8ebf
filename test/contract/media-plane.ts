import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultCode } from '../../src/faults/catalogue.ts';
import type { Fault } from '../../src/faults/fault.ts';
import type { Result } from '../../src/kernel/result.ts';
import type {
  AnsweringEndpoint,
  MediaEndpoint,
  MediaEvent,
  MediaPlane,
  MediaReport,
  OfferingEndpoint,
} from '../../src/media/port.ts';
import { audioPort, RtpParty } from '../support/rtp-party.ts';
import { describeOnHold } from './media-plane/on-hold.ts';
import { describeOwnSound } from './media-plane/own-sound.ts';

export interface PlaneWishes {
  /** How many endpoints it can open at once. */
  readonly endpoints?: number;
  readonly silenceTimeoutMs?: number;
  /** A WAV file; what is music otherwise is up to the plane. */
  readonly music?: string;
}

/** How the suite gets at an implementation. */
export interface MediaPlaneUnderTest {
  start(wishes: PlaneWishes): Promise<MediaPlane>;
  /** Ends what carries the calls, as a crash would; undefined when the suite cannot bring that about. */
  readonly crash: ((plane: MediaPlane) => Promise<void>) | undefined;
  /** Whether to look at what it plays and records, in the time that it takes. */
  readonly playing: boolean;
  /** How many endpoints the suite opens and closes, looking for a port that does not come back. */
  readonly cycles: number;
}

const via = '127.0.0.1';

/** What the running test opened, to be closed after it. */
const opened: MediaEndpoint[] = [];

/** What every media plane must do, told by RTP that really arrived. */
export function describeMediaPlane(name: string, subject: MediaPlaneUnderTest): void {
  describe(`the media plane ${name}`, () => {
    let plane: MediaPlane;
    let alice: RtpParty;
    let bobby: RtpParty;
    const others: RtpParty[] = [];

    async function another(): Promise<RtpParty> {
      const party = await RtpParty.open('127.0.0.1', 0xabcd_0000 + others.length);
      others.push(party);
      return party;
    }

    // Starting a plane takes far longer than a call: the tests share one, but for those with wishes of their own.
    let shared: MediaPlane;
    before(async () => {
      shared = await subject.start({});
    });
    after(() => shared.close());

    beforeEach(async () => {
      plane = shared;
      alice = await RtpParty.open('127.0.0.1', 0xaaaa);
      bobby = await RtpParty.open('127.0.0.1', 0xbbbb);
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((endpoint) => endpoint.close()));
      if (plane !== shared) await plane.close();
      await Promise.all([alice, bobby, ...others.splice(0)].map((party) => party.close()));
    });

    async function ownPlane(wishes: PlaneWishes): Promise<void> {
      plane = await subject.start(wishes);
    }

    describe('carries sound', () => {
      it('both ways, as it was sent', async () => {
        const call = await talking(plane, alice, bobby);
        alice.sing(call.alicePort, 440);
        bobby.sing(call.bobbyPort, 1000);
        await Promise.all([alice.hears(10), bobby.hears(10)]);
        assert.equal(bobby.toneHeard(), 440);
        assert.equal(alice.toneHeard(), 1000);
      });

      it('and key presses', async () => {
        const call = await talking(plane, alice, bobby);
        const five = new Uint8Array([5, 0x8a, 0x03, 0x20]);
        alice.send(call.alicePort, five, 101);
        await bobby.hears(1);
        assert.deepEqual([bobby.heard[0]![1]! & 0x7f, ...bobby.heard[0]!.subarray(12)], [101, ...five]);
      });

      it('and RTCP', async () => {
        const call = await talking(plane, alice, bobby);
        const emptyReceiverReport = Buffer.from([0x80, 201, 0, 1, 0, 0, 0xaa, 0xaa]);
        alice.sendRtcp(call.alicePort + 1, emptyReceiverReport);
        await bobby.hearsRtcp(1);
        assert.deepEqual(bobby.heardRtcp[0], emptyReceiverReport);
      });

      it('under each party its own payload type numbers', async () => {
        const call = await talking(plane, alice, bobby, { answer: { payloads: '8 96' } });
        alice.send(call.alicePort, new Uint8Array([1, 0x80, 0, 160]), 101);
        await bobby.hears(1);
        assert.equal(bobby.heard[0]![1]! & 0x7f, 96);
        bobby.send(call.bobbyPort, new Uint8Array([2, 0x80, 0, 160]), 101);
        await alice.hears(1);
        assert.equal(alice.heard[0]![1]! & 0x7f, 101);
      });

      it('only once bridged', async () => {
        const from = await answering(plane, alice);
        const to = await offering(plane, from);
        value(await to.accept(bobby.sdp({ payloads: '8 101' })));
        const bobbyPort = audioPort(to.offer(via));
        bobby.send(bobbyPort);
        await counted(to, (report) => report.packetsReceived === 1);
        value(await plane.bridge(from, to));
        const alicePort = audioPort(value(await from.answer()));
        assert.equal(await arrivals(alice), 0);
        alice.send(alicePort);
        await bobby.hears(1);
      });

      it('no more once an endpoint is closed', async () => {
        const call = await talking(plane, alice, bobby);
        alice.send(call.alicePort);
        await bobby.hears(1);
        await call.to.close();
        alice.send(call.alicePort);
        bobby.send(call.bobbyPort);
        await counted(call.from, (report) => report.packetsReceived === 2);
        assert.equal(await arrivals(bobby), 1);
        assert.equal(await arrivals(alice), 0);
      });

      it('to the new party after a transfer, and no more to the old', async () => {
        const call = await talking(plane, alice, bobby);
        const carol = await another();
        const next = await offering(plane, call.from);
        value(await next.accept(carol.sdp({ payloads: '8 101' })));
        value(await plane.bridge(call.from, next));
        alice.sing(call.alicePort, 620);
        await carol.hears(10);
        assert.equal(carol.toneHeard(), 620);
        bobby.send(call.bobbyPort);
        await counted(call.to, (report) => report.packetsReceived === 1);
        assert.equal(await arrivals(alice), 0);
        assert.equal(await arrivals(bobby), 0);
      });

      it('between two parties that we called', async () => {
        const first = await offering(plane, undefined);
        value(await first.accept(alice.sdp({ payloads: '8 101' })));
        const second = await offering(plane, first);
        value(await second.accept(bobby.sdp({ payloads: '8 101' })));
        value(await plane.bridge(first, second));
        alice.sing(audioPort(first.offer(via)), 300);
        await bobby.hears(10);
        assert.equal(bobby.toneHeard(), 300);
      });
    });

    describe('makes a session', () => {
      it('offers the codecs of the caller, at an address of ours', async () => {
        const offer = (await offering(plane, await answering(plane, alice))).offer(via);
        assert.match(offer, /^c=IN IP4 127\.0\.0\.1\r$/m);
        assert.match(offer, /^m=audio \d+ RTP\/AVP 8 0 101\r$/m);
        assert.notEqual(audioPort(offer), alice.port);
      });

      it('answers the codecs that the callee took', async () => {
        const call = await talking(plane, alice, bobby, { answer: { payloads: '0 101' } });
        assert.match(call.answer, /^m=audio \d+ RTP\/AVP 0 101\r$/m);
        assert.equal((await call.from.report()).codec, 'PCMU/8000');
      });

      it('is told by three phones, of which the second wins, twice over', async () => {
        const carol = await another();
        const from = await answering(plane, alice);
        const first = await offering(plane, from);
        const second = await offering(plane, from);
        for (const offer of [first.offer(via), first.offer(via), second.offer(via)]) assert.ok(audioPort(offer) > 0);
        value(await first.accept((await another()).sdp({ payloads: '8 101' })));
        value(await plane.bridge(from, first));
        value(await second.accept(carol.sdp({ payloads: '8 101' })));
        value(await plane.bridge(from, second));
        await first.close();
        alice.sing(audioPort(value(await from.answer())), 1700);
        await carol.hears(10);
        assert.equal(carol.toneHeard(), 1700);
      });

      it('takes the answer of another phone to the same offer', async () => {
        const from = await answering(plane, alice);
        const to = await offering(plane, from);
        value(await to.accept((await another()).sdp({ payloads: '8 101' })));
        value(await plane.bridge(from, to));
        value(await to.accept(bobby.sdp({ payloads: '8 101' })));
        alice.send(audioPort(value(await from.answer())));
        await bobby.hears(1);
      });

      it('refuses what it cannot carry', async () => {
        await refuses(plane, 'BAD_SDP', 'nonsense');
        await refuses(plane, 'NO_AUDIO', alice.sdp({ port: 0 }));
        await refuses(plane, 'NO_COMMON_CODEC', alice.sdp().replace('RTP/AVP', 'RTP/SAVP'));
        assert.equal(plane.load().endpoints, 0);
      });

      it('refuses an answer without a codec of the offer', async () => {
        const to = await offering(plane, await answering(plane, alice, { payloads: '8' }));
        fault(await to.accept(bobby.sdp({ payloads: '0' })), 'NO_COMMON_CODEC');
      });
    });

    describe('renegotiates', () => {
      it('a refresh: the same answer in the same version', async () => {
        const call = await talking(plane, alice, bobby);
        assert.equal(value(await call.from.renegotiate(alice.sdp())), call.answer);
      });

      it('hold and resume: the answer mirrors, the version goes up, sound stops and comes back', async () => {
        const call = await talking(plane, alice, bobby);
        const held = value(await call.from.renegotiate(alice.sdp({ direction: 'sendonly' })));
        assert.match(held, /^a=recvonly\r$/m);
        assert.ok(versionOf(held) > versionOf(call.answer));
        assert.equal(audioPort(held), call.alicePort);
        bobby.send(call.bobbyPort);
        await counted(call.to, (report) => report.packetsReceived === 1);
        assert.equal(await arrivals(alice), 0);
        const resumed = value(await call.from.renegotiate(alice.sdp()));
        assert.match(resumed, /^a=sendrecv\r$/m);
        assert.ok(versionOf(resumed) > versionOf(held));
        bobby.send(call.bobbyPort);
        await alice.hears(1);
      });

      it('hold by both, resumed in either order', async () => {
        const call = await talking(plane, alice, bobby);
        value(await call.from.renegotiate(alice.sdp({ direction: 'sendonly' })));
        value(await call.to.renegotiate(bobby.sdp({ direction: 'inactive', payloads: '8 101' })));
        assert.match(value(await call.from.renegotiate(alice.sdp())), /^a=sendrecv\r$/m);
        assert.match(value(await call.to.renegotiate(bobby.sdp({ payloads: '8 101' }))), /^a=sendrecv\r$/m);
        alice.send(call.alicePort);
        await bobby.hears(1);
      });

      it('hold the old way, with the address 0.0.0.0', async () => {
        const call = await talking(plane, alice, bobby);
        const held = value(await call.from.renegotiate(alice.sdp({ address: '0.0.0.0' })));
        assert.match(held, /^a=recvonly\r$/m);
        value(await call.from.renegotiate(alice.sdp()));
        bobby.send(call.bobbyPort);
        await alice.hears(1);
      });

      it('and leaves the session as it was when it must refuse', async () => {
        const call = await talking(plane, alice, bobby);
        fault(await call.from.renegotiate(alice.sdp({ payloads: '0' })), 'NO_COMMON_CODEC');
        fault(await call.from.renegotiate('nonsense'), 'BAD_SDP');
        bobby.sing(call.bobbyPort, 440);
        await alice.hears(10);
        assert.equal(alice.toneHeard(), 440);
      });

      it('a move to another address', async () => {
        const call = await talking(plane, alice, bobby);
        alice.send(call.alicePort);
        await bobby.hears(1);
        const moved = await another();
        value(await call.from.renegotiate(moved.sdp()));
        bobby.send(call.bobbyPort);
        await moved.hears(1);
        moved.send(call.alicePort);
        await bobby.hears(2);
      });
    });

    describe('keeps strangers out', () => {
      it('who send to a port of a call, and counts them', async () => {
        const call = await talking(plane, alice, bobby);
        alice.send(call.alicePort);
        await bobby.hears(1);
        const thief = await another();
        thief.send(call.alicePort);
        await counted(call.from, (report) => report.packetsRejected === 1);
        bobby.send(call.bobbyPort);
        await alice.hears(1);
        assert.equal(await arrivals(bobby), 1);
        assert.equal(thief.heard.length, 0);
      });

      it('even those who came first', async () => {
        const call = await talking(plane, alice, bobby);
        const thief = await RtpParty.open('127.0.0.2');
        others.push(thief);
        thief.send(call.alicePort);
        await counted(call.from, (report) => report.packetsReceived === 1);
        alice.send(call.alicePort);
        await bobby.hears(2);
        bobby.send(call.bobbyPort);
        await alice.hears(1);
        thief.send(call.alicePort);
        await counted(call.from, (report) => report.packetsRejected === 1);
      });

      it('and follows a party behind NAT to where it sends from', async () => {
        const nat = await another();
        const call = await talking(plane, alice, bobby, { offer: { address: '127.0.0.9', port: 9 } });
        nat.send(call.alicePort);
        await bobby.hears(1);
        bobby.send(call.bobbyPort);
        await nat.hears(1);
      });

      it('and what is no RTP', async () => {
        const call = await talking(plane, alice, bobby);
        for (const bytes of [[], [0x80], [0x80, 8, 0, 1], Array<number>(172).fill(0)]) {
          alice.sendRaw(call.alicePort, Uint8Array.from(bytes));
        }
        alice.send(call.alicePort);
        await bobby.hears(1);
        assert.equal((await call.from.report()).packetsReceived, 1);
      });
    });

    describe('notices silence', () => {
      it('of a party that stopped sending, once', async () => {
        await ownPlane({ silenceTimeoutMs: 200 });
        const events = new Events();
        const call = await talking(plane, alice, bobby, { onEvent: events.add });
        const speech = setInterval(() => bobby.send(call.bobbyPort), 20);
        await events.until(1);
        assert.equal(events.seen[0]?.type, 'silent');
        await delay(300);
        clearInterval(speech);
        assert.equal(events.seen.length, 1);
      });

      it('but not of one on hold, nor of one who was put on hold', async () => {
        await ownPlane({ silenceTimeoutMs: 200 });
        const events = new Events();
        const call = await talking(plane, alice, bobby, { onEvent: events.add });
        value(await call.to.renegotiate(bobby.sdp({ direction: 'sendonly', payloads: '8 101' })));
        await delay(500);
        assert.deepEqual(events.seen, []);
        value(await call.to.renegotiate(bobby.sdp({ payloads: '8 101' })));
        await events.until(1);
      });
    });

    describe('counts', () => {
      it('what came and went, and what was missing', async () => {
        const call = await talking(plane, alice, bobby);
        const packets = Array.from({ length: 10 }, () => alice.packet(new Uint8Array(160), 8));
        for (const packet of packets.filter((_, index) => index !== 4)) alice.sendRaw(call.alicePort, packet);
        await bobby.hears(9);
        const caller = await call.from.close();
        const callee = await call.to.close();
        assert.deepEqual([caller.packetsReceived, caller.bytesReceived, caller.packetsLost], [9, 9 * 172, 1]);
        assert.deepEqual([callee.packetsSent, callee.bytesSent, callee.codec], [9, 9 * 172, 'PCMA/8000']);
        assert.deepEqual(await call.from.close(), caller);
      });
    });

    describe('has limits', () => {
      it('refuses with MEDIA_PORTS_SPENT, and takes calls again when one ended', async () => {
        await ownPlane({ endpoints: 2 });
        const first = await answering(plane, alice);
        const like = await offering(plane, first);
        const third = await plane.answering({ call: 'c', via, offer: alice.sdp(), onEvent: ignore });
        fault(third, 'MEDIA_PORTS_SPENT');
        assert.equal(plane.load().portsFree, 0);
        fault(await plane.offering({ call: 'c', via, like, onEvent: ignore }), 'MEDIA_PORTS_SPENT');
        await first.close();
        await offering(plane, like);
      });

      it(`gets back every port of ${subject.cycles} endpoints`, async function () {
        this.timeout(60_000);
        const before = plane.load();
        for (let cycle = 0; cycle < subject.cycles / 20; cycle += 1) {
          await Promise.all(Array.from({ length: 10 }, () => wholeCall(plane, alice, bobby)));
        }
        assert.deepEqual(plane.load(), before);
      });
    });

    if (subject.playing) describeOwnSound(subject);
    describeOnHold(subject);

    it('refuses to bridge what cannot speak with each other', async () => {
      const from = await answering(plane, alice, { payloads: '8 101' });
      const other = await answering(plane, bobby, { payloads: '0 101' });
      fault(await plane.bridge(from, other), 'NO_COMMON_CODEC');
    });

    it('refuses new calls once closed', async () => {
      await ownPlane({});
      await plane.close();
      assert.equal((await plane.answering({ call: 'c', via, offer: alice.sdp(), onEvent: ignore })).ok, false);
    });

    it('tells every call that it was lost, and takes new ones', async function () {
      if (subject.crash === undefined) return this.skip();
      await ownPlane({});
      const events = new Events();
      const call = await talking(plane, alice, bobby, { onEvent: events.add });
      await subject.crash(plane);
      await events.until(2);
      assert.deepEqual(
        events.seen.map((event) => event.type),
        ['lost', 'lost'],
      );
      fault(await call.from.renegotiate(alice.sdp()), 'MEDIA_FAILED');
      await call.from.close();
      await call.to.close();
      const next = await eventually(() => talking(plane, alice, bobby));
      alice.send(next.alicePort);
      await bobby.hears(1);
      assert.equal(events.seen.length, 2);
    });
  });
}

interface Call {
  readonly from: AnsweringEndpoint;
  readonly to: OfferingEndpoint;
  /** What the caller got. */
  readonly answer: string;
  readonly alicePort: number;
  readonly bobbyPort: number;
}

interface Wishes {
  readonly offer?: Parameters<RtpParty['sdp']>[0];
  readonly answer?: Parameters<RtpParty['sdp']>[0];
  readonly onEvent?: (event: MediaEvent) => void;
}

/** A call from one party to the other, up to where both can speak. */
async function talking(plane: MediaPlane, caller: RtpParty, callee: RtpParty, wishes: Wishes = {}): Promise<Call> {
  const onEvent = wishes.onEvent ?? ignore;
  const from = value(await plane.answering({ call: 'call', via, offer: caller.sdp(wishes.offer), onEvent }));
  opened.push(from);
  const to = value(await plane.offering({ call: 'call', via, like: from, onEvent }));
  opened.push(to);
  const offer = to.offer(via);
  value(await to.accept(callee.sdp(wishes.answer ?? { payloads: '8 101' })));
  value(await plane.bridge(from, to));
  const answer = value(await from.answer());
  return { from, to, answer, alicePort: audioPort(answer), bobbyPort: audioPort(offer) };
}

async function wholeCall(plane: MediaPlane, caller: RtpParty, callee: RtpParty): Promise<void> {
  const { from, to } = await talking(plane, caller, callee);
  for (const endpoint of [from, to]) opened.splice(opened.indexOf(endpoint), 1);
  await Promise.all([from.close(), to.close()]);
}

async function answering(
  plane: MediaPlane,
  party: RtpParty,
  offer?: Parameters<RtpParty['sdp']>[0],
): Promise<AnsweringEndpoint> {
  const endpoint = value(await plane.answering({ call: 'call', via, offer: party.sdp(offer), onEvent: ignore }));
  opened.push(endpoint);
  return endpoint;
}

async function offering(plane: MediaPlane, like: MediaEndpoint | undefined): Promise<OfferingEndpoint> {
  const endpoint = value(await plane.offering({ call: 'call', via, like, onEvent: ignore }));
  opened.push(endpoint);
  return endpoint;
}

async function refuses(plane: MediaPlane, code: FaultCode, offer: string): Promise<void> {
  fault(await plane.answering({ call: 'call', via, offer, onEvent: ignore }), code);
}

class Events {
  readonly seen: MediaEvent[] = [];
  #wake: () => void = ignore;

  readonly add = (event: MediaEvent): void => {
    this.seen.push(event);
    this.#wake();
  };

  async until(count: number): Promise<void> {
    while (this.seen.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

/** How much arrived, after whatever the kernel still held for the party was read. */
async function arrivals(party: RtpParty): Promise<number> {
  const before = party.heard.length;
  const probe = await RtpParty.open();
  const mark = Buffer.from('mark');
  probe.sendRaw(party.port, mark);
  for (let count = before + 1; !party.heard.some((packet) => packet.equals(mark)); count += 1) await party.hears(count);
  await probe.close();
  party.heard.splice(0, party.heard.length, ...party.heard.filter((packet) => !packet.equals(mark)));
  return party.heard.length;
}

async function counted(endpoint: MediaEndpoint, holds: (report: MediaReport) => boolean): Promise<void> {
  while (!holds(await endpoint.report())) await delay(5);
}

async function eventually<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await delay(50);
    }
  }
}

function value<Value>(result: Result<Value, Fault>): Value {
  if (!result.ok) throw result.error;
  return result.value;
}

function fault(result: Result<unknown, Fault>, code: FaultCode): void {
  assert.equal(result.ok ? 'no fault' : result.error.code, code);
}

function versionOf(sdp: string): number {
  return Number(/^o=\S+ \d+ (\d+) /m.exec(sdp)?.[1]);
}

function ignore(): void {
  // Nothing is expected of these.
}
