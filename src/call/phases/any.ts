import type { Effect } from '../effect.ts';
import { callerGaveUp, endByFault, hangUpOn } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { findLeg, markDown, unwatch } from '../legs.ts';
import { callerLeg, type LegId } from '../party.ts';
import { answeredElsewhere, mediaSilent, type Reason, tooLong } from '../reason.ts';
import type { CallState } from '../state.ts';
import type { CallPolicy, Step } from '../step.ts';

/** RFC 3261 §13.3.1.1: a provisional response every minute keeps the caller's proxies waiting. */
const reassureMs = 60_000;

/** The caller hears ringback from its own phone. One early dialog, however many phones ring. */
export const reassure: readonly Effect[] = [
  { do: 'tell', status: 180 },
  { do: 'arm', timer: 'reassure', milliseconds: reassureMs },
];

/** More keys than that nobody types ahead. */
const mostTyped = 10;

/** A call that is not over. */
type Living = Extract<CallState, { readonly live: unknown }>;

/** What happens alike in every phase before the call is over, unless the phase knows better. */
export function anyPhase(state: Living, event: CallEvent, policy: CallPolicy): Step {
  const { live } = state;
  switch (event.type) {
    case 'cancelled':
      return live.caller === 'attended' ? [state, []] : callerGaveUp(live, policy);
    case 'hung-up':
      return event.leg === callerLeg ? callerGaveUp(live, policy) : [state, []];
    case 'media-failed':
    case 'stopped':
      return endByFault(live, event.fault, policy, 'failed');
    case 'media-silent':
      return live.caller === 'attended' && event.side === 'caller' ? dismiss(state, mediaSilent, policy) : [state, []];
    case 'answered':
      return lateAnswer(state, event.leg);
    case 'refused': {
      const legs = markDown(live.legs, event.leg, event.status);
      return [{ ...state, live: { ...live, legs } }, unwatch(findLeg(live.legs, event.leg))];
    }
    case 'key':
      if (live.caller !== 'attended' || live.typed.length >= mostTyped) return [state, []];
      return [{ ...state, live: { ...live, typed: [...live.typed, event.key] } }, []];
    case 'timer':
      if (event.timer === 'longest' && live.caller === 'attended') return dismiss(state, tooLong, policy);
      return event.timer === 'reassure' && live.caller === 'told' ? [state, reassure] : [state, []];
    default:
      return [state, []];
  }
}

/** The attended caller has waited for too long, or is not there any more. */
function dismiss({ live }: Living, reason: Reason, policy: CallPolicy): Step {
  return hangUpOn(live, { outcome: 'cancelled', endedBy: 'us', status: 200, fault: undefined }, reason, policy);
}

/** A loser that answered at the same moment: it was acknowledged, and gets BYE with the Reason that CANCEL carried. */
export function lateAnswer(state: Living, id: LegId): Step {
  const { live } = state;
  const leg = findLeg(live.legs, id);
  if (leg?.status.is !== 'cancelling') return [state, []];
  const reason = leg.status.outcome === 'answered-elsewhere' ? answeredElsewhere : undefined;
  return [{ ...state, live: { ...live, legs: markDown(live.legs, id, 200) } }, [{ do: 'hang-up', leg: id, reason }]];
}
