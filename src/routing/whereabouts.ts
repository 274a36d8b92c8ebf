import type { DivertedBy } from '../call/diverted-by.ts';
import type { Whereabouts } from '../call/route-step.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** How often a call is sent on before it is taken for one that goes in circles. */
export const mostHops = 10;

/** A call that has just come in to a tenant, by that number or extension. */
export function arrived(by: Pick<Whereabouts, 'tenant' | 'direction' | 'dialled' | 'stranger'>): Whereabouts {
  return { ...by, plan: undefined, visited: [], hops: 0, prefix: undefined, outsideSees: 'caller', diverted: [] };
}

/**
 * The call at a plan or a user. @param place as `plan main`
 * @returns LOOP, which names the circle, when it was there before
 */
export function entered(here: Whereabouts, place: string): Result<Whereabouts, Fault> {
  const before = here.visited.indexOf(place);
  if (before >= 0) {
    const circle = [...here.visited.slice(before), place].join(' -> ');
    return err(new Fault('LOOP', `the call goes in circles: ${circle}; change where one of them sends calls to`));
  }
  if (here.hops > mostHops) {
    const way = [...here.visited, place].join(' -> ');
    return err(new Fault('LOOP', `the call was sent on more than ${String(mostHops)} times: ${way}; shorten the way`));
  }
  return ok({ ...here, visited: [...here.visited, place] });
}

/** The call as it is sent on. @param by a number of the tenant's; undefined when it has none */
export function sentOn(
  here: Whereabouts,
  by: DivertedBy['number'] | undefined,
  reason: DivertedBy['reason'],
): Whereabouts {
  const [latest] = here.diverted;
  const known = by === undefined || latest?.number === by;
  return { ...here, hops: here.hops + 1, diverted: known ? here.diverted : [{ number: by, reason }, ...here.diverted] };
}

/** The caller chose it by a key, and may so go back to where the call has been. The hops keep counting. */
export function chosenByKey(here: Whereabouts): Whereabouts {
  return { ...here, visited: [] };
}

/** The call as it waits in its plan for what comes of where it was sent. */
export function away(here: Whereabouts): Whereabouts {
  return here.plan === undefined ? here : { ...here, plan: { ...here.plan, away: true } };
}
