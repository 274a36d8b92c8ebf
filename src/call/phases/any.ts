import type { Effect } from '../effect.ts';
import { callerGaveUp, endByFault } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { findLeg, markDown } from '../legs.ts';
import { answeredElsewhere } from '../reason.ts';
import type { Live } from '../state.ts';
import type { CallPolicy, In, Step } from '../step.ts';

/** RFC 3261 §13.3.1.1: a provisional response every minute keeps the caller's proxies waiting. */
const reassureMs = 60_000;

/** The caller hears ringback from its own phone. One early dialog, however many phones ring. */
export const reassure: readonly Effect[] = [
  { do: 'tell', status: 180 },
  { do: 'arm', timer: 'reassure', milliseconds: reassureMs },
];

/** What happens alike in every phase before the call is over, unless the phase knows better. */
export function anyPhase(
  state: In<'routing' | 'opening' | 'ringing' | 'connecting' | 'talking'>,
  event: CallEvent,
  policy: CallPolicy,
): Step {
  const { live } = state;
  switch (event.type) {
    case 'cancelled':
      return callerGaveUp(live, policy);
    case 'media-failed':
    case 'stopped':
      return endByFault(live, event.fault, policy, 'failed');
    case 'answered':
      return lateAnswer(state, live, event.leg);
    case 'refused': {
      const legs = markDown(live.legs, event.leg, event.status);
      return legs === live.legs ? [state, []] : [{ ...state, live: { ...live, legs } }, []];
    }
    case 'timer':
      return event.timer === 'reassure' && live.caller === 'told' ? [state, reassure] : [state, []];
    default:
      return [state, []];
  }
}

/** A loser that answered at the same moment: it was acknowledged, and gets BYE with the Reason that CANCEL carried. */
function lateAnswer(state: Parameters<typeof anyPhase>[0], live: Live, id: Live['legs'][number]['id']): Step {
  const leg = findLeg(live.legs, id);
  if (leg?.status.is !== 'cancelling') return [state, []];
  const reason = leg.status.outcome === 'answered-elsewhere' ? answeredElsewhere : undefined;
  return [{ ...state, live: { ...live, legs: markDown(live.legs, id, 200) } }, [{ do: 'hang-up', leg: id, reason }]];
}
