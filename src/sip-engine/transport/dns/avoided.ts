import type { Instant } from '../../../kernel/clock.ts';
import type { Candidate } from './planner.ts';

/** How many failed places are remembered; the oldest is forgotten first. */
const most = 1000;
const longestMs = 3_600_000;

/** Places that failed of late, which others are tried before (RFC 3263 §4.3). */
export class Avoided {
  readonly #until = new Map<string, Instant>();

  constructor(private readonly now: () => Instant) {}

  get size(): number {
    return this.#until.size;
  }

  /** @param ms for how long; at most an hour, whatever the peer asked for */
  add(place: Candidate, ms: number): void {
    const key = keyOf(place);
    this.#until.delete(key);
    this.#until.set(key, this.now() + Math.min(ms, longestMs));
    if (this.#until.size > most) this.#until.delete(this.#until.keys().next().value ?? key);
  }

  /** The same places, those that failed of late behind the others: where all failed, one is tried all the same. */
  last(places: readonly Candidate[]): readonly Candidate[] {
    if (this.#until.size === 0 || places.length < 2) return places;
    const failed = places.filter((place) => this.#has(place));
    return failed.length === 0 ? places : [...places.filter((place) => !failed.includes(place)), ...failed];
  }

  #has(place: Candidate): boolean {
    const key = keyOf(place);
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > this.now()) return true;
    this.#until.delete(key);
    return false;
  }
}

function keyOf({ transport, address, port }: Candidate): string {
  return `${transport} ${address} ${String(port)}`;
}
