import { unreachable } from '../kernel/unreachable.ts';
import { ask } from './asking.ts';
import type { Effect } from './effect.ts';
import { endByFault, refuse } from './ending.ts';
import { calleeLeg } from './party.ts';
import type { RouteMove } from './route-step.ts';
import type { Leg, Live, RingStep } from './state.ts';
import type { CallPolicy, Step } from './step.ts';
import { verdict } from './verdict.ts';

/** Does what routing said, as far as media allows. */
export function begin(live: Live, move: RouteMove, policy: CallPolicy): Step {
  const { step } = move;
  switch (step.do) {
    case 'ring':
      if (step.targets.length === 0) return ask(live, { is: 'unanswered', fault: 'CALLEE_UNREACHABLE' }, policy);
      if (live.media === 'none')
        return [{ phase: 'opening', live: { ...live, media: 'open' }, move }, [{ do: 'open-media' }]];
      return ring(live, step);
    case 'announce':
    case 'menu':
    case 'voicemail':
      return ask(live, { is: 'not-possible', fault: 'MEDIA_FAILED' }, policy);
    case 'give-up':
      return refuse(live, verdict(live.legs), policy);
    case 'refuse':
      return endByFault(live, step.fault, policy);
    default:
      return unreachable(step);
  }
}

/** Rings all of a step together. */
export function ring(live: Live, step: RingStep): Step {
  const rung = step.targets.map(({ target, presentation }, index) => ({
    leg: { id: calleeLeg(live.legs.length + index + 1), target, status: { is: 'trying' } } satisfies Leg,
    presentation,
  }));
  return [
    {
      phase: 'ringing',
      live: { ...live, legs: [...live.legs, ...rung.map(({ leg }) => leg)], since: live.legs.length },
    },
    [
      ...rung.map(({ leg: { id, target }, presentation }): Effect => ({ do: 'ring', leg: id, target, presentation })),
      { do: 'arm', timer: 'ring', milliseconds: step.seconds * 1000 },
    ],
  ];
}
