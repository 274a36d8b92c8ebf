import { unreachable } from '../kernel/unreachable.ts';
import { ask } from './asking.ts';
import type { CallEvent } from './event.ts';
import { announcing } from './phases/announcing.ts';
import { attending } from './phases/attending.ts';
import { connecting } from './phases/connecting.ts';
import { menu } from './phases/menu.ts';
import { opening } from './phases/opening.ts';
import { gone, over } from './phases/over.ts';
import { parting } from './phases/parting.ts';
import { ringing } from './phases/ringing.ts';
import { routing } from './phases/routing.ts';
import { talking } from './phases/talking.ts';
import { voicemail } from './phases/voicemail.ts';
import type { CallState, Live } from './state.ts';
import type { CallPolicy, Step } from './step.ts';

const fresh: Live = {
  legs: [],
  since: 0,
  offered: 0,
  caller: 'calling',
  speechless: undefined,
  typed: [],
  media: 'none',
  turn: 0,
  at: undefined,
};

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
    case 'attending':
      return attending(state, event, policy);
    case 'announcing':
      return announcing(state, event, policy);
    case 'menu':
      return menu(state, event, policy);
    case 'voicemail':
      return voicemail(state, event, policy);
    case 'parting':
      return parting(state, event, policy);
    case 'ringing':
      return ringing(state, event, policy);
    case 'connecting':
      return connecting(state, event, policy);
    case 'talking':
      return talking(state, event, policy);
    case 'over':
      return over(state, event);
    case 'gone':
      return gone(state, event);
    default:
      return unreachable(state);
  }
}
