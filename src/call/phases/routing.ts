import { begin } from '../begin.ts';
import { concludeByFault } from '../concluding.ts';
import type { CallEvent } from '../event.ts';
import type { CallPolicy, In, Step } from '../step.ts';
import { anyPhase } from './any.ts';
import { wins } from './winning.ts';

/** Waits for routing's answer; phones of the step before may still be saying their last words. */
export function routing(state: In<'routing'>, event: CallEvent, policy: CallPolicy): Step {
  const { live } = state;
  switch (event.type) {
    case 'routed':
      if (event.turn !== live.turn) return [state, []];
      return begin({ ...live, at: event.move.at }, event.move, state.because, policy);
    case 'unroutable':
      if (event.turn !== live.turn) return [state, []];
      return concludeByFault(live, event.fault, policy, 'refused');
    case 'answered':
      return state.because?.is === 'unanswered' ? wins(state, event.leg) : anyPhase(state, event, policy);
    default:
      return anyPhase(state, event, policy);
  }
}
