import type { Flow } from './flow.ts';

/** Why there is no flow to a peer. */
export interface NoWay {
  readonly noWay: 'transport' | 'dns' | 'unreachable' | 'myself';
}

/** What else a name leads to, where the first place fails (RFC 3263 §4.3). */
export interface OtherPlaces {
  readonly more: boolean;
  /** The place that was found failed: requests of the next `ms` try others first. */
  avoid(ms: number): void;
  next(found: FoundWay): void;
}

/** `others` is undefined where an address was asked for, or a connection is all there is. */
export type FoundWay = (way: Flow | NoWay, others?: OtherPlaces) => void;
