import { sampleRate } from './g711.ts';

export interface RecordingLimits {
  readonly maximumMs: number;
  /** Nothing was said for so long. */
  readonly silenceMs: number;
}

/** One packet of the party's sound. */
export interface Heard {
  readonly ssrc: number;
  /** 8000 ticks a second. */
  readonly timestamp: number;
  readonly pcm: Int16Array;
}

const ticksPerMs = sampleRate / 1000;
/** For so long a packet may be late, or overtaken by others, and still find its place. */
const settleSamples = 200 * ticksPerMs;
const pieceSamples = sampleRate;
/** What is further away from the clock than this is put where the clock is. */
const mostDrift = sampleRate;
const roomSamples = 4 * sampleRate;
/** Quieter than -44 dB of full scale is what a line sounds like when nobody speaks. As the mean of squares. */
const quietest = 200 ** 2;
/** What stays of the silence at the end. */
const tailSamples = sampleRate / 2;

/**
 * A party's sound on its way to a file: packets are put in place by their timestamps, silence stands where none came, and the
 * whole is as long as it took. Times are milliseconds of a clock that never jumps.
 */
export class Recording {
  readonly #room = new Int16Array(roomSamples);
  readonly #most: number;
  #source: { readonly ssrc: number; readonly from: number } | undefined;
  /** Up to where it was taken. */
  #taken = 0;
  #lastLoudAt: number;
  #loudUntil = 0;

  constructor(
    private readonly limits: RecordingLimits,
    private readonly startedAt: number,
  ) {
    this.#most = Math.round(limits.maximumMs * ticksPerMs);
    this.#lastLoudAt = startedAt;
  }

  hear(heard: Heard, now: number): void {
    const place = this.#placeOf(heard, now);
    const from = Math.max(place, this.#taken);
    const to = Math.min(place + heard.pcm.length, this.#taken + roomSamples, this.#most);
    for (let at = from; at < to; at++) this.#room[at % roomSamples] = heard.pcm[at - place] ?? 0;
    if (to <= from || power(heard.pcm) < quietest) return;
    this.#lastLoudAt = now;
    this.#loudUntil = Math.max(this.#loudUntil, to);
  }

  /** A second or more that is complete, if there is; each sample once. */
  take(now: number): Int16Array | undefined {
    const settled = Math.min(this.#elapsed(now) - settleSamples, this.#most);
    return settled - this.#taken >= pieceSamples ? this.#takeTo(settled) : undefined;
  }

  /** Why it is over; undefined while it is not. */
  over(now: number): 'full' | 'silence' | undefined {
    if (now - this.startedAt >= this.limits.maximumMs) return 'full';
    return now - this.#lastLoudAt >= this.limits.silenceMs ? 'silence' : undefined;
  }

  /** What is left, and how many samples there are in all: fewer than were taken when the end was silence. */
  finish(now: number): { readonly rest: Int16Array; readonly samples: number } {
    const loud = this.#loudUntil;
    const samples = loud === 0 ? 0 : Math.min(this.#most, loud + tailSamples, Math.max(loud, this.#elapsed(now)));
    const rest = this.#takeTo(Math.max(samples, this.#taken));
    return { rest, samples: Math.min(samples, this.#taken) };
  }

  #elapsed(now: number): number {
    return Math.round((now - this.startedAt) * ticksPerMs);
  }

  #placeOf({ ssrc, timestamp }: Heard, now: number): number {
    const clock = this.#elapsed(now);
    if (this.#source?.ssrc === ssrc) {
      const place = (timestamp - this.#source.from) | 0;
      if (Math.abs(place - clock) <= mostDrift) return place;
    }
    this.#source = { ssrc, from: timestamp - clock };
    return clock;
  }

  #takeTo(end: number): Int16Array {
    const count = Math.min(end - this.#taken, roomSamples);
    const piece = Int16Array.from(
      { length: count },
      (_, index) => this.#room[(this.#taken + index) % roomSamples] ?? 0,
    );
    for (let at = this.#taken; at < this.#taken + count; at++) this.#room[at % roomSamples] = 0;
    this.#taken += count;
    return piece;
  }
}

function power(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? 0 : sum / pcm.length;
}
