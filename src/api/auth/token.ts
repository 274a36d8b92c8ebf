import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../random.ts';

/** A text that nobody can guess (256 bits), which stands for a signed-in user. */
export function newToken(random: RandomBytes): string {
  return Buffer.from(random(32)).toString('base64url');
}

/** What is kept of a token. Of so many random bits a quick hash is enough. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

export function sameToken(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(tokenHash(one)), Buffer.from(tokenHash(other)));
}

/** Out of `Authorization: Bearer …` (RFC 6750 §2.1). */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9\-._~+/]{16,512}=*) *$/i.exec(header ?? '')?.[1];
}
