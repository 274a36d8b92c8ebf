import { endTalk } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { callerLeg } from '../party.ts';
import { exchangeFailed, mediaSilent, tooLong } from '../reason.ts';
import type { CallPolicy, In, Step } from '../step.ts';
import { anyPhase } from './any.ts';

/** Caller and winner hear each other. */
export function talking(state: In<'talking'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'hung-up':
      if (event.leg === callerLeg) return endTalk(state, 'caller', undefined, undefined, policy);
      return event.leg === state.winner ? endTalk(state, 'callee', undefined, undefined, policy) : [state, []];
    case 'media-silent':
      return endTalk(state, 'us', mediaSilent, undefined, policy);
    case 'media-failed':
    case 'stopped':
      return endTalk(state, 'us', exchangeFailed, event.fault, policy);
    case 'timer':
      return event.timer === 'longest' ? endTalk(state, 'us', tooLong, undefined, policy) : [state, []];
    case 'cancelled':
      return [state, []];
    default:
      return anyPhase(state, event, policy);
  }
}
