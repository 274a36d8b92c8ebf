import type { Presentation, UserCaller } from '../call/party.ts';
import type { E164, Plan } from '../directory/types.ts';

/** What is said to devices: nothing but who calls. */
export const plain = { asserted: undefined, diverted: [] } as const;

/** Colleagues see a name and an extension that they can dial back. */
export function presentedToColleague(caller: UserCaller): Presentation {
  return { ...plain, display: caller.name, number: caller.extension };
}

/**
 * The prefix of the dialled plan, then the caller: in the display only, so that
 * history and call-back have the bare number.
 */
export function presentedToPlan(plan: Plan, caller: Presentation): Presentation {
  if (plan.prefix === undefined) return caller;
  return { ...caller, display: `${plan.prefix} ${caller.display ?? caller.number ?? 'Anoniem'}` };
}

/** The outside sees a number of the tenant's, and no name or extension. */
export function presentedToTrunk(number: E164 | undefined): Presentation {
  return { ...plain, display: undefined, number, asserted: number };
}
