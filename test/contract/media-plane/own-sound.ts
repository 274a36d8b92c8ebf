import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultCode } from '../../../src/faults/catalogue.ts';
import type { Fault } from '../../../src/faults/fault.ts';
import type { Result } from '../../../src/kernel/result.ts';
import { tone, toneG711 } from '../../../src/media/audio/tone.ts';
import { readWav, wavBytes, wavHeader } from '../../../src/media/audio/wav.ts';
import type { MediaEndpoint, MediaEvent, MediaPlane, Playable, Recorded } from '../../../src/media/port.ts';
import { audioPort, RtpParty } from '../../support/rtp-party.ts';
import { loudness, toneShare } from '../../support/phone/tone.ts';

const via = '127.0.0.1';

/** How this part of the suite gets at a plane. */
interface PlayingPlane {
  start(wishes: { readonly endpoints: number; readonly silenceTimeoutMs?: number }): Promise<MediaPlane>;
  readonly crash: ((plane: MediaPlane) => Promise<void>) | undefined;
}

/** What a media plane that can play must do for parties that speak with the exchange itself. */
export function describeOwnSound(subject: PlayingPlane): void {
  describe('speaks with a party itself', () => {
    let plane: MediaPlane;
    let alice: RtpParty;
    let folder: string;
    const parties: RtpParty[] = [];
    const opened: MediaEndpoint[] = [];

    before(async () => {
      plane = await subject.start({ endpoints: 120 });
      folder = await mkdtemp(join(tmpdir(), 'qaller-sound-'));
      await writeSound('low', 300, 200);
      await writeSound('high', 1700, 200);
    });
    after(async () => {
      await plane.close();
      await rm(folder, { recursive: true });
    });
    beforeEach(async () => {
      alice = await party();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((endpoint) => endpoint.close()));
      await Promise.all(parties.splice(0).map((each) => each.close()));
    });

    async function party(): Promise<RtpParty> {
      const each = await RtpParty.open('127.0.0.1', 0x5000_0000 + parties.length);
      parties.push(each);
      return each;
    }

    async function writeSound(name: string, frequency: number, milliseconds: number): Promise<void> {
      const pcm = tone(frequency, milliseconds);
      await writeFile(sound(name).path, Buffer.concat([wavHeader(pcm.length), wavBytes(pcm)]));
    }

    function sound(name: string): Extract<Playable, { is: 'file' }> {
      return { is: 'file', path: join(folder, `${name}.wav`) };
    }

    async function attended(who: RtpParty, offer: Parameters<RtpParty['sdp']>[0] = {}, by = plane) {
      const events = new Events();
      const spec = { call: 'own', via, onEvent: events.add };
      const endpoint = value(await by.answering({ ...spec, offer: who.sdp(offer) }));
      opened.push(endpoint);
      const answer = value(await endpoint.attend());
      return { endpoint, events, answer, port: audioPort(answer) };
    }

    it('in A-law with key presses, of all that it offered', async () => {
      const { answer, endpoint } = await attended(alice, { payloads: '0 8 101' });
      assert.match(answer, /^m=audio \d+ RTP\/AVP 8 101\r$/m);
      assert.equal((await endpoint.report()).codec, 'PCMA/8000');
      assert.equal(value(await endpoint.attend()), answer);
    });

    it('in mu-law where it has no other', async () => {
      const { answer, endpoint } = await attended(alice, { payloads: '0' });
      assert.match(answer, /^m=audio \d+ RTP\/AVP 0\r$/m);
      value(await endpoint.play([sound('low')], { repeat: false }));
      await alice.hears(8);
      assert.equal(payloadType(alice.heard[0]!), 0);
    });

    it('not without G.711', async () => {
      const spec = { call: 'own', via, onEvent: () => undefined };
      const offer = alice.sdp({ payloads: '9 101', extra: 'a=rtpmap:9 G722/8000' });
      const endpoint = value(await plane.answering({ ...spec, offer }));
      opened.push(endpoint);
      fault(await endpoint.attend(), 'NO_COMMON_CODEC');
      fault(await endpoint.play([{ is: 'music' }], { repeat: true }), 'MEDIA_FAILED');
    });

    it('one sound after the other as one stream of RTP, and tells the end', async () => {
      const { endpoint, events } = await attended(alice);
      value(await endpoint.play([sound('low'), { is: 'pause', milliseconds: 100 }, sound('high')], { repeat: false }));
      await events.until('played');
      const packets = alice.heard.slice(0, 25);
      assert.equal(alice.toneIn(packets.slice(0, 10)), 300);
      assert.equal(alice.toneIn(packets.slice(10, 15)), undefined);
      assert.equal(alice.toneIn(packets.slice(15, 25)), 1700);
      assertOneStream(packets);
      assert.deepEqual(packets.map(marker), [true, ...Array<boolean>(24).fill(false)]);
    });

    it('goes on with the same stream when the sound changes, and with silence when there is none', async () => {
      const { endpoint, events } = await attended(alice);
      value(await endpoint.play([sound('low')], { repeat: true }));
      await alice.hears(15);
      value(await endpoint.play([sound('high')], { repeat: false }));
      const changed = alice.heard.length;
      await events.until('played');
      await alice.hears(changed + 20);
      await endpoint.silence();
      const silenced = alice.heard.length;
      await alice.hears(silenced + 6);
      assertOneStream(alice.heard);
      assert.equal(alice.heard.filter(marker).length, 2);
      assert.equal(alice.toneIn(alice.heard.slice(0, 15)), 300);
      assert.equal(alice.toneIn(alice.heard.slice(-5)), undefined);
      assert.equal(events.count('played'), 1);
    });

    it('leaves what it plays when a file cannot be played', async () => {
      const { endpoint } = await attended(alice);
      value(await endpoint.play([sound('low')], { repeat: true }));
      await writeFile(join(folder, 'text.wav'), 'no sound');
      fault(await endpoint.play([sound('missing')], { repeat: false }), 'SOUND_UNREADABLE');
      fault(await endpoint.play([sound('text')], { repeat: false }), 'SOUND_UNREADABLE');
      fault(await endpoint.play([{ is: 'file', path: folder }], { repeat: false }), 'SOUND_UNREADABLE');
      const before = alice.heard.length;
      await alice.hears(before + 10);
      assert.equal(alice.toneIn(alice.heard.slice(before)), 300);
    });

    it('plays the ringback tone, a second of 425 Hz first, on schedule though nothing else goes on', async () => {
      const times: number[] = [];
      alice.onPacket = () => times.push(performance.now());
      const { endpoint } = await attended(alice);
      value(await endpoint.play([{ is: 'tone', tone: 'ringback' }], { repeat: true }));
      await alice.hears(55);
      assert.ok(toneShare(alice.soundIn(alice.heard.slice(5, 45)), 425) > 0.95);
      assert.ok(loudness(alice.soundIn(alice.heard.slice(51, 55))) < 20);
      const late = nineOfTen(lateness(times));
      assert.ok(late < 20, `nine of ten packets come within ${late.toFixed(1)} ms of their time`);
    });

    it('sends to where the party sends from, once it is known', async () => {
      const nat = await party();
      const { endpoint, port } = await attended(alice, { port: (await party()).port });
      value(await endpoint.play([{ is: 'music' }], { repeat: true }));
      nat.send(port);
      await nat.hears(3);
    });

    it('waits while the party is on hold, and goes on where it was', async () => {
      const { endpoint, events } = await attended(alice);
      value(await endpoint.play([sound('low'), sound('high')], { repeat: false }));
      await alice.hears(5);
      value(await endpoint.renegotiate(alice.sdp({ direction: 'sendonly' })));
      const held = alice.heard.length;
      await pass(150);
      assert.ok(alice.heard.length <= held + 1, 'sound for a party on hold');
      value(await endpoint.renegotiate(alice.sdp()));
      await events.until('played');
      const sounds = alice.heard.slice(0, 20);
      assert.equal(alice.toneIn(sounds.slice(10)), 1700);
      const resumed = sounds.findIndex((packet, index) => index > 0 && marker(packet));
      const gap = timestamp(sounds[resumed]!) - timestamp(sounds[resumed - 1]!);
      assert.ok(gap > 1000 && gap < 8000, `the timestamps tell of a gap of ${gap}`);
      assert.deepEqual(sequences(sounds), ascending(sounds));
    });

    it('stops when it is bridged, and the callee is offered what was settled', async () => {
      const bobby = await party();
      const { endpoint, events, port } = await attended(alice, {
        payloads: '9 8 0 101',
        extra: 'a=rtpmap:9 G722/8000',
      });
      value(await endpoint.play([sound('low')], { repeat: true }));
      await alice.hears(5);
      const callee = value(await plane.offering({ call: 'own', via, like: endpoint, onEvent: () => undefined }));
      opened.push(callee);
      const offer = callee.offer(via);
      assert.match(offer, /^m=audio \d+ RTP\/AVP 8 101\r$/m);
      value(await callee.accept(bobby.sdp({ payloads: '8 101' })));
      value(await plane.bridge(endpoint, callee));
      const bridged = alice.heard.length;
      await pass(60);
      assert.ok(alice.heard.length <= bridged + 1, 'our own sound in a conversation');
      alice.sing(port, 440);
      bobby.sing(audioPort(offer), 1000);
      await Promise.all([alice.hears(bridged + 10), bobby.hears(10)]);
      assert.equal(alice.toneIn(alice.heard.slice(-10)), 1000);
      assert.equal(bobby.toneHeard(), 440);
      fault(await endpoint.play([sound('low')], { repeat: true }), 'CANNOT_PLAY');
      press(alice, port, 5);
      await bobby.hears(11);
      await callee.close();
      value(await endpoint.play([sound('high')], { repeat: false }));
      await events.until('played');
      assert.equal(events.count('key'), 0);
      assert.equal(alice.toneIn(alice.heard.slice(-10)), 1700);
    });

    it('offers the callee what was settled also when its endpoint was there first', async () => {
      const spec = { call: 'own', via, onEvent: () => undefined };
      const caller = value(await plane.answering({ ...spec, offer: alice.sdp() }));
      const callee = value(await plane.offering({ ...spec, like: caller }));
      opened.push(caller, callee);
      value(await caller.attend());
      assert.match(callee.offer(via), /^m=audio \d+ RTP\/AVP 8 101\r$/m);
    });

    it('plays to a party that we called, and hears its keys', async () => {
      const events = new Events();
      const callee = value(await plane.offering({ call: 'own', via, like: undefined, onEvent: events.add }));
      opened.push(callee);
      const offer = callee.offer(via);
      value(await callee.accept(alice.sdp({ payloads: '0 101' })));
      value(await callee.play([sound('high')], { repeat: false }));
      await events.until('played');
      assert.deepEqual([...new Set(alice.heard.map(payloadType))], [0]);
      press(alice, audioPort(offer), 1);
      assert.deepEqual(await events.until('key'), { type: 'key', key: '1' });
    });

    it('hears each key once, whatever gets lost, comes twice or overtakes', async () => {
      const { events, port } = await attended(alice);
      const presses = [...'192#'].map((_, index) => keyPackets(alice, [1, 9, 2, 11][index]!));
      const [one, nine, two, hash] = presses as [Buffer[], Buffer[], Buffer[], Buffer[]];
      const arriving = [
        ...one.slice(0, 3),
        ...one.slice(0, 3),
        ...nine.slice(-1),
        ...[...two].reverse(),
        ...one.slice(-2),
        ...hash,
      ];
      for (const packet of arriving) alice.sendRaw(port, packet);
      await events.until('key', 4);
      await pass(50);
      assert.deepEqual(events.keys(), ['1', '9', '2', '#']);
    });

    it('records what the party says, as it was said', async () => {
      const file = join(folder, 'new', 'message.wav');
      const { endpoint, events, port } = await attended(alice);
      value(await endpoint.record({ file, maximumSeconds: 30, silenceSeconds: 10 }));
      const said = toneG711(620, 1300, 'PCMA');
      await speak(alice, port, said, new Set([20, 21, 40]));
      await endpoint.finishRecording();
      const { milliseconds, why } = events.recorded();
      assert.equal(why, 'stopped');
      const pcm = await recorded(file);
      assert.equal(Math.round(pcm.length / 8), milliseconds);
      assert.ok(milliseconds > 1250 && milliseconds < 1900, `${milliseconds} ms`);
      const begin = pcm.findIndex((sample) => Math.abs(sample) > 1000);
      assert.ok(toneShare(pcm.subarray(begin, begin + 160 * 18), 620) > 0.98);
      assert.ok(toneShare(pcm.subarray(begin + 160 * 24, begin + 160 * 38), 620) > 0.98);
      assert.ok(loudness(pcm.subarray(begin + 160 * 20, begin + 160 * 21)) < 50, 'what was lost is silence');
    });

    it('ends a recording by itself: when it is full, and after a silence', async () => {
      const file = join(folder, 'limits.wav');
      const { endpoint, events, port } = await attended(alice);
      value(await endpoint.record({ file, maximumSeconds: 0.4, silenceSeconds: 10 }));
      await speak(alice, port, toneG711(620, 600, 'PCMA'), new Set());
      assert.deepEqual(await events.until('recorded'), { type: 'recorded', milliseconds: 400, why: 'full' });
      assert.equal((await recorded(file)).length, 3200);
      value(await endpoint.record({ file, maximumSeconds: 30, silenceSeconds: 0.3 }));
      await events.until('recorded', 2);
      assert.deepEqual(events.recorded(1), { type: 'recorded', milliseconds: 0, why: 'silence' });
      assert.equal((await recorded(file)).length, 0);
    });

    it('completes a recording when the party hangs up, and tells so before it is closed', async () => {
      const file = join(folder, 'hung-up.wav');
      const { endpoint, events, port } = await attended(alice);
      value(await endpoint.record({ file, maximumSeconds: 30, silenceSeconds: 10 }));
      fault(await endpoint.record({ file, maximumSeconds: 30, silenceSeconds: 10 }), 'RECORDING_FAILED');
      await speak(alice, port, toneG711(620, 300, 'PCMA'), new Set());
      await endpoint.close();
      assert.equal(events.recorded().why, 'stopped');
      assert.ok((await recorded(file)).length > 2000);
    });

    it('refuses to record where nothing can be written, and the call goes on', async () => {
      const { endpoint } = await attended(alice);
      await writeFile(join(folder, 'file'), '');
      for (const file of [join(folder, 'file', 'x.wav'), '/dev/full', folder]) {
        fault(await endpoint.record({ file, maximumSeconds: 30, silenceSeconds: 10 }), 'RECORDING_FAILED');
      }
      value(await endpoint.play([sound('low')], { repeat: true }));
      await alice.hears(3);
    });

    it('takes no party for dead that only listens, or is recorded and says nothing', async () => {
      const strict = await subject.start({ endpoints: 2, silenceTimeoutMs: 100 });
      const { endpoint, events } = await attended(alice, {}, strict);
      value(await endpoint.play([{ is: 'music' }], { repeat: true }));
      value(await endpoint.record({ file: join(folder, 'mute.wav'), maximumSeconds: 30, silenceSeconds: 10 }));
      await alice.hears(25);
      await endpoint.close();
      await strict.close();
      assert.equal(events.count('silent'), 0);
    });

    it('keeps what was recorded when what carries the call dies, and tells both', async function () {
      if (subject.crash === undefined) return this.skip();
      const mortal = await subject.start({ endpoints: 2 });
      const file = join(folder, 'crash.wav');
      const { endpoint, events, port } = await attended(alice, {}, mortal);
      value(await endpoint.record({ file, maximumSeconds: 30, silenceSeconds: 10 }));
      await speak(alice, port, toneG711(620, 1300, 'PCMA'), new Set());
      await subject.crash(mortal);
      await events.until('recorded');
      await mortal.close();
      assert.equal(events.recorded().why, 'failed');
      assert.equal(events.count('lost'), 1);
      assert.ok((await recorded(file)).length >= 8000);
    });

    it('plays to fifty at once on schedule, while another call passes by', async function () {
      this.timeout(20_000);
      const listeners = await Promise.all(Array.from({ length: 50 }, () => party()));
      const arrivals = new Map<RtpParty, number[]>();
      for (const each of listeners) {
        const times: number[] = [];
        arrivals.set(each, times);
        each.onPacket = () => times.push(performance.now());
      }
      const ends = await Promise.all(listeners.map((each) => attended(each)));
      await Promise.all(ends.map(({ endpoint }) => endpoint.play([{ is: 'music' }], { repeat: true })));
      const delays = await relayed();
      await Promise.all(listeners.map((each) => each.hears(50)));
      const late = [...arrivals.values()].flatMap((times) => lateness(times.slice(0, 50)));
      assert.ok(nineOfTen(late) < 20, `nine of ten packets come within ${nineOfTen(late).toFixed(1)} ms of their time`);
      assert.ok(nineOfTen(delays) < 10, `nine of ten packets are relayed within ${nineOfTen(delays).toFixed(1)} ms`);
      for (const each of listeners) assertOneStream(each.heard.slice(0, 50));
    });

    /** How long each packet of a conversation between two others takes, in milliseconds. */
    async function relayed(): Promise<number[]> {
      const bobby = await party();
      const spec = { call: 'other', via, onEvent: () => undefined };
      const from = value(await plane.answering({ ...spec, offer: alice.sdp() }));
      const to = value(await plane.offering({ ...spec, like: from }));
      opened.push(from, to);
      value(await to.accept(bobby.sdp({ payloads: '8 101' })));
      value(await plane.bridge(from, to));
      const port = audioPort(value(await from.answer()));
      const delays: number[] = [];
      for (let index = 1; index <= 40; index++) {
        const sent = performance.now();
        alice.send(port);
        await bobby.hears(index);
        delays.push(performance.now() - sent);
        await pass(17);
      }
      return delays;
    }
  });
}

class Events {
  readonly #seen: MediaEvent[] = [];
  #wake: () => void = () => undefined;

  readonly add = (event: MediaEvent): void => {
    this.#seen.push(event);
    this.#wake();
  };

  count(type: MediaEvent['type']): number {
    return this.#seen.filter((event) => event.type === type).length;
  }

  keys(): readonly string[] {
    return this.#seen.flatMap((event) => (event.type === 'key' ? [event.key] : []));
  }

  recorded(index = 0): Recorded {
    return this.#seen.filter((event) => event.type === 'recorded')[index]!;
  }

  async until(type: MediaEvent['type'], count = 1): Promise<MediaEvent> {
    while (this.count(type) < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#seen.filter((event) => event.type === type)[count - 1]!;
  }
}

/** By how much packets are later than the earliest of them would have it; milliseconds. */
function lateness(times: readonly number[]): number[] {
  const begin = Math.min(...times.map((time, index) => time - 20 * index));
  return times.map((time, index) => time - 20 * index - begin);
}

function nineOfTen(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length * 0.9)]!;
}

/** In the time that it takes, as a phone speaks. */
async function speak(who: RtpParty, port: number, sound: Uint8Array, lost: ReadonlySet<number>): Promise<void> {
  const begin = performance.now();
  for (let index = 0; index * 160 < sound.length; index++) {
    const packet = who.packet(sound.subarray(index * 160, index * 160 + 160), 8);
    if (!lost.has(index)) who.sendRaw(port, packet);
    await pass(begin + 20 * (index + 1) - performance.now());
  }
}

function press(who: RtpParty, port: number, event: number): void {
  for (const packet of keyPackets(who, event)) who.sendRaw(port, packet);
}

/** A press of 100 ms as phones send it: five packets and the last of them three times (RFC 4733 §2.5.1). */
function keyPackets(who: RtpParty, event: number): Buffer[] {
  const packets: Buffer[] = [];
  let at: Buffer | undefined;
  for (const [index, [end, duration]] of [
    [0, 160],
    [0, 320],
    [0, 480],
    [0, 640],
    [0x80, 800],
    [0x80, 800],
    [0x80, 800],
  ].entries()) {
    const packet = who.packet(Uint8Array.from([event, end! | 10, duration! >> 8, duration! & 0xff]), 101);
    at ??= Buffer.from(packet.subarray(4, 8));
    at.copy(packet, 4);
    if (index === 0) packet[1]! |= 0x80;
    packets.push(packet);
  }
  return packets;
}

async function recorded(file: string): Promise<Int16Array> {
  const pcm = readWav(await readFile(file));
  assert.ok(pcm.ok);
  return pcm.value;
}

function assertOneStream(packets: readonly Buffer[]): void {
  assert.equal(new Set(packets.map((packet) => packet.readUInt32BE(8))).size, 1, 'one SSRC');
  assert.deepEqual(sequences(packets), ascending(packets));
  const times = packets.map((packet, index) => (timestamp(packet) - timestamp(packets[0]!) - 160 * index) | 0);
  assert.deepEqual(new Set(times), new Set([0]), 'timestamps without a gap');
}

function sequences(packets: readonly Buffer[]): number[] {
  return packets.map((packet) => packet.readUInt16BE(2));
}

function ascending(packets: readonly Buffer[]): number[] {
  return packets.map((_, index) => (packets[0]!.readUInt16BE(2) + index) % 65_536);
}

function timestamp(packet: Buffer): number {
  return packet.readUInt32BE(4);
}

function marker(packet: Buffer): boolean {
  return packet[1]! >= 0x80;
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

function fault(result: Result<unknown, Fault>, code: FaultCode): void {
  assert.equal(result.ok ? 'no fault' : result.error.code, code);
}
