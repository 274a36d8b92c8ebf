import type { Instant } from '../../kernel/clock.ts';
import type { EngineLimits } from '../options.ts';
import type { Limit } from '../stats.ts';
import { RequestRate } from './request-rate.ts';

/** As many keep-alives may come at once as in half a minute. */
const burstOfMinute = 0.5;
const oneSource = '';

/**
 * What a peer must not do to a connection: hold it without a word, trickle a message, ping without end, or take nothing
 * of what it is sent. Says once which of these it did; its owner closes then. Whoever owns it calls `stop` at the end.
 */
export class ConnectionWatch {
  #silence: NodeJS.Timeout | undefined;
  #unfinished: NodeJS.Timeout | undefined;
  #stalled: NodeJS.Timeout | undefined;
  #ending: NodeJS.Timeout | undefined;
  readonly #keepAlives: RequestRate;

  constructor(
    private readonly limits: EngineLimits,
    private readonly expired: (limit: Limit) => void,
  ) {
    const perMinute = limits.keepAlivesPerMinute;
    this.#keepAlives = new RequestRate(perMinute / 60, Math.max(1, perMinute * burstOfMinute), 1);
  }

  /** From now on the peer, who connected, must say something. */
  opened(): void {
    this.#silence ??= this.#after(this.limits.silentConnectionMs, 'silence');
  }

  /**
   * Bytes came.
   * @param whole something was completed by them
   * @param unfinished and something was begun that is not complete
   */
  heard(whole: boolean, unfinished: boolean): void {
    if (this.#silence !== undefined) {
      clearTimeout(this.#silence);
      this.#silence = undefined;
    }
    if (whole && this.#unfinished !== undefined) {
      clearTimeout(this.#unfinished);
      this.#unfinished = undefined;
    }
    if (unfinished) this.#unfinished ??= this.#after(this.limits.messageMs, 'slowness');
  }

  /** A keep-alive came; false: it was one too many. */
  keepAlive(now: Instant): boolean {
    return this.#keepAlives.allows(oneSource, now);
  }

  /** Bytes wait for the peer to take them; `taken` counts those that it took so far. */
  waiting(taken: () => number): void {
    const ms = this.limits.stalledConnectionMs;
    if (this.#stalled !== undefined || ms === 0) return;
    const before = taken();
    this.#stalled = setTimeout(() => {
      this.#stalled = undefined;
      // Slow is not stalled.
      if (taken() > before) this.waiting(taken);
      else this.expired('backlog');
    }, ms);
  }

  drained(): void {
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
  }

  /** One side said that it is through: the rest must not take for ever. */
  ending(): void {
    this.#ending ??= this.#after(this.limits.messageMs, 'slowness');
  }

  stop(): void {
    for (const timer of [this.#silence, this.#unfinished, this.#stalled, this.#ending]) clearTimeout(timer);
  }

  #after(milliseconds: number, limit: Limit): NodeJS.Timeout | undefined {
    if (milliseconds === 0) return undefined;
    return setTimeout(() => {
      this.expired(limit);
    }, milliseconds);
  }
}
