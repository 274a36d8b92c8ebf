import type { Instant } from '../../kernel/clock.ts';
import type { TokenKey } from '../signed-token.ts';

interface Signed {
  readonly token: string;
  readonly until: Instant;
}

/** Half of the day that RFC 8292 §2 allows; renewed an hour before. */
const lifeMs = 12 * 3_600_000;
const beforeEndMs = 3_600_000;

/** Says to push services who sends, so that a subscription is of use to us alone (RFC 8292). */
export class Vapid {
  /** By origin; browsers have few push services, and only those of the allowed hosts come here. */
  readonly #signed = new Map<string, Signed>();
  readonly #publicKey: string;

  /** @param subject whom a push service may write to: `mailto:` or `https:` */
  constructor(
    private readonly key: TokenKey,
    private readonly subject: string,
  ) {
    this.#publicKey = publicPoint(key.publicKey).toString('base64url');
  }

  /** The value of Authorization for a push service. */
  authorization(origin: string, now: Instant): string {
    const kept = this.#signed.get(origin);
    const signed = kept !== undefined && now < kept.until - beforeEndMs ? kept : this.#sign(origin, now);
    return `vapid t=${signed.token}, k=${this.#publicKey}`;
  }

  #sign(aud: string, now: Instant): Signed {
    const until = now + lifeMs;
    const claims = { aud, exp: Math.floor(until / 1000), sub: this.subject };
    const signed = { token: this.key.token({ typ: 'JWT' }, claims), until };
    this.#signed.set(aud, signed);
    return signed;
  }
}

/** A key's point, uncompressed: what browsers are given as `applicationServerKey`. */
function publicPoint({ x = '', y = '' }: TokenKey['publicKey']): Buffer {
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}
