import type { E164, Extension } from './types.ts';

/** What a dialled string means. */
export type Dialled =
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'e164'; readonly number: E164 }
  /** 112, 0900 and their like: valid as they stand, but not international. */
  | { readonly kind: 'short'; readonly number: string }
  | { readonly kind: 'invalid'; readonly why: string };

/** @param country ISO 3166: numbers are read as if dialled from there, wherever the phone is */
export type NormaliseDialled = (dialled: string, country: string) => Dialled;
