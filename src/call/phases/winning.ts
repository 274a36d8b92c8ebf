import { lateAnswer } from './any.ts';
import { findLeg, unwatch, withStatus } from '../legs.ts';
import type { LegId } from '../party.ts';
import type { Leg, Live } from '../state.ts';
import { type In, type Step, withFirst } from '../step.ts';

/** The first to answer wins, if its sound can be connected. An earlier phone that answers as it is cancelled may win as well as any: somebody is there. */
export function wins(state: In<'ringing' | 'routing'>, id: LegId): Step {
  const leg = findLeg(state.live.legs, id);
  if (leg === undefined || !mayWin(state.live, leg)) return lateAnswer(state, id);
  const legs = withStatus(state.live.legs, id, { is: 'up' });
  return withFirst(unwatch(leg), connect({ ...state.live, legs }, id, state.phase === 'routing'));
}

/** Whether what it answers could be connected. */
export function mayWin(live: Live, leg: Leg): boolean {
  if (live.legs.indexOf(leg) < live.offered) return false;
  return leg.status.is !== 'down' && leg.status.is !== 'unusable' && leg.status.is !== 'up';
}

/** The others go on ringing until sound passes. @param timeUp the time of the step is up already */
export function connect(live: Live, winner: LegId, timeUp: boolean): Step {
  return [{ phase: 'connecting', awaiting: 'media', winner, timeUp, live }, [{ do: 'connect-media', leg: winner }]];
}
