import type { FaultCode } from '../faults/catalogue.ts';
import type { Instant } from '../kernel/clock.ts';
import type { MediaRecord } from './record.ts';
import type { MenuKey } from '../directory/plan-step.ts';
import type { Caller, LegId } from './party.ts';
import type { RouteMove } from './route-step.ts';

/**
 * All that can happen to a call, wherever it came from: SIP, the API, timers, media.
 * A call is this list; its state, its CDR and its ladder are computed from it.
 */
export type CallEvent = { readonly at: Instant } & (
  | { readonly type: 'offered'; readonly caller: Caller; readonly dialled: string }
  /** Routing's answer to the question of that turn. */
  | { readonly type: 'routed'; readonly turn: Turn; readonly move: RouteMove }
  | { readonly type: 'unroutable'; readonly turn: Turn; readonly fault: FaultCode }
  /** Our endpoints are open: the callees can be offered media. */
  | { readonly type: 'media-opened' }
  /** At any moment, also long after it was opened. */
  | { readonly type: 'media-failed'; readonly fault: FaultCode }
  /** Our INVITE to that party went out. */
  | { readonly type: 'invited'; readonly leg: LegId }
  /** A provisional response other than 100. */
  | { readonly type: 'ringing'; readonly leg: LegId; readonly status: number }
  /** A 200 to our INVITE; it was acknowledged. */
  | { readonly type: 'answered'; readonly leg: LegId }
  /** A final response other than 2xx, or 408/503 made here when none came. */
  | { readonly type: 'refused'; readonly leg: LegId; readonly status: number }
  /** Sound passes between the caller's endpoint and that of the callee, with this leg behind it. */
  | { readonly type: 'media-connected'; readonly leg: LegId }
  /** What that leg answered cannot be connected. */
  | { readonly type: 'not-connected'; readonly leg: LegId; readonly fault: FaultCode }
  /** Media speaks with the caller alone: our answer for it is at hand. */
  | { readonly type: 'attended' }
  /** The caller cannot be spoken to. */
  | { readonly type: 'not-attended'; readonly fault: FaultCode }
  /** What was to be played once was heard to its end. */
  | { readonly type: 'played'; readonly turn: Turn }
  | { readonly type: 'not-played'; readonly turn: Turn; readonly fault: FaultCode }
  /** The attended caller pressed it. */
  | { readonly type: 'key'; readonly key: MenuKey }
  /** A message is at its end: by `stop-recording`, by silence, at its maximum or with the media of the call, and then before `media-closed`. */
  | { readonly type: 'recorded'; readonly milliseconds: number }
  | { readonly type: 'not-recorded'; readonly fault: FaultCode }
  /** Our 200 to the caller went out. */
  | { readonly type: 'accepted' }
  /** Our 200 could not be sent: the caller's transaction is gone. */
  | { readonly type: 'not-accepted' }
  /** The caller's ACK. */
  | { readonly type: 'confirmed' }
  /** The caller's CANCEL; 487 was sent. */
  | { readonly type: 'cancelled' }
  /** A BYE, or the dialog's end by our own engine (no ACK came, say). */
  | { readonly type: 'hung-up'; readonly leg: LegId; readonly why: string }
  | { readonly type: 'media-silent'; readonly side: 'caller' | 'callee' }
  /** Endpoints are closed, ports are free. */
  | { readonly type: 'media-closed'; readonly media: MediaRecord | undefined }
  | { readonly type: 'timer'; readonly timer: CallTimer }
  /** The exchange stops, or an operator ends the call. */
  | { readonly type: 'stopped'; readonly fault: FaultCode }
);

export type CallEventType = CallEvent['type'];

/** Counts what the call asked of the outside, from 1: an answer to anything but the latest comes too late. */
export type Turn = number;

/**
 * - `ring`: the step's ringing time.
 * - `reassure`: repeats 180, lest proxies on the way give the call up (RFC 3261 §13.3.1.1).
 * - `longest`: the longest that a call may last.
 * - `linger`: an ended call waits no longer for its parties' last words.
 * - `patience`: a key of a menu, or the end of our last words, is waited for no longer.
 * - `unheard …`: the trunk of that leg has not said a word for too long.
 */
export type CallTimer = 'ring' | 'reassure' | 'longest' | 'linger' | 'patience' | `unheard ${string}`;

export function unheard(leg: LegId): CallTimer {
  return `unheard ${leg}`;
}
