import type { Instant } from '../../kernel/clock.ts';

/** What is measured of the load, all at one instant. */
export interface Load {
  /** Of the engine's thread since the last time: 0 to 1. */
  readonly busy: number;
  /** Milliseconds by which a timer of the engine's thread came late. */
  readonly lag: number;
  /** Bytes that the slowest application has not taken yet. */
  readonly backlog: number;
  /** Requests outside dialogs whose application has said nothing yet. */
  readonly pending: number;
}

/** From where on there is too much of what; 0 switches a threshold off. */
export interface OverloadThresholds {
  readonly busy: number;
  readonly lagMs: number;
  readonly backlogBytes: number;
  readonly maxPending: number;
  /**
   * New requests a second from which a busy or late thread may be their work. Under it, somebody else takes the
   * processor, and refusing calls would not give it back.
   */
  readonly leastRate: number;
  /** Milliseconds that an excess must last before anything is refused: a peak is no overload. */
  readonly sustainedMs: number;
}

export type Verdict = 'accept' | 'refuse' | 'drop';

/** Some calls always get in: without them nobody would learn that the load is gone. */
const leastShare = 0.02;
/** Milliseconds in which the share halves under too much load, and in which it would come back from nothing. */
const halving = 800;
const recovery = 3000;
/** Under this part of each threshold there is calm; between, the share stays. */
const calmPart = 0.9;
/** At the least share and still too much to do: of those that are refused only one in ten is told so. */
const toldOfDropped = 10;

/**
 * Decides about new work under overload by the share of it that gets in (the local form of RFC 7415's loss rate): it
 * halves while there is too much load, comes back slowly in calm, and stays where it is in between.
 */
export class OverloadController {
  #share = 1;
  /** Parts of a request that may get in, saved up: a share of 0.3 lets three of ten pass without dice. */
  #credit = 0;
  #excessSince: Instant | undefined;
  #last: Instant | undefined;
  #full = false;
  #dropping = false;
  #refused = 0;
  /** New requests since the last sample, and how many a second there were before it. */
  #arrived = 0;
  #rate = 0;

  constructor(private readonly thresholds: OverloadThresholds) {}

  /** The part of new work that gets in: 1 in normal operation. */
  get share(): number {
    return this.#full ? 0 : this.#share;
  }

  /** To be told several times a second. */
  sample(load: Load, now: Instant): void {
    const passed = Math.min(Math.max(0, now - (this.#last ?? now)), 1000);
    this.#last = now;
    if (passed > 0) this.#rate = (1000 * this.#arrived) / passed;
    this.#arrived = 0;
    this.#fill(load.pending);
    if (this.#exceeds(load, 1)) {
      this.#excessSince ??= now;
      if (now - this.#excessSince < this.thresholds.sustainedMs) return;
      this.#dropping = this.#share <= leastShare;
      this.#share = Math.max(leastShare, this.#share * 0.5 ** (passed / halving));
      return;
    }
    this.#excessSince = undefined;
    if (this.#exceeds(load, calmPart)) return;
    this.#dropping = false;
    this.#share = Math.min(1, this.#share + passed / recovery);
  }

  /**
   * About one new request.
   * @param pending those before it whose application has said nothing yet
   */
  verdict(pending: number): Verdict {
    this.#arrived++;
    this.#fill(pending);
    if (this.#full) return 'refuse';
    if (this.#share === 1) return 'accept';
    this.#credit += this.#share;
    if (this.#credit >= 1) {
      this.#credit -= 1;
      return 'accept';
    }
    return this.#dropping && ++this.#refused % toldOfDropped !== 0 ? 'drop' : 'refuse';
  }

  #fill(pending: number): void {
    const { maxPending } = this.thresholds;
    this.#full = maxPending > 0 && pending >= (this.#full ? maxPending * calmPart : maxPending);
  }

  #exceeds({ busy, lag, backlog }: Load, part: number): boolean {
    const { busy: mostBusy, lagMs, backlogBytes } = this.thresholds;
    if (over(backlog, backlogBytes * part)) return true;
    return this.#rate >= this.thresholds.leastRate && (over(busy, mostBusy * part) || over(lag, lagMs * part));
  }
}

function over(measured: number, threshold: number): boolean {
  return threshold > 0 && measured >= threshold;
}
