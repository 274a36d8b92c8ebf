import { createHmac, randomBytes, randomUUID } from 'node:crypto';

/** Everything that must be unique or unguessable. */
export interface Identifiers {
  /** Of a frame, a transaction or a call. */
  uuid(): string;
  /** At least 32 bits of chance (RFC 3261 §19.3). */
  tag(): string;
  /** With the magic cookie (RFC 3261 §8.1.1.7). */
  branch(): string;
  /** Nobody but us, or who shares our secret, can say it of that text: 64 bits, as hexadecimal digits. */
  seal(text: string): string;
  /** A first CSeq or RSeq, well under its limit. */
  sequence(): number;
}

const poolSize = 8192;

/** @param secret of the seals: with the same one they outlive a restart */
export function randomIdentifiers(secret: string): Identifiers {
  let pool = randomBytes(poolSize);
  let at = 0;
  const take = (bytes: number): Buffer => {
    if (at + bytes > poolSize) [pool, at] = [randomBytes(poolSize), 0];
    at += bytes;
    return pool.subarray(at - bytes, at);
  };
  return {
    uuid: () => randomUUID(),
    tag: () => take(8).toString('hex'),
    branch: () => `z9hG4bK${take(12).toString('hex')}`,
    seal: (text) => createHmac('sha256', secret).update(text).digest('hex').slice(0, 16),
    sequence: () => (take(3).readUIntBE(0, 3) % 0xfffff) + 1,
  };
}
