import type { SoundName } from '../directory/plan-step.ts';
import type { TenantId, UserId } from '../directory/types.ts';
import type { FaultCode } from '../faults/catalogue.ts';
import type { CallTimer, Turn } from './event.ts';
import type { LegId, Presentation, Target } from './party.ts';
import type { Reason } from './reason.ts';
import type { StepOutcome, Whereabouts } from './route-step.ts';

/** What is played to a caller. A spoken sound is the tenant's own of that name, or else the exchange's. */
export type Sound =
  | { readonly is: 'spoken'; readonly name: SoundName; readonly tenant: TenantId }
  | { readonly is: 'ringback' }
  | { readonly is: 'music' }
  | { readonly is: 'beep' };

/** What a transition wants done. Whatever comes of it comes back as an event. */
export type Effect =
  /** Asks routing what to do now. */
  | {
      readonly do: 'find-route';
      readonly turn: Turn;
      /** Undefined: at its beginning. */
      readonly at: Whereabouts | undefined;
      /** What came of the step before. */
      readonly because: StepOutcome | undefined;
    }
  /** The endpoint that faces the caller, and the one that is offered to callees. One for callees that is open already is closed first. */
  | { readonly do: 'open-media'; readonly sides: 'caller' | 'callee' | 'both' }
  /** Lets media speak with the caller alone, with a codec that holds from then on. */
  | { readonly do: 'attend' }
  /** To the attended caller, one after the other, in place of what it hears. Connecting somebody ends it. */
  | { readonly do: 'play'; readonly turn: Turn; readonly sounds: readonly Sound[]; readonly repeat: boolean }
  | { readonly do: 'silence' }
  /** Records what the caller says for that user's box. */
  | { readonly do: 'record-message'; readonly box: UserId }
  | { readonly do: 'stop-recording' }
  /** Puts what was recorded into the box. */
  | { readonly do: 'keep-message'; readonly box: UserId; readonly milliseconds: number }
  /** Removes what was recorded: nobody said anything. */
  | { readonly do: 'drop-message' }
  | { readonly do: 'ring'; readonly leg: LegId; readonly target: Target; readonly presentation: Presentation }
  /** A provisional response to the caller. */
  | { readonly do: 'tell'; readonly status: 180 }
  /** Ends a leg that has not answered. */
  | { readonly do: 'cancel'; readonly leg: LegId; readonly reason: Reason | undefined }
  /** Ends a leg that has answered. */
  | { readonly do: 'hang-up'; readonly leg: LegId; readonly reason: Reason | undefined }
  | { readonly do: 'connect-media'; readonly leg: LegId }
  /** 200 to the caller. */
  | { readonly do: 'accept' }
  /** A final response other than 2xx to the caller. */
  | { readonly do: 'refuse'; readonly status: number; readonly fault: FaultCode }
  | { readonly do: 'close-media' }
  | { readonly do: 'arm'; readonly timer: CallTimer; readonly milliseconds: number }
  | { readonly do: 'disarm'; readonly timer: CallTimer }
  /** Computes and keeps the call detail record. */
  | { readonly do: 'record' }
  /** Nothing of the call is left anywhere: its mailbox can go. */
  | { readonly do: 'forget' };
