import type { RandomBytes } from '../random.ts';

/** An id that nobody has: 72 bits. */
export function newId(random: RandomBytes): string {
  return Buffer.from(random(9)).toString('hex');
}
