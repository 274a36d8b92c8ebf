import type { FaultCode } from '../faults/catalogue.ts';
import type { CallTimer, Turn } from './event.ts';
import type { LegId, Presentation, Target } from './party.ts';
import type { Reason } from './reason.ts';
import type { StepOutcome, Whereabouts } from './route-step.ts';

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
  | { readonly do: 'open-media' }
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
