import type { Instant } from '../../kernel/clock.ts';

/** How many requests each address sent in the second that runs. */
export class RequestRate {
  #counts = new Map<string, number>();
  #second = 0;

  /** @param limit per address and second; 0: none */
  constructor(private readonly limit: number) {}

  /** Counts one request; false: it is over the limit. */
  allows(address: string, now: Instant): boolean {
    if (this.limit === 0) return true;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count <= this.limit;
  }
}
