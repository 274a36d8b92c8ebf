import type { NumberFormat } from './types.ts';

/** How numbers stand on one trunk: `Trunk` has both. */
export interface NumberWriting {
  readonly format: NumberFormat;
  /** ISO 3166. */
  readonly country: string;
}

/** Numbers as a trunk writes them, and as everything here knows them. */
export interface TrunkNumbers {
  /** @param number international, or one that stays as it was dialled: 112, an extension */
  write(number: string, as: NumberWriting): string;
  /** @returns the number in international form where it is a valid one, and else what was given */
  read(number: string, as: NumberWriting): string;
}
