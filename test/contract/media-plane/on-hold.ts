import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Fault } from '../../../src/faults/fault.ts';
import type { Result } from '../../../src/kernel/result.ts';
import { encodeG711, type G711 } from '../../../src/media/audio/g711.ts';
import { readWav } from '../../../src/media/audio/wav.ts';
import type { MediaEndpoint, MediaEvent, MediaPlane } from '../../../src/media/port.ts';
import { audioPort, RtpParty } from '../../support/rtp-party.ts';

const via = '127.0.0.1';
const music = fileURLToPath(new URL('../../../sounds/music.wav', import.meta.url));

type Offer = Parameters<RtpParty['sdp']>[0];

interface Call {
  readonly holder: MediaEndpoint;
  readonly held: MediaEndpoint;
  readonly holderPort: number;
  readonly heldPort: number;
}

/** What a party hears whose other party put it on hold: told by packets that really arrived. */
export function describeOnHold(subject: {
  /** Whether to look at all of it, or only at what depends on the number of threads. */
  readonly playing: boolean;
  start(wishes: {
    readonly endpoints: number;
    readonly silenceTimeoutMs?: number;
    readonly music: string;
  }): Promise<MediaPlane>;
}): void {
  describe('plays music to a party on hold', () => {
    let plane: MediaPlane;
    let tune: Record<G711, Uint8Array>;
    /** Holds. */
    let alice: RtpParty;
    /** Is held. */
    let bobby: RtpParty;
    const parties: RtpParty[] = [];
    const opened: MediaEndpoint[] = [];
    let events: MediaEvent[] = [];

    before(async () => {
      plane = await subject.start({ endpoints: 20, music });
      const pcm = readWav(await readFile(music));
      assert.ok(pcm.ok);
      tune = { PCMA: encodeG711(pcm.value, 'PCMA'), PCMU: encodeG711(pcm.value, 'PCMU') };
    });
    after(() => plane.close());
    beforeEach(async () => {
      events = [];
      alice = await party();
      bobby = await party();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((endpoint) => endpoint.close()));
      assert.equal(plane.load().endpoints, 0);
      await Promise.all(parties.splice(0).map((each) => each.close()));
    });

    async function party(): Promise<RtpParty> {
      const each = await RtpParty.open('127.0.0.1', 0x6000_0000 + parties.length);
      parties.push(each);
      return each;
    }

    function onEvent(event: MediaEvent): void {
      events.push(event);
    }

    /** Alice called bobby, and each has heard the other. */
    async function talking(offer: Offer = {}, answer: Offer = { payloads: '8 101' }, by = plane): Promise<Call> {
      const spec = { call: 'hold', via, onEvent };
      const holder = value(await by.answering({ ...spec, offer: alice.sdp(offer) }));
      const held = value(await by.offering({ ...spec, like: holder }));
      opened.push(holder, held);
      const heldPort = audioPort(held.offer(via));
      value(await held.accept(bobby.sdp(answer)));
      value(await by.bridge(holder, held));
      const holderPort = audioPort(value(await holder.answer()));
      return { holder, held, holderPort, heldPort };
    }

    async function hears(who: RtpParty, port: number, from: RtpParty, frequency: number): Promise<void> {
      const before = who.heard.length;
      from.sing(port, frequency);
      await who.hears(before + 10);
      assert.equal(who.toneIn(who.heard.slice(before)), frequency);
    }

    async function bothHearEachOther({ holderPort, heldPort }: Call): Promise<void> {
      await hears(bobby, holderPort, alice, 440);
      await hears(alice, heldPort, bobby, 1000);
    }

    /** So many packets of the tune, from its beginning, after so many that were heard before. */
    async function hearsTune(who: RtpParty, from: number, count = 8, law: G711 = 'PCMA'): Promise<void> {
      await who.hears(from + count);
      const packets = who.heard.slice(from, from + count);
      const sound = Buffer.concat(packets.map((packet) => packet.subarray(12)));
      assert.deepEqual(sound, Buffer.from(tune[law].subarray(0, sound.length)));
      assert.deepEqual(new Set(packets.map(payloadType)), new Set([law === 'PCMA' ? 8 : 0]));
    }

    /** Nothing but what was under way. */
    async function hearsNothing(...who: readonly RtpParty[]): Promise<void> {
      await pass(30);
      const before = who.map((each) => each.heard.length);
      await pass(100);
      assert.deepEqual(
        who.map((each) => each.heard.length),
        before,
      );
    }

    it('when the two are not carried together', async () => {
      const spec = { call: 'hold', via, onEvent };
      const holder = value(await plane.offering({ ...spec, like: undefined }));
      const held = value(await plane.offering({ ...spec, like: undefined }));
      opened.push(holder, held);
      value(await holder.accept(alice.sdp({ payloads: '8 101' })));
      value(await held.accept(bobby.sdp({ payloads: '8 101' })));
      value(await plane.bridge(holder, held));
      const call = { holder, held, holderPort: audioPort(holder.offer(via)), heldPort: audioPort(held.offer(via)) };
      await bothHearEachOther(call);
      value(await holder.renegotiate(alice.sdp({ payloads: '8 101', direction: 'sendonly' })));
      await hearsTune(bobby, 10);
      value(await holder.renegotiate(alice.sdp({ payloads: '8 101' })));
      await pass(30);
      await bothHearEachOther(call);
      assertOneStream(bobby.heard);
    });
    if (!subject.playing) return;

    const dialects: readonly [string, Offer, string][] = [
      ['sendonly', { direction: 'sendonly' }, 'recvonly'],
      ['inactive', { direction: 'inactive' }, 'inactive'],
      ['the address 0.0.0.0', { address: '0.0.0.0' }, 'recvonly'],
      ['the address 0.0.0.0 and inactive', { address: '0.0.0.0', direction: 'inactive' }, 'inactive'],
    ];
    for (const [dialect, offer, answer] of dialects) {
      it(`which is told by ${dialect}, as one stream without a gap, until the other resumes`, async () => {
        const call = await talking();
        await bothHearEachOther(call);
        const before = bobby.heard.length;
        const said = value(await call.holder.renegotiate(alice.sdp(offer)));
        assert.match(said, new RegExp(`^a=${answer}\\r$`, 'm'));
        await hearsTune(bobby, before);
        // Music of the phone itself is not mixed with ours.
        alice.sing(call.holderPort, 440);
        bobby.sing(call.heldPort, 1000);
        await pass(40);
        assert.equal(alice.heard.length, 10, 'sound for the one who holds');
        assert.match(value(await call.holder.renegotiate(alice.sdp())), /^a=sendrecv\r$/m);
        await pass(30);
        const resumed = bobby.heard.length;
        await bothHearEachOther(call);
        assertOneStream(bobby.heard);
        const marked = bobby.heard.flatMap((packet, index) => (packet[1]! >= 0x80 ? [index] : []));
        assert.deepEqual(marked, [before]);
        assert.ok(resumed - before < 40);
      });
    }

    it('not when a refresh or a move changes nothing, and on where it was', async () => {
      const call = await talking();
      await bothHearEachOther(call);
      const before = bobby.heard.length;
      const said = value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await bobby.hears(before + 4);
      assert.equal(value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' }))), said);
      value(await call.held.renegotiate(bobby.sdp({ payloads: '8 101' })));
      value(await call.holder.renegotiate(alice.sdp({ direction: 'inactive' })));
      value(await call.holder.renegotiate((await party()).sdp({ direction: 'sendonly' })));
      await hearsTune(bobby, before, 12);
      assertOneStream(bobby.heard);
    });

    it('not when the other only listens, nor when it never wanted to hear', async () => {
      const call = await talking();
      await bothHearEachOther(call);
      value(await call.holder.renegotiate(alice.sdp({ direction: 'recvonly' })));
      await hearsNothing(bobby);
      await hears(alice, call.heldPort, bobby, 300);
      const paging = await talking({ direction: 'sendonly' });
      value(await paging.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      const before = bobby.heard.length;
      await hears(bobby, paging.holderPort, alice, 620);
      assert.equal(bobby.heard.length, before + 10);
    });

    it('and stops when the holder listens again without speaking', async () => {
      const call = await talking();
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await hearsTune(bobby, 0);
      value(await call.holder.renegotiate(alice.sdp({ direction: 'recvonly' })));
      await hearsNothing(bobby);
      value(await call.holder.renegotiate(alice.sdp()));
      await bothHearEachOther(call);
    });

    for (const first of ['holder', 'held'] as const) {
      it(`but to neither when both hold, and the ${first} resumes first`, async () => {
        const call = await talking();
        await bothHearEachOther(call);
        const resume = {
          holder: () => call.holder.renegotiate(alice.sdp()),
          held: () => call.held.renegotiate(bobby.sdp({ payloads: '8 101' })),
        };
        value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
        await bobby.hears(12);
        const said = value(await call.held.renegotiate(bobby.sdp({ direction: 'inactive', payloads: '8 101' })));
        assert.match(said, /^a=inactive\r$/m);
        await hearsNothing(alice, bobby);
        const [one, other] = first === 'holder' ? ([alice, bobby] as const) : ([bobby, alice] as const);
        const [oneBefore, otherBefore] = [one.heard.length, other.heard.length];
        value(await resume[first]());
        // Whoever wants to hear again while the other still holds.
        await hearsTune(one, oneBefore);
        assert.equal(other.heard.length, otherBefore);
        value(await resume[first === 'holder' ? 'held' : 'holder']());
        await pass(30);
        await bothHearEachOther(call);
        assertOneStream(alice.heard, false);
        assertOneStream(bobby.heard, false);
      });
    }

    it('also when it holds and resumes again and again', async () => {
      const call = await talking();
      await bothHearEachOther(call);
      for (let round = 0; round < 3; round += 1) {
        const before = bobby.heard.length;
        value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
        await hearsTune(bobby, before, 4);
        value(await call.holder.renegotiate(alice.sdp()));
        await pass(25);
        await hears(bobby, call.holderPort, alice, 440);
      }
      assertOneStream(bobby.heard);
    });

    it('that changes its codec while it waits, or at the resume', async () => {
      const both = { payloads: '8 0 101' };
      const call = await talking(both, both);
      value(await call.holder.renegotiate(alice.sdp({ ...both, direction: 'sendonly' })));
      await hearsTune(bobby, 0);
      value(await call.held.renegotiate(bobby.sdp({ payloads: '0 101' })));
      let changed = -1;
      while (changed < 0) {
        await bobby.hears(bobby.heard.length + 1);
        changed = bobby.heard.findIndex((packet) => payloadType(packet) === 0 && packet[1]! >= 0x80);
      }
      await hearsTune(bobby, changed, 8, 'PCMU');
      assertOneStream(bobby.heard);
      value(await call.holder.renegotiate(alice.sdp({ payloads: '0 101' })));
      await pass(30);
      const before = bobby.heard.length;
      alice.send(call.holderPort, new Uint8Array(160), 0);
      await bobby.hears(before + 1);
      assert.equal(payloadType(bobby.heard.at(-1)!), 0);
    });

    it('not in a codec that we do not speak: it hears what the other sends, as before', async () => {
      const wide = { payloads: '9 101', extra: 'a=rtpmap:9 G722/8000' };
      const call = await talking(wide, wide);
      value(await call.holder.renegotiate(alice.sdp({ ...wide, direction: 'sendonly' })));
      await hearsNothing(bobby);
      alice.send(call.holderPort, new Uint8Array(160), 9);
      await bobby.hears(1);
    });

    it('and takes nobody for dead', async () => {
      const strict = await subject.start({ endpoints: 4, silenceTimeoutMs: 100, music });
      const call = await talking({}, { payloads: '8 101' }, strict);
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await bobby.hears(20);
      assert.deepEqual(events, []);
      value(await call.holder.renegotiate(alice.sdp()));
      while (events.length < 2) await pass(10);
      await Promise.all(opened.splice(0).map((endpoint) => endpoint.close()));
      await strict.close();
    });

    it('whose keys reach nobody, and nobody is told of them', async () => {
      const call = await talking();
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await bobby.hears(3);
      for (const last of [0x0a, 0x8a]) bobby.send(call.heldPort, new Uint8Array([5, last, 3, 0x20]), 101);
      await pass(50);
      assert.equal(alice.heard.length, 0);
      value(await call.holder.renegotiate(alice.sdp()));
      bobby.send(call.heldPort, new Uint8Array([6, 0x8a, 3, 0x20]), 101);
      await alice.hears(1);
      assert.deepEqual([...alice.heard[0]!.subarray(12)], [6, 0x8a, 3, 0x20]);
      assert.deepEqual(events, []);
    });

    it('to where it moved, and the holder resumes from elsewhere', async () => {
      const call = await talking();
      await bothHearEachOther(call);
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await bobby.hears(14);
      const elsewhere = await party();
      value(await call.held.renegotiate(elsewhere.sdp({ payloads: '8 101' })));
      await elsewhere.hears(4);
      bobby = elsewhere;
      alice = await party();
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await hearsNothing(alice);
      value(await call.holder.renegotiate(alice.sdp()));
      await pass(30);
      await bothHearEachOther(call);
    });

    it('until the holder is gone', async () => {
      const call = await talking();
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await bobby.hears(5);
      await call.holder.close();
      await hearsNothing(bobby);
      await call.held.close();
    });

    it('until it is joined to another, who does not hold', async () => {
      const call = await talking();
      value(await call.holder.renegotiate(alice.sdp({ direction: 'sendonly' })));
      await bobby.hears(5);
      const carol = await party();
      const next = value(await plane.answering({ call: 'hold', via, onEvent, offer: carol.sdp() }));
      opened.push(next);
      value(await plane.bridge(next, call.held));
      await hearsNothing(bobby);
      await hears(bobby, audioPort(value(await next.answer())), carol, 620);
      await call.holder.close();
      await hears(carol, call.heldPort, bobby, 440);
    });

    it('that was attended before, and then spoken to again', async () => {
      const spec = { call: 'hold', via, onEvent };
      const held = value(await plane.answering({ ...spec, offer: bobby.sdp() }));
      opened.push(held);
      const heldPort = audioPort(value(await held.attend()));
      value(await held.play([{ is: 'tone', tone: 'ringback' }], { repeat: true }));
      await bobby.hears(5);
      const holder = value(await plane.offering({ ...spec, like: held }));
      opened.push(holder);
      const holderPort = audioPort(holder.offer(via));
      value(await holder.accept(alice.sdp({ payloads: '8 101' })));
      value(await plane.bridge(held, holder));
      await pass(30);
      await bothHearEachOther({ held, holder, heldPort, holderPort });
      const before = bobby.heard.length;
      value(await holder.renegotiate(alice.sdp({ payloads: '8 101', direction: 'sendonly' })));
      await hearsTune(bobby, before);
      value(await holder.renegotiate(alice.sdp({ payloads: '8 101' })));
      await pass(30);
      await bothHearEachOther({ held, holder, heldPort, holderPort });
      assertOneStream(bobby.heard.slice(before - 10));
      value(await holder.renegotiate(alice.sdp({ payloads: '8 101', direction: 'inactive' })));
      await holder.close();
      value(await held.play([{ is: 'tone', tone: 'beep' }], { repeat: false }));
      while (!events.some((event) => event.type === 'played')) await pass(5);
    });
  });
}

/** One SSRC, no number left out or used twice; and timestamps that go on with the time. */
function assertOneStream(packets: readonly Buffer[], ordered = true): void {
  assert.equal(new Set(packets.map((packet) => packet.readUInt32BE(8))).size, 1, 'one SSRC');
  const sequences = packets.map((packet) => packet.readUInt16BE(2));
  assert.deepEqual(
    sequences,
    sequences.map((_, index) => (sequences[0]! + index) % 65_536),
  );
  if (!ordered) return;
  for (const [index, packet] of packets.slice(1).entries()) {
    const step = (packet.readUInt32BE(4) - packets[index]!.readUInt32BE(4)) | 0;
    assert.ok(step >= 160 && step < 4000, `a step of ${step} after packet ${index}`);
  }
}

function payloadType(packet: Buffer): number {
  return packet[1]! & 0x7f;
}

function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function value<Value>(result: Result<Value, Fault>): Value {
  if (!result.ok) throw result.error;
  return result.value;
}
