import { randomInt } from 'node:crypto';
import { encodeG711 } from './g711.ts';
import { printRtp } from './rtp-packet.ts';
import { payloadType } from './session-description.ts';
import type { CodecName } from './session-description.ts';
import type { Timers } from './timers.ts';
import { sampleRate, toneSamples } from './tone.ts';

const packetMs = 20;
const packetSamples = (sampleRate * packetMs) / 1000;
const digits = '0123456789*#ABCD';

/** What is being spoken to: undefined while nothing may be sent (on hold, not negotiated yet). */
export interface Listener {
  readonly codec: CodecName;
  readonly events: number | undefined;
}

/** Speaks a packet every 20 ms, of a tone or of digital silence, and digits by RFC 4733. */
export class Mouth {
  packetsSent = 0;
  readonly ssrc = randomInt(0xffff_ffff);
  #sequence = randomInt(0x7fff);
  #spoken = 0;
  readonly #timestampBase = randomInt(0x7fff_ffff);
  #frequency: number | undefined;
  #digit: { readonly event: number; elapsed: number; readonly total: number; readonly start: number } | undefined;
  #queue: string[] = [];
  #running = false;
  #first = true;

  constructor(
    private readonly timers: Timers,
    private readonly listener: () => Listener | undefined,
    private readonly send: (packet: Buffer) => void,
  ) {}

  speak(frequency: number | undefined): void {
    this.#frequency = frequency;
  }

  /** Each digit lasts 100 ms and is followed by 60 ms of sound. */
  press(text: string): void {
    this.#queue.push(...Array.from(text));
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    const since = performance.now();
    let due = 0;
    const tick = (): void => {
      for (const now = performance.now() - since; due * packetMs <= now; due++) this.#packet();
      this.timers.after(Math.max(1, due * packetMs - (performance.now() - since)), tick);
    };
    tick();
  }

  #packet(): void {
    const from = this.#spoken;
    this.#spoken += packetSamples;
    const listener = this.listener();
    if (listener === undefined) return;
    if (this.#speakDigit(listener, from)) return;
    const samples =
      this.#frequency === undefined ? new Int16Array(packetSamples) : toneSamples(this.#frequency, from, packetSamples);
    this.#emit(
      payloadType(listener.codec),
      this.#timestampBase + from,
      encodeG711(listener.codec, samples),
      this.#first,
    );
    this.#first = false;
  }

  /** RFC 4733 §2.5.1: the timestamp stands still while the duration grows; the last packet goes out three times. */
  #speakDigit(listener: Listener, from: number): boolean {
    if (listener.events === undefined) return false;
    if (this.#digit === undefined) {
      const next = this.#queue.shift();
      if (next === undefined) return false;
      const event = digits.indexOf(next.toUpperCase());
      this.#digit = { event: Math.max(0, event), elapsed: 0, total: 5 * packetSamples, start: from };
    }
    const digit = this.#digit;
    if (digit.elapsed >= digit.total) {
      // Sound between two digits, so that they are told apart.
      digit.elapsed += packetSamples;
      if (digit.elapsed >= digit.total + 3 * packetSamples) this.#digit = undefined;
      return false;
    }
    digit.elapsed += packetSamples;
    const ends = digit.elapsed >= digit.total;
    const payload = Buffer.from([digit.event, (ends ? 0x80 : 0) | 10, digit.elapsed >> 8, digit.elapsed & 0xff]);
    for (let times = ends ? 3 : 1; times > 0; times--) {
      this.#emit(listener.events, this.#timestampBase + digit.start, payload, digit.elapsed === packetSamples);
    }
    return true;
  }

  #emit(type: number, timestamp: number, payload: Buffer, marker: boolean): void {
    this.send(printRtp({ marker, payloadType: type, sequence: this.#sequence, timestamp, ssrc: this.ssrc, payload }));
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packetsSent += 1;
  }
}
