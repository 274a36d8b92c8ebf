import type { FaultCode } from '../faults/catalogue.ts';
import type { CallRecord, LegRecord } from './record.ts';
import type { LegId, Target } from './party.ts';
import type { Route } from './route.ts';

/** Where one rung party is. */
export type LegStatus =
  | { readonly is: 'trying' }
  | { readonly is: 'ringing' }
  | { readonly is: 'up' }
  /** CANCEL was sent; its final response is still to come, and may be a 200. */
  | { readonly is: 'cancelling'; readonly outcome: LegRecord['outcome'] }
  | { readonly is: 'down'; readonly outcome: LegRecord['outcome']; readonly status: number | undefined };

export interface Leg {
  readonly id: LegId;
  readonly target: Target;
  readonly status: LegStatus;
}

/** In the order in which they were rung. */
export type Legs = readonly Leg[];

/** How a call ended. */
export interface Ending {
  readonly outcome: CallRecord['outcome'];
  readonly endedBy: CallRecord['endedBy'];
  /** The final status that the caller got. */
  readonly status: number;
  readonly fault: FaultCode | undefined;
}

/** The caller's side of an ended call. */
export type CallerSide =
  /** It has its final response or its BYE. */
  | 'settled'
  /** Our 200 is on its way out and cannot be called back: BYE follows it. */
  | 'being-accepted';

export type CallState =
  /** Nothing happened yet. */
  | { readonly phase: 'new' }
  | { readonly phase: 'routing' }
  /** Media endpoints are being opened; the callees do not know of the call. */
  | { readonly phase: 'opening'; readonly route: Route }
  | {
      readonly phase: 'ringing';
      readonly route: Route;
      /** Index in `route.steps`. */
      readonly step: number;
      readonly legs: Legs;
      /** Whether the caller was sent a 180: it hears ringback, and must not fall back to silence. */
      readonly callerTold: boolean;
    }
  /** Somebody answered; media is being connected, or our 200 is on its way to the caller. */
  | {
      readonly phase: 'connecting';
      readonly awaiting: 'media' | 'acceptance';
      readonly winner: LegId;
      readonly legs: Legs;
    }
  | { readonly phase: 'talking'; readonly winner: LegId; readonly legs: Legs }
  | {
      readonly phase: 'over';
      readonly ending: Ending;
      readonly legs: Legs;
      readonly caller: CallerSide;
      readonly media: 'none' | 'closing' | 'closed';
    }
  /** Nothing is left to wait for. */
  | { readonly phase: 'gone'; readonly ending: Ending; readonly legs: Legs };

export type Phase = CallState['phase'];

export const newCall: CallState = { phase: 'new' };
