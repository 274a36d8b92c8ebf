import type { FaultCode } from '../faults/catalogue.ts';
import type { PlanId, TenantId, UserId } from '../directory/types.ts';
import type { MenuKey, SoundName } from '../directory/plan-step.ts';
import type { DivertedBy } from './diverted-by.ts';
import type { Presentation, Target } from './party.ts';

/**
 * What is to be done with a call now. Routing is asked again when it is done, and told what came of it: so each step
 * finds phones and settings as they are when it begins, while a change of settings never reroutes a call that rings.
 */
export interface RouteMove {
  readonly tenant: TenantId;
  readonly direction: 'internal' | 'inbound' | 'outbound';
  readonly step: RouteStep;
  readonly at: Whereabouts;
}

export type RouteStep =
  | {
      readonly do: 'ring';
      /** Rung together; the first to answer wins. None: the step led nowhere. */
      readonly targets: readonly RungTarget[];
      readonly seconds: number;
      readonly waiting: 'ringback' | 'music';
    }
  | { readonly do: 'announce'; readonly sound: SoundName }
  | {
      readonly do: 'menu';
      readonly sound: SoundName;
      readonly keys: readonly MenuKey[];
      readonly retries: number;
      readonly timeoutSeconds: number;
    }
  | { readonly do: 'voicemail'; readonly box: UserId }
  /** Nothing is left to try: the caller is told the best of what the rung parties said. */
  | { readonly do: 'give-up' }
  /** The settings say so, or they cannot be followed. */
  | { readonly do: 'refuse'; readonly fault: FaultCode };

export interface RungTarget {
  readonly target: Target;
  readonly presentation: Presentation;
}

/** What came of a step. */
export type StepOutcome =
  /** Nobody answered: of all who were rung, the best that was said. */
  | { readonly is: 'unanswered'; readonly fault: FaultCode }
  | { readonly is: 'played' }
  | { readonly is: 'key'; readonly key: MenuKey }
  | { readonly is: 'no-key' }
  /** The caller could not be spoken to: no sound, or no codec that we speak. */
  | { readonly is: 'not-possible'; readonly fault: FaultCode };

/** Where in the settings a call stands. Plain data, which routing alone reads. */
export interface Whereabouts {
  readonly tenant: TenantId;
  /** What was dialled, as the company number or extension that it was. */
  readonly dialled: string;
  /** The plan that it is in, and which of its steps comes next; undefined: not in a plan. */
  readonly plan: { readonly id: PlanId; readonly step: number; readonly turn: number } | undefined;
  /** Plans and users that it has passed through, as `plan main`, `user alice`: none is entered twice. */
  readonly visited: readonly string[];
  /** The prefix of the plan that was dialled. */
  readonly prefix: string | undefined;
  /** Who has sent it on, the latest first. */
  readonly diverted: readonly DivertedBy[];
}
