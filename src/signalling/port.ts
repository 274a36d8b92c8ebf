import type { Caller, CallId, Presentation, Target } from '../call/party.ts';
import type { Reason } from '../call/reason.ts';
import type { Fault } from '../faults/fault.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Result } from '../kernel/result.ts';
import type { SdpText } from '../media/port.ts';

/** A call that an authenticated device or a trunk offers us. */
export interface IncomingCall {
  readonly caller: Caller;
  /** The user part of the request-URI, percent-decoded. */
  readonly dialled: string;
  readonly offer: SdpText;
  /** The address of ours that the INVITE came in at. */
  readonly via: string;
  /** The Call-ID of the INVITE: for logs. */
  readonly sipCallId: string;
  /** How many hops the call may still make (Max-Forwards of the INVITE). */
  readonly hopsLeft: number;
  readonly receivedAt: Instant;
  readonly leg: CallerLeg;
}

/** Our dialog with the caller. */
export interface CallerLeg {
  /** Called once, before anything else. */
  listen(listener: CallerListener): void;
  tell(status: 180): void;
  /** Sends 200 with our answer. @returns a Fault when the caller's transaction is gone */
  accept(answer: SdpText): Promise<Result<void, Fault>>;
  refuse(status: number, detail: string): void;
  hangUp(reason: Reason | undefined): void;
}

export type CallerEvent =
  { readonly type: 'cancelled' } | { readonly type: 'confirmed' } | { readonly type: 'hung-up'; readonly why: string };

export interface CallerListener {
  on(event: CallerEvent): void;
  renegotiate: Renegotiate;
}

/** A later offer in a dialog. @returns our answer; a Fault leaves the session as it was (RFC 3261 §14.2) */
export type Renegotiate = (offer: SdpText) => Promise<Result<SdpText, Fault>>;

/** Our dialog with somebody who is rung. */
export interface CalleeLeg {
  /** Before the answer. A leg that answers all the same says so by its `answered`. */
  cancel(reason: Reason | undefined): void;
  /** After the answer. */
  hangUp(reason: Reason | undefined): void;
}

export type CalleeEvent =
  | { readonly type: 'invited' }
  | { readonly type: 'ringing'; readonly status: number }
  | { readonly type: 'answered'; readonly answer: SdpText }
  | { readonly type: 'refused'; readonly status: number }
  | { readonly type: 'hung-up'; readonly why: string };

export interface CalleeListener {
  on(event: CalleeEvent): void;
  renegotiate: Renegotiate;
}

export interface Invitation {
  readonly call: CallId;
  readonly target: Target;
  readonly presentation: Presentation;
  /** @param via the address of ours that this party's signalling goes through */
  readonly offer: (via: string) => SdpText;
  readonly hopsLeft: number;
}

/** What the switchboard needs of SIP. */
export interface Signalling {
  /** Sends an INVITE. Ends in `refused`, or in `answered` and later `hung-up`, exactly once each. */
  invite(invitation: Invitation, listener: CalleeListener): CalleeLeg;
}
