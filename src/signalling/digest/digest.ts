import { createHash, timingSafeEqual } from 'node:crypto';
import type { DigestCredentials } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import { type Authorization, type DigestAlgorithm, parseAuthorization } from './authorization.ts';
import type { Nonces } from './nonces.ts';

export type DigestVerdict =
  | { readonly is: 'accepted'; readonly username: string }
  /** `stale`: the password was right, only the nonce was not fresh any more. */
  | { readonly is: 'challenge'; readonly stale: boolean };

/** What a challenge of ours offers; credentials of another realm or algorithm count for nothing. */
export interface DigestOffer {
  readonly realm: string;
  /** The preferred first. */
  readonly algorithms: readonly DigestAlgorithm[];
}

export interface DigestRequest {
  readonly method: string;
  /** The Authorization header field's value, if there was one. */
  readonly authorization: string | undefined;
}

/**
 * Whether a request proves who sent it (RFC 7616 §3.4, with RFC 8760's algorithms).
 * An unknown user, a wrong password and no credentials at all come out alike, and
 * cost the same work, so that nobody can probe for users.
 * @param credentialsOf looks the user up; rejects when it cannot
 */
export async function verifyDigest(
  request: DigestRequest,
  { realm, algorithms }: DigestOffer,
  nonces: Nonces,
  credentialsOf: (username: string) => Promise<DigestCredentials | undefined>,
  now: Instant,
): Promise<DigestVerdict> {
  const given = parseAuthorization(request.authorization ?? '').find(
    (candidate) => candidate.realm === realm && algorithms.includes(candidate.algorithm),
  );
  if (given === undefined) return { is: 'challenge', stale: false };
  const known = await credentialsOf(given.username);
  const usable = known?.realm === realm ? known : nobody;
  const right = isRight(given, request.method, usable) && usable !== nobody;
  if (!right) return { is: 'challenge', stale: false };
  const nc = given.counted === undefined ? undefined : Number.parseInt(given.counted.nc, 16);
  switch (nonces.spend(given.nonce, nc, now)) {
    case 'good':
      return { is: 'accepted', username: given.username };
    case 'stale':
      return { is: 'challenge', stale: true };
    case 'foreign':
      return { is: 'challenge', stale: false };
  }
}

/** Against which an unknown user's response is computed, for the time that it takes. */
const nobody: DigestCredentials = { realm: '', md5: '0'.repeat(32), sha256: '0'.repeat(64) };

function isRight(given: Authorization, method: string, credentials: DigestCredentials): boolean {
  const ha1 = given.algorithm === 'MD5' ? credentials.md5 : credentials.sha256;
  const expected = Buffer.from(digestResponse(given, method, ha1));
  const actual = Buffer.from(given.response);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** RFC 7616 §3.4.1: the `response` that fits these parameters. */
export function digestResponse(
  given: Pick<Authorization, 'nonce' | 'uri' | 'algorithm' | 'counted'>,
  method: string,
  ha1: string,
): string {
  const ha2 = hash(given.algorithm, `${method}:${given.uri}`);
  const middle = given.counted === undefined ? '' : `:${given.counted.nc}:${given.counted.cnonce}:${given.counted.qop}`;
  return hash(given.algorithm, `${ha1}:${given.nonce}${middle}:${ha2}`);
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}

/**
 * The challenges of a 401, the preferred first (RFC 8760 §2.4): a phone takes the
 * first that it understands.
 */
export function challenges({ realm, algorithms }: DigestOffer, nonce: string, stale: boolean): readonly string[] {
  const flag = stale ? ', stale=true' : '';
  return algorithms.map(
    (algorithm) => `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${flag}`,
  );
}
