import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../kernel/clock.ts';

export type NonceVerdict =
  | 'good'
  /** Ours, but too old or used up: the client may try again with the same password (`stale=true`). */
  | 'stale'
  /** Not issued here. */
  | 'foreign';

/**
 * Nonces that need no memory until they are used: time and randomness, signed. What
 * is remembered is how far each was counted, so that captured credentials cannot be
 * replayed (RFC 7616 §3.3 and §5.4).
 */
export class Nonces {
  /** The highest nonce count seen, per nonce; insertion order is age. */
  readonly #counted = new Map<string, { nc: number; readonly issuedAt: Instant }>();

  /**
   * @param key signs them; processes that share it accept each other's
   * @param lifetimeMs after which a nonce is stale
   * @param random a given number of random bytes
   */
  constructor(
    private readonly key: Uint8Array,
    private readonly lifetimeMs: number,
    private readonly random: (bytes: number) => Uint8Array,
  ) {}

  /** How many used ones are kept: no more than are used within a lifetime or two. */
  get remembered(): number {
    return this.#counted.size;
  }

  issue(now: Instant): string {
    const stem = `${now.toString(36)}-${Buffer.from(this.random(9)).toString('base64url')}`;
    return `${stem}.${this.#sign(stem)}`;
  }

  /** @param nc the nonce count; undefined for a client that does not count, which may use a nonce once */
  spend(nonce: string, nc: number | undefined, now: Instant): NonceVerdict {
    const issuedAt = this.#issuedAt(nonce);
    if (issuedAt === undefined) return 'foreign';
    this.#forget(now);
    if (now - issuedAt > this.lifetimeMs) return 'stale';
    const count = nc ?? Number.MAX_SAFE_INTEGER;
    const seen = this.#counted.get(nonce);
    if (seen !== undefined && count <= seen.nc) return 'stale';
    if (seen === undefined) this.#counted.set(nonce, { nc: count, issuedAt });
    else seen.nc = count;
    return 'good';
  }

  #issuedAt(nonce: string): Instant | undefined {
    const dot = nonce.lastIndexOf('.');
    const stem = nonce.slice(0, Math.max(dot, 0));
    const signature = Buffer.from(nonce.slice(dot + 1));
    const expected = Buffer.from(this.#sign(stem));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    const issuedAt = Number.parseInt(stem, 36);
    return Number.isSafeInteger(issuedAt) ? issuedAt : undefined;
  }

  #sign(stem: string): string {
    return createHmac('sha256', this.key).update(stem).digest('base64url').slice(0, 27);
  }

  #forget(now: Instant): void {
    for (const [nonce, { issuedAt }] of this.#counted) {
      if (now - issuedAt <= this.lifetimeMs) return;
      this.#counted.delete(nonce);
    }
  }
}
