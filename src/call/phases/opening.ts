import { begin } from '../begin.ts';
import { endByFault } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import type { CallPolicy, In, Step } from '../step.ts';
import { anyPhase } from './any.ts';

/** Waits for ports. */
export function opening(state: In<'opening'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'media-opened':
      return begin(state.live, state.move, undefined, policy);
    case 'media-failed':
      return endByFault(state.live, event.fault, policy);
    default:
      return anyPhase(state, event, policy);
  }
}
