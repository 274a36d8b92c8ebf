import type { Instant } from '../../kernel/clock.ts';

/** Sources that are remembered at a time, at the most twice this: some 10 MB. */
const remembered = 50_000;

/**
 * A bucket of tokens for each source, of which every request takes one (the generic cell rate algorithm of ITU-T
 * I.371): a source is one number, the instant at which its bucket will be full again.
 *
 * Whoever forges addresses makes up a source for each packet. Memory stays bounded, as the older half of the sources is
 * forgotten at once when there are too many: to be forgotten is to have a full bucket, so nobody is refused for it.
 */
export class RequestRate {
  readonly #interval: number;
  readonly #tolerance: number;
  #young = new Map<string, Instant>();
  #old = new Map<string, Instant>();

  /**
   * @param perSecond tokens that a second brings; 0: no limit
   * @param burst what a full bucket holds; 0: as much as a second brings
   */
  constructor(
    private readonly perSecond: number,
    burst = 0,
    private readonly most = remembered,
  ) {
    this.#interval = 1000 / perSecond;
    this.#tolerance = this.#interval * Math.max(0, (burst === 0 ? perSecond : burst) - 1);
  }

  /** Takes one token; false: there is none. */
  allows(source: string, now: Instant): boolean {
    if (this.perSecond === 0) return true;
    const known = this.#young.get(source) ?? this.#old.get(source) ?? now;
    // A clock that was put back must not lock everybody out until it has caught up.
    const full = known < now || known > now + this.#tolerance + 2 * this.#interval ? now : known;
    if (full - now > this.#tolerance) return false;
    this.#remember(source, full + this.#interval);
    return true;
  }

  get sources(): number {
    return this.#young.size + this.#old.size;
  }

  #remember(source: string, full: Instant): void {
    if (this.#young.size >= this.most && !this.#young.has(source)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(source, full);
  }
}
