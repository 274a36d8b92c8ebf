import type { Caller, Presentation } from '../call/party.ts';
import type { E164, Plan } from '../directory/types.ts';

/** Colleagues see a name and an extension that they can dial back. */
export function presentedToColleague(caller: Extract<Caller, { kind: 'device' }>): Presentation {
  return { display: caller.name, number: caller.extension };
}

/**
 * The prefix of the dialled plan, then the caller: in the display only, so that
 * history and call-back have the bare number.
 */
export function presentedToPlan(plan: Plan, caller: Presentation): Presentation {
  if (plan.prefix === undefined) return caller;
  return { display: `${plan.prefix} ${caller.display ?? caller.number ?? 'Anoniem'}`, number: caller.number };
}

/** The outside sees a number of the tenant's, and no name or extension. */
export function presentedToTrunk(number: E164 | undefined): Presentation {
  return { display: undefined, number };
}
