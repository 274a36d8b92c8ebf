import { nobodyAnswered } from '../asking.ts';
import { type CallEvent, unheard } from '../event.ts';
import { endLegs, findLeg, isLive, unwatch, withStatus } from '../legs.ts';
import type { LegId } from '../party.ts';
import { refused, unheardOf } from '../ring-leg.ts';
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
      return partyRefuses(state.live, event.leg, event.status, policy);
    case 'timer':
      return event.timer === 'ring' ? timeIsUp(state.live, policy) : trunkTimer(state, event, policy);
    default:
      return anyPhase(state, event, policy);
  }
}

/** A phone rings. */
export function partyRings(state: In<'ringing' | 'connecting'>, id: LegId): Step {
  const { live } = state;
  const leg = findLeg(live.legs, id);
  if (leg?.status.is !== 'trying') return [state, []];
  const legs = withStatus(live.legs, id, { is: 'ringing' });
  if (live.caller !== 'calling') return [{ ...state, live: { ...live, legs } }, unwatch(leg)];
  return [{ ...state, live: { ...live, legs, caller: 'told' } }, [...unwatch(leg), ...reassure]];
}

function partyRefuses(live: Live, id: LegId, status: number, policy: CallPolicy): Step {
  const after = refused(live, id, status, policy);
  return withFirst(after.effects, goOn(after.live, policy));
}

function trunkTimer(state: In<'ringing'>, event: Extract<CallEvent, { type: 'timer' }>, policy: CallPolicy): Step {
  const silent = state.live.legs.find(({ id }) => event.timer === unheard(id));
  if (silent === undefined) return anyPhase(state, event, policy);
  const after = unheardOf(state.live, silent.id, policy);
  return [{ ...state, live: after.live }, after.effects];
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
