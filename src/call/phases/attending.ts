import { catalogue } from '../../faults/catalogue.ts';
import { begin } from '../begin.ts';
import { callerGaveUp, endWhileAccepting } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { type CallPolicy, type In, type Step, withFirst } from '../step.ts';
import { anyPhase } from './any.ts';

/** We answer the caller ourselves. */
export function attending(state: In<'attending'>, event: CallEvent, policy: CallPolicy): Step {
  return state.awaiting === 'media' ? awaitingMedia(state, event, policy) : awaitingAcceptance(state, event, policy);
}

function awaitingMedia(state: In<'attending'>, event: CallEvent, policy: CallPolicy): Step {
  const { live, move } = state;
  switch (event.type) {
    case 'attended':
      // From now on there is one codec; whoever was offered others cannot be connected any more.
      return [
        { ...state, awaiting: 'acceptance', live: { ...live, media: 'caller', offered: live.legs.length } },
        [{ do: 'disarm', timer: 'reassure' }, { do: 'accept' }],
      ];
    case 'not-attended':
      return begin({ ...live, speechless: event.fault }, move, undefined, policy);
    default:
      return anyPhase(state, event, policy);
  }
}

function awaitingAcceptance(state: In<'attending'>, event: CallEvent, policy: CallPolicy): Step {
  const { live, move } = state;
  switch (event.type) {
    case 'accepted':
      return withFirst(
        [{ do: 'arm', timer: 'longest', milliseconds: policy.longestCallMs }],
        begin({ ...live, caller: 'attended' }, move, undefined, policy),
      );
    case 'not-accepted':
      return callerGaveUp(live, policy);
    case 'media-failed':
    case 'stopped': {
      const { fault } = event;
      return endWhileAccepting(live, { outcome: 'failed', endedBy: 'us', status: catalogue[fault].sip, fault }, policy);
    }
    case 'timer':
      return [state, []];
    default:
      return anyPhase(state, event, policy);
  }
}
