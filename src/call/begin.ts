import { unreachable } from '../kernel/unreachable.ts';
import { ask } from './asking.ts';
import { endByFault, refuse } from './ending.ts';
import { ringAll } from './ring-leg.ts';
import type { RouteMove } from './route-step.ts';
import type { Live, RingStep } from './state.ts';
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
      return ring(live, step, policy);
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

function ring(live: Live, step: RingStep, policy: CallPolicy): Step {
  const rung = ringAll(live, step.targets, policy);
  return [
    { phase: 'ringing', live: rung.live },
    [...rung.effects, { do: 'arm', timer: 'ring', milliseconds: step.seconds * 1000 }],
  ];
}
