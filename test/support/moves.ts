import type { Presentation, Target } from '../../src/call/party.ts';
import type { RouteMove, RouteStep } from '../../src/call/route-step.ts';
import { shown, tenantId } from './people.ts';

/** What routing might say: that step, for a call to 202. */
export function moveTo(step: RouteStep, changes: Partial<RouteMove> = {}): RouteMove {
  return {
    tenant: tenantId,
    direction: 'internal',
    step,
    at: {
      tenant: tenantId,
      direction: 'internal',
      dialled: '202',
      plan: undefined,
      visited: [],
      hops: 0,
      prefix: undefined,
      outsideSees: 'caller',
      stranger: undefined,
      diverted: [],
    },
    notes: [],
    ...changes,
  };
}

export function ringOf(
  targets: readonly Target[],
  seconds = 20,
  presentation: Presentation = shown('Alice', '201'),
): Extract<RouteStep, { do: 'ring' }> {
  return {
    do: 'ring',
    targets: targets.map((target) => ({ target, presentation })),
    seconds,
    waiting: 'ringback',
  };
}

export const giveUp: RouteStep = { do: 'give-up' };
