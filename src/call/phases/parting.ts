import { hangUpOn } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { callerLeg } from '../party.ts';
import type { Ending } from '../state.ts';
import type { CallPolicy, In, Step } from '../step.ts';
import { anyPhase } from './any.ts';

/** The caller hears our last words; nothing changes how the call ended any more. */
export function parting(state: In<'parting'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'played':
    case 'not-played':
      return event.turn === state.live.turn ? part(state, state.ending.endedBy, policy) : [state, []];
    case 'hung-up':
      return event.leg === callerLeg ? part(state, 'caller', policy) : [state, []];
    case 'timer':
      return event.timer === 'patience' || event.timer === 'longest'
        ? part(state, state.ending.endedBy, policy)
        : [state, []];
    case 'stopped':
    case 'media-failed':
    case 'media-silent':
      return part(state, state.ending.endedBy, policy);
    default:
      return anyPhase(state, event, policy);
  }
}

function part({ live, ending, reason }: In<'parting'>, by: Ending['endedBy'], policy: CallPolicy): Step {
  return hangUpOn(live, { ...ending, endedBy: by }, reason, policy);
}
