import { findLeg, unwatch, withStatus } from '../legs.ts';
import type { LegId } from '../party.ts';
import type { Live } from '../state.ts';
import { type In, type Step, withFirst } from '../step.ts';

/** The first to answer wins, if its sound can be connected. An earlier phone that answers as it is cancelled may win as well as any: somebody is there. */
export function wins(state: In<'ringing' | 'routing'>, id: LegId): Step {
  const leg = findLeg(state.live.legs, id);
  if (leg === undefined || leg.status.is === 'down' || leg.status.is === 'unusable') return [state, []];
  const legs = withStatus(state.live.legs, id, { is: 'up' });
  return withFirst(unwatch(leg), connect({ ...state.live, legs }, id, state.phase === 'routing'));
}

/** The others go on ringing until sound passes. @param timeUp the time of the step is up already */
export function connect(live: Live, winner: LegId, timeUp: boolean): Step {
  return [{ phase: 'connecting', awaiting: 'media', winner, timeUp, live }, [{ do: 'connect-media', leg: winner }]];
}
