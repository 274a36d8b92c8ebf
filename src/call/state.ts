import type { MenuKey } from '../directory/plan-step.ts';
import type { TenantId, UserId } from '../directory/types.ts';
import type { FaultCode } from '../faults/catalogue.ts';
import type { Reason } from './reason.ts';
import type { CallRecord, LegRecord } from './record.ts';
import type { LegId, Presentation, Target } from './party.ts';
import type { RouteMove, RouteStep, StepOutcome, Whereabouts } from './route-step.ts';
import type { Turn } from './event.ts';

/** Where one rung party is. */
export type LegStatus =
  | { readonly is: 'trying' }
  | { readonly is: 'ringing' }
  | { readonly is: 'up' }
  /** CANCEL was sent; its final response is still to come, and may be a 200. */
  | { readonly is: 'cancelling'; readonly outcome: LegRecord['outcome'] }
  /** It answered, but was hung up, or hung up, before it could be heard. */
  | { readonly is: 'unusable'; readonly fault: FaultCode }
  | { readonly is: 'down'; readonly outcome: LegRecord['outcome']; readonly status: number | undefined };

export interface Leg {
  readonly id: LegId;
  readonly target: Target;
  readonly presentation: Presentation;
  /** The leg of the same call by a trunk that failed by itself. */
  readonly replaces: LegId | undefined;
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

/** What a call has come to, whichever phase it is in. */
export interface Live {
  /** Of all steps. */
  readonly legs: Legs;
  /** Index of the first leg of the step that rings, or that rang last. */
  readonly since: number;
  /** Index of the first leg that was offered the media that we have now: earlier ones cannot be connected any more. */
  readonly offered: number;
  /**
   * `told`: it was sent a 180; it hears ringback, and must not fall back to silence. `attended`: we answered it
   * ourselves, and it hears what we play.
   */
  readonly caller: 'calling' | 'told' | 'attended';
  /** Why the caller cannot be spoken to, if that was tried. */
  readonly speechless: FaultCode | undefined;
  /** Keys pressed before a menu began. */
  readonly typed: readonly MenuKey[];
  /** What was asked for, opened or not. */
  readonly media: 'none' | 'caller' | 'both';
  readonly turn: Turn;
  /** As routing said last. */
  readonly at: Whereabouts | undefined;
}

export type VoicemailStage = 'greeting' | 'recording' | 'saving';

/** A step of that kind. */
export type StepThat<Does extends RouteStep['do']> = Extract<RouteStep, { do: Does }>;

export type CallState =
  /** Nothing happened yet. */
  | { readonly phase: 'new' }
  /** Routing is being asked what to do, at the beginning or after a step. */
  | { readonly phase: 'routing'; readonly live: Live; readonly because: StepOutcome | undefined }
  /** Media endpoints are being opened for a step that needs them. */
  | { readonly phase: 'opening'; readonly live: Live; readonly move: RouteMove }
  /** The caller is being answered by ourselves, for a step in which it is spoken to. */
  | {
      readonly phase: 'attending';
      readonly awaiting: 'media' | 'acceptance';
      readonly live: Live;
      readonly move: RouteMove;
    }
  /** An announcement is played. */
  | { readonly phase: 'announcing'; readonly live: Live }
  /** A menu's sound is played, or a key is waited for. */
  | {
      readonly phase: 'menu';
      readonly live: Live;
      readonly step: StepThat<'menu'>;
      /** Whose sounds it speaks with. */
      readonly tenant: TenantId;
      /** How often its sound was played. */
      readonly times: number;
      readonly sounding: boolean;
    }
  /** The voicemail of a user. */
  | { readonly phase: 'voicemail'; readonly live: Live; readonly box: UserId; readonly stage: VoicemailStage }
  /** An attended caller hears our last words. */
  | { readonly phase: 'parting'; readonly live: Live; readonly ending: Ending; readonly reason: Reason }
  | { readonly phase: 'ringing'; readonly live: Live }
  /** Somebody answered; media is being connected while the others ring on, or our 200 is on its way to the caller. */
  | {
      readonly phase: 'connecting';
      readonly awaiting: 'media' | 'acceptance';
      readonly winner: LegId;
      /** The time of the step that rang is up: when nothing comes of the winner, the others do not ring on. */
      readonly timeUp: boolean;
      readonly live: Live;
    }
  | { readonly phase: 'talking'; readonly winner: LegId; readonly live: Live }
  | {
      readonly phase: 'over';
      readonly ending: Ending;
      readonly legs: Legs;
      readonly caller: CallerSide;
      readonly media: 'none' | 'closing' | 'closed';
      /** Whose box a message is being recorded for. */
      readonly box: UserId | undefined;
    }
  /** Nothing is left to wait for. */
  | {
      readonly phase: 'gone';
      readonly ending: Ending;
      readonly legs: Legs;
      /** Whose box a message is still being recorded for: a disk may be slower than all else. */
      readonly box: UserId | undefined;
    };

export type Phase = CallState['phase'];

export const newCall: CallState = { phase: 'new' };
