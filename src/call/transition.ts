import { unreachable } from '../kernel/unreachable.ts';
import { ask } from './asking.ts';
import type { CallEvent } from './event.ts';
import { connecting } from './phases/connecting.ts';
import { opening } from './phases/opening.ts';
import { over } from './phases/over.ts';
import { ringing } from './phases/ringing.ts';
import { routing } from './phases/routing.ts';
import { talking } from './phases/talking.ts';
import type { CallState, Live } from './state.ts';
import type { CallPolicy, Step } from './step.ts';

const fresh: Live = { legs: [], since: 0, caller: 'calling', media: 'none', turn: 0, at: undefined };

/**
 * The whole behaviour of a call: what it becomes by an event, and what is to be done.
 * Pure; a stale timer, a doubled message or two that crossed on the wire are ordinary cases here.
 */
export function transition(state: CallState, event: CallEvent, policy: CallPolicy): Step {
  switch (state.phase) {
    case 'new':
      return event.type === 'offered' ? ask(fresh, undefined, policy) : [state, []];
    case 'routing':
      return routing(state, event, policy);
    case 'opening':
      return opening(state, event, policy);
    case 'ringing':
      return ringing(state, event, policy);
    case 'connecting':
      return connecting(state, event, policy);
    case 'talking':
      return talking(state, event, policy);
    case 'over':
      return over(state, event);
    case 'gone':
      return [state, []];
    default:
      return unreachable(state);
  }
}
