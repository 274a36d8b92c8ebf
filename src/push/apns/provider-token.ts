import type { Instant } from '../../kernel/clock.ts';

interface Signed {
  readonly token: string;
  readonly at: Instant;
}

/** Apple takes a token for an hour, and no newer one within twenty minutes (429 TooManyProviderTokenUpdates). */
const renewAfterMs = 50 * 60_000;
const notBeforeMs = 20 * 60_000;

/** The token by which we prove to APNs who we are: one at a time, renewed as seldom as its life allows. */
export class ProviderToken {
  #signed: Signed | undefined;

  /** @param sign makes a token that was issued at that instant */
  constructor(private readonly sign: (at: Instant) => string) {}

  current(now: Instant): string {
    const signed = this.#signed;
    // A clock that was set back would keep a token of the future for good.
    if (signed !== undefined && now - signed.at < renewAfterMs && now >= signed.at) return signed.token;
    return this.#renew(now);
  }

  /**
   * APNs said of this token that it has expired. True: another is there to try with. False: it is too young for that,
   * so that one of the two clocks is wrong, and a newer token would only be refused as one too many.
   */
  expired(token: string, now: Instant): boolean {
    const signed = this.#signed;
    if (signed === undefined || signed.token !== token) return true;
    if (now - signed.at < notBeforeMs) return false;
    this.#renew(now);
    return true;
  }

  #renew(now: Instant): string {
    const token = this.sign(now);
    this.#signed = { token, at: now };
    return token;
  }
}
