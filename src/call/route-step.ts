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
  /** Whose settings decided it: the sounds and the language are that tenant's. The tenant of the first move is whose call it is. */
  readonly tenant: TenantId;
  readonly direction: CallDirection;
  readonly step: RouteStep;
  readonly at: Whereabouts;
  /** For the log: what of the settings could not be followed, and what was done instead. */
  readonly notes: readonly string[];
}

export type CallDirection = 'internal' | 'inbound' | 'outbound';

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
  /** In whose settings it is: not the first tenant's any more, when a number of another was reached. */
  readonly tenant: TenantId;
  readonly direction: CallDirection;
  /** The company number, or the extension, by which it came in to that tenant. */
  readonly dialled: string;
  /** The plan that it is in, and which of its steps is being taken; undefined: not in a plan. */
  readonly plan: PlanPosition | undefined;
  /** Plans and users that it has passed through, as `plan main`, `user alice`: none is entered twice, but by a key that the caller pressed. */
  readonly visited: readonly string[];
  /** How often it was sent on. */
  readonly hops: number;
  /** Of the plan that was dialled, or of the first that has one. */
  readonly prefix: string | undefined;
  /** As the plan says that it was in last. */
  readonly outsideSees: 'caller' | 'company';
  /** What the tenant may know of who calls; undefined: a colleague, by name and extension. */
  readonly stranger: Stranger | undefined;
  /** Who has sent it on, the latest first. */
  readonly diverted: readonly DivertedBy[];
}

export interface PlanPosition {
  readonly id: PlanId;
  /** Index in `steps`. */
  readonly step: number;
  /** Who has been rung by the step, of those that it rings one after the other. */
  readonly rung: readonly UserId[];
  /** The step has sent the call on, to where it is now: when that leads nowhere, the next step follows. */
  readonly away: boolean;
}

/** A caller who is none of the tenant's. */
export interface Stranger {
  readonly name: string | undefined;
  /** In international form where it can be read; undefined: withheld. */
  readonly number: string | undefined;
}
