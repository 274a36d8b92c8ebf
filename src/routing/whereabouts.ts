import type { Whereabouts } from '../call/route-step.ts';

/** A call that has just come in to a tenant, by that number or extension. */
export function arrived(by: Pick<Whereabouts, 'tenant' | 'direction' | 'dialled' | 'stranger'>): Whereabouts {
  return { ...by, plan: undefined, visited: [], hops: 0, prefix: undefined, outsideSees: 'caller', diverted: [] };
}
