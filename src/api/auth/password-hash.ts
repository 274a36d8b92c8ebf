import { scrypt, timingSafeEqual } from 'node:crypto';
import { Fault } from '../../faults/fault.ts';
import type { RandomBytes } from '../random.ts';

/** Hashes the passwords that people sign in with. */
export interface PasswordHasher {
  /** Algorithm, cost, salt and hash in one text. */
  hash(password: string): Promise<string>;
  /** For a password that was made by chance, which nobody can guess however quickly it is hashed. */
  hashGenerated(password: string): Promise<string>;
  /** Takes the same time without a hash as with one, so that nobody can learn who has an account. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
}

/** RFC 7914 §2: memory is 128 · r · N bytes, so 32 MiB with a cost of 15. */
const blockSize = 8;
const keyBytes = 32;
const quickCost = 4;
/** Each takes a thread of the pool that files and names use too. */
const atOnce = 2;
/** More than these wait for no good: whoever asked has gone by then. */
const longestQueue = 64;

/** @param cost the binary logarithm of scrypt's N */
export function scryptHasher(random: RandomBytes, cost = 15): PasswordHasher {
  const turns = new Turns();
  const nobody = { cost, salt: Buffer.from(random(16)), key: Buffer.from(random(keyBytes)) };
  const derive = (password: string, salt: Uint8Array, at: number): Promise<Buffer> =>
    turns.take(() => derivedKey(password, salt, at));
  const hashAt = async (password: string, at: number): Promise<string> => {
    const salt = Buffer.from(random(16));
    const key = await derive(password, salt, at);
    return ['scrypt', String(at), salt.toString('base64url'), key.toString('base64url')].join('$');
  };
  return {
    hash: (password) => hashAt(password, cost),
    hashGenerated: (password) => hashAt(password, quickCost),
    async matches(password, hash) {
      const parsed = hash === undefined ? undefined : parse(hash);
      const { salt, key, cost: at } = parsed ?? nobody;
      if (at !== cost) await derive(password, nobody.salt, cost);
      const derived = await derive(password, salt, at);
      return timingSafeEqual(derived, key) && parsed !== undefined;
    },
  };
}

function parse(hash: string): { readonly cost: number; readonly salt: Buffer; readonly key: Buffer } | undefined {
  const [, cost, salt, key] = /^scrypt\$(\d{1,2})\$([\w-]+)\$([\w-]{43})$/.exec(hash) ?? [];
  if (cost === undefined || salt === undefined || key === undefined) return undefined;
  return { cost: Number(cost), salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

function derivedKey(password: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { N: 2 ** cost, r: blockSize, p: 1, maxmem: 256 * blockSize * 2 ** cost };
  return new Promise((resolve, reject) => {
    // Two spellings of one letter are one password (RFC 8265 §4.2).
    scrypt(password.normalize('NFC'), salt, keyBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Lets a few run at a time, and the others wait in turn. */
class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async take<Value>(run: () => Promise<Value>): Promise<Value> {
    if (this.#waiting.length >= longestQueue) {
      throw new Fault('TOO_MANY_REQUESTS', 'too many people are signing in: try again in a few seconds');
    }
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
