import type { RouteMove, RouteStep, RungTarget, Whereabouts } from '../call/route-step.ts';
import type { Destination } from '../directory/destination.ts';
import type { Plan, User } from '../directory/types.ts';
import type { Fault } from '../faults/fault.ts';
import type { Place } from './place.ts';

/** Where an answer to the question stands: it is there, or it is to be looked for further on. */
export type Turn =
  | { readonly is: 'move'; readonly move: Omit<RouteMove, 'notes'> }
  | ({ readonly is: 'to'; readonly to: Destination } & Onward)
  | ({ readonly is: 'at'; readonly place: Place } & Onward)
  /** The call takes the step of the plan that it is at. */
  | { readonly is: 'step'; readonly here: Whereabouts; readonly plan: Plan }
  /** Nothing rings here. */
  | {
      readonly is: 'stuck';
      /** Why the settings could not be followed; undefined: they were, and that is what they say. */
      readonly why: Fault | undefined;
      readonly here: Whereabouts;
      readonly resume: Whereabouts | undefined;
    };

/** How a call goes on. */
export interface Onward {
  readonly here: Whereabouts;
  /** Who sends it on, when a user does. */
  readonly by: User | undefined;
  /** Where in a plan it goes on when this led nowhere; undefined: nowhere. */
  readonly resume: Whereabouts | undefined;
  /** Of the step that rings; undefined: no plan says how. */
  readonly ringing: { readonly seconds: number; readonly waiting: 'ringback' | 'music' } | undefined;
}

/** @param afterwards where the call stands when it is over; not given: where it is */
export function moved(here: Whereabouts, step: RouteStep, afterwards = here): Turn {
  return { is: 'move', move: { tenant: here.tenant, direction: here.direction, step, at: afterwards } };
}

/** What rings, and where the call stands while it does: back in the plan that it goes on with, or in none. */
export function rings(
  { here, resume, ringing }: Pick<Onward, 'here' | 'resume' | 'ringing'>,
  targets: readonly RungTarget[],
  otherwiseSeconds: number,
): Turn {
  const { seconds, waiting } = ringing ?? { seconds: otherwiseSeconds, waiting: 'ringback' };
  return moved(here, { do: 'ring', targets, seconds, waiting }, afterwards(here, resume));
}

export function afterwards(here: Whereabouts, resume: Whereabouts | undefined): Whereabouts {
  return resume ?? { ...here, plan: undefined };
}
