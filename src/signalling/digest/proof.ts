import type { SipAnswer, HeaderFields } from '../srf.ts';
import { algorithmNamed, type DigestAlgorithm, digestParameters } from './authorization.ts';
import { hashCredentials } from './credentials.ts';
import { digestResponse } from './digest.ts';

export interface Account {
  readonly username: string;
  readonly password: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** Whether it counts, by `qop=auth`; without, it is one of RFC 2069. */
  readonly counts: boolean;
  readonly stale: boolean;
}

type Field = 'Authorization' | 'Proxy-Authorization';

/** Of several proxies on the way each may ask; more than these are no way, but a loop. */
const mostRealms = 3;
/** Fresh nonces that one of them may ask for. */
const mostNonces = 3;

/**
 * Proves to whoever challenges one request of ours that it is ours (RFC 7616 §3.4, RFC 3261 §22.2 and §22.3, RFC 8760),
 * and goes on proving it to those that have challenged before, as a proxy and the server behind it both may.
 */
export class Proof {
  readonly #answered = new Map<string, { field: Field; challenge: Challenge; nonces: number; count: number }>();

  /** @param random a given number of unguessable bytes, for what RFC 7616 calls the cnonce */
  constructor(
    readonly account: Account,
    private readonly random: (bytes: number) => Uint8Array,
  ) {}

  /**
   * @param answer a 401 or 407
   * @param uri the request-URI
   * @returns the fields for the same request, sent once more; undefined when it is no use: the password was refused,
   * or the challenge is of no kind that we know
   */
  answer(answer: SipAnswer, method: string, uri: string): HeaderFields | undefined {
    const field = answer.status === 407 ? 'Proxy-Authorization' : 'Authorization';
    const given = answer.get(answer.status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate') ?? '';
    // The first is the preferred of those that we speak (RFC 8760 §2.4).
    const challenge = digestParameters(given).flatMap((parameters) => decode(parameters) ?? [])[0];
    if (challenge === undefined || !this.#isNews(field, challenge)) return undefined;
    return this.#fields(method, uri);
  }

  /** For a later request to the same: with the nonces that were given before, as long as they are taken. */
  again(method: string, uri: string): HeaderFields {
    return this.#fields(method, uri);
  }

  /** The next request begins with a clean slate, but for the nonces. */
  accepted(): void {
    for (const entry of this.#answered.values()) entry.nonces = 0;
  }

  #isNews(field: Field, challenge: Challenge): boolean {
    const key = `${field} ${challenge.realm}`;
    const before = this.#answered.get(key);
    const nonces = (before?.nonces ?? 0) + 1;
    // Asked anew, and not for a fresh nonce only: the password was wrong, and is not sent a second time.
    const refused = before !== undefined && before.nonces > 0 && !challenge.stale;
    if (refused || nonces > mostNonces || (before === undefined && this.#answered.size >= mostRealms)) return false;
    this.#answered.set(key, { field, challenge, nonces, count: 0 });
    return true;
  }

  #fields(method: string, uri: string): HeaderFields {
    const values = new Map<Field, string[]>();
    for (const entry of this.#answered.values()) {
      entry.count += 1;
      values.set(entry.field, [
        ...(values.get(entry.field) ?? []),
        this.#credentials(entry.challenge, entry.count, method, uri),
      ]);
    }
    // Credentials may not be joined with commas (RFC 3261 §7.3.1): one header field each.
    return Object.fromEntries([...values].map(([field, all]) => [field, all.join(`\r\n${field}: `)]));
  }

  #credentials(challenge: Challenge, count: number, method: string, uri: string): string {
    const { realm, nonce, opaque, algorithm, counts } = challenge;
    const { username, password } = this.account;
    const cnonce = Buffer.from(this.random(12)).toString('hex');
    const counted = counts ? ({ qop: 'auth', nc: count.toString(16).padStart(8, '0'), cnonce } as const) : undefined;
    const { md5, sha256 } = hashCredentials(username, realm, password);
    const response = digestResponse({ nonce, uri, algorithm, counted }, method, algorithm === 'MD5' ? md5 : sha256);
    return [
      `Digest username="${escaped(username)}"`,
      `realm="${escaped(realm)}"`,
      `nonce="${escaped(nonce)}"`,
      `uri="${uri}"`,
      `response="${response}"`,
      `algorithm=${algorithm}`,
      ...(counted === undefined ? [] : [`cnonce="${cnonce}"`, `qop=${counted.qop}`, `nc=${counted.nc}`]),
      ...(opaque === undefined ? [] : [`opaque="${escaped(opaque)}"`]),
    ].join(', ');
  }
}

function decode(given: ReadonlyMap<string, string>): Challenge | undefined {
  const realm = given.get('realm');
  const nonce = given.get('nonce');
  const algorithm = algorithmNamed(given.get('algorithm'));
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  const qop = given.get('qop');
  const offered = (qop ?? '').split(',').map((option) => option.trim().toLowerCase());
  // Only the whole message would do (`auth-int`), which every proxy on the way may change.
  if (qop !== undefined && !offered.includes('auth')) return undefined;
  const stale = given.get('stale')?.toLowerCase() === 'true';
  return { realm, nonce, opaque: given.get('opaque'), algorithm, counts: qop !== undefined, stale };
}

function escaped(text: string): string {
  return text.replaceAll(/["\\]/g, '\\$&');
}
