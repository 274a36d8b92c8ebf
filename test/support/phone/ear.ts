import { Chronicle } from './chronicle.ts';
import { decodeG711 } from './g711.ts';
import type { RtpPacket } from './rtp-packet.ts';
import type { Timers } from './timers.ts';
import { loudness, toneShare } from './tone.ts';

const digits = '0123456789*#ABCD';
/** 150 ms: long enough to tell 440 from 480 Hz. */
const windowSamples = 1200;
/** Below this nobody would hear anything: comfort noise, coding noise. */
const audible = 200;

/** Listens to the decoded audio, from the moment of the question on: what came before does not count. */
export class Ear {
  packets = 0;
  lost = 0;
  readonly ssrcs = new Set<number>();
  readonly payloadTypes = new Set<number>();
  /** The digits pressed at the other side (RFC 4733), each once. */
  readonly digits: Chronicle<string>;
  #next: number | undefined;
  #lastDigitAt: number | undefined;
  readonly #listeners = new Set<(samples: Int16Array) => void>();

  constructor(private readonly timers: Timers) {
    this.digits = new Chronicle<string>(timers, (digit) => digit);
  }

  receive(packet: RtpPacket, events: number | undefined): void {
    this.packets += 1;
    this.ssrcs.add(packet.ssrc);
    this.payloadTypes.add(packet.payloadType);
    const gap = this.#next === undefined ? 0 : (packet.sequence - this.#next) & 0xffff;
    if (gap < 0x8000) this.lost += Math.min(gap, 100);
    this.#next = (packet.sequence + 1) & 0xffff;
    if (packet.payloadType === events) {
      this.#hearDigit(packet);
      return;
    }
    if (packet.payloadType !== 0 && packet.payloadType !== 8) return;
    const samples = decodeG711(packet.payloadType === 8 ? 'PCMA' : 'PCMU', packet.payload);
    for (const listener of [...this.#listeners]) listener(samples);
  }

  /** @throws when that tone did not make up most of 150 ms of sound within the time */
  hear(frequency: number, withinMs: number): Promise<void> {
    let heard: number[] = [];
    let best = 0;
    const complaint = (): string =>
      `did not hear ${frequency} Hz in ${withinMs} ms: best share ${best.toFixed(2)}, ${this.packets} RTP packets in all`;
    return this.#listen(withinMs, complaint, (samples) => {
      heard = [...heard, ...samples].slice(-windowSamples);
      if (heard.length < windowSamples) return false;
      const recent = Int16Array.from(heard);
      if (loudness(recent) < audible) return false;
      best = Math.max(best, toneShare(recent, frequency));
      return best > 0.6;
    });
  }

  /** @throws when 150 ms of audible sound, whatever it was, did not come within the time */
  hearSomething(withinMs: number): Promise<void> {
    let heard = 0;
    const complaint = (): string => `heard nothing in ${withinMs} ms, ${this.packets} RTP packets in all`;
    return this.#listen(withinMs, complaint, (samples) => {
      if (loudness(samples) >= audible) heard += samples.length;
      return heard >= windowSamples;
    });
  }

  /** @throws when there was no stretch of `ms` without audible sound within the time; no packets at all is silence too */
  silence(ms: number, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const quietFor = (): (() => void) =>
        this.timers.after(ms, () => {
          stop();
          resolve();
        });
      let restart = quietFor();
      const listener = (samples: Int16Array): void => {
        if (loudness(samples) < audible) return;
        restart();
        restart = quietFor();
      };
      this.#listeners.add(listener);
      const giveUp = this.timers.after(withinMs, () => {
        stop();
        reject(new Error(`it was never silent for ${ms} ms within ${withinMs} ms`));
      });
      const stop = (): void => {
        restart();
        giveUp();
        this.#listeners.delete(listener);
      };
    });
  }

  /** Keeps all that is heard from now on. @returns what was heard so far, whenever it is asked */
  record(): () => Int16Array {
    const heard: Int16Array[] = [];
    this.#listeners.add((samples) => {
      heard.push(samples);
    });
    return () => Int16Array.from(heard.flatMap((samples) => [...samples]));
  }

  #listen(withinMs: number, complaint: () => string, satisfied: (samples: Int16Array) => boolean): Promise<void> {
    const asked = new Error();
    return new Promise((resolve, reject) => {
      const listener = (samples: Int16Array): void => {
        if (!satisfied(samples)) return;
        giveUp();
        this.#listeners.delete(listener);
        resolve();
      };
      const giveUp = this.timers.after(withinMs, () => {
        this.#listeners.delete(listener);
        asked.message = complaint();
        reject(asked);
      });
      this.#listeners.add(listener);
    });
  }

  #hearDigit(packet: RtpPacket): void {
    const [event = 0, flags = 0] = packet.payload;
    if ((flags & 0x80) === 0 || packet.timestamp === this.#lastDigitAt) return;
    this.#lastDigitAt = packet.timestamp;
    this.digits.push(digits[event] ?? '?');
  }
}
