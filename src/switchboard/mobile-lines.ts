import type { CallId, LegId } from '../call/party.ts';

/** A mobile telephone talks with one and has one wait; what is beyond that, and some slack, it never hears of. */
const most = 4;

/**
 * How many calls of ours each user's mobile telephone or SIM has now. One that sends its calls on to the company comes
 * back from the outside as a new call, which nothing ties to the one before: without an end to this each would make the
 * next, and with several such users each would make several.
 */
export class MobileLines {
  readonly #used = new Map<string, number>();
  readonly #numberOf = new Map<string, string>();

  /** @returns false when the telephone has all that it can take */
  take(call: CallId, leg: LegId, number: string): boolean {
    const used = this.#used.get(number) ?? 0;
    if (used >= most) return false;
    this.#used.set(number, used + 1);
    this.#numberOf.set(`${call} ${leg}`, number);
    return true;
  }

  /** Harmless for a leg that has none. */
  free(call: CallId, leg: LegId): void {
    const key = `${call} ${leg}`;
    const number = this.#numberOf.get(key);
    if (number === undefined) return;
    this.#numberOf.delete(key);
    const left = (this.#used.get(number) ?? 1) - 1;
    if (left > 0) this.#used.set(number, left);
    else this.#used.delete(number);
  }
}
