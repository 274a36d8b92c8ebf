import { nobodyAnswered } from '../asking.ts';
import type { CallEvent } from '../event.ts';
import { endLegs, findLeg, isLive, markDown, withStatus } from '../legs.ts';
import type { LegId } from '../party.ts';
import type { Live } from '../state.ts';
import { type CallPolicy, type In, type Step, withFirst } from '../step.ts';
import { anyPhase, reassure } from './any.ts';
import { wins } from './winning.ts';

/** Phones ring. */
export function ringing(state: In<'ringing'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'ringing':
      return partyRings(state, event.leg);
    case 'answered':
      return wins(state, event.leg);
    case 'refused':
      return goOn({ ...state.live, legs: markDown(state.live.legs, event.leg, event.status) }, policy);
    case 'timer':
      return event.timer === 'ring' ? timeIsUp(state.live, policy) : anyPhase(state, event, policy);
    default:
      return anyPhase(state, event, policy);
  }
}

/** A phone rings. */
export function partyRings(state: In<'ringing' | 'connecting'>, id: LegId): Step {
  const { live } = state;
  if (findLeg(live.legs, id)?.status.is !== 'trying') return [state, []];
  const legs = withStatus(live.legs, id, { is: 'ringing' });
  if (live.caller === 'told') return [{ ...state, live: { ...live, legs } }, []];
  return [{ ...state, live: { ...live, legs, caller: 'told' } }, reassure];
}

/** Rings on while there is anybody who may answer. */
export function goOn(live: Live, policy: CallPolicy): Step {
  if (live.legs.some(isLive)) return [{ phase: 'ringing', live }, []];
  return withFirst([{ do: 'disarm', timer: 'ring' }], nobodyAnswered(live, policy));
}

/** The ringing time of a step ran out: its phones stop, without the Reason that would hide the missed call. */
export function timeIsUp(live: Live, policy: CallPolicy): Step {
  const { legs, effects } = endLegs(live.legs, undefined, 'no-answer', undefined);
  return withFirst(effects, nobodyAnswered({ ...live, legs }, policy));
}
