import { settle, vanish } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import type { Effect } from '../effect.ts';
import { findLeg, markDown } from '../legs.ts';
import { callerLeg, type LegId } from '../party.ts';
import { answeredElsewhere } from '../reason.ts';
import type { In, Step } from '../step.ts';
import { messageOf } from './voicemail.ts';

/** The call has ended for its parties; their last words are waited for. */
export function over(state: In<'over'>, event: CallEvent): Step {
  switch (event.type) {
    case 'media-closed':
      return settle({ ...state, media: 'closed' }, [{ do: 'record' }]);
    case 'recorded':
      return recorded(state, event.milliseconds);
    case 'not-recorded':
      return recorded(state, 0);
    case 'answered':
      return settle({ ...state, legs: markDown(state.legs, event.leg, 200) }, lastBye(state, event.leg));
    case 'refused':
      return settle({ ...state, legs: markDown(state.legs, event.leg, event.status) }, []);
    case 'accepted':
      if (state.caller === 'settled') return [state, []];
      return settle({ ...state, caller: 'settled' }, [{ do: 'hang-up', leg: callerLeg, reason: undefined }]);
    case 'not-accepted':
      return settle({ ...state, caller: 'settled' }, []);
    case 'timer':
      if (event.timer !== 'linger') return [state, []];
      return [vanish(state), [...(state.media === 'closing' ? [{ do: 'record' } as const] : []), { do: 'forget' }]];
    default:
      return [state, []];
  }
}

/** Nothing is waited for any more. What somebody said is kept all the same, however late its file is closed. */
export function gone(state: In<'gone'>, event: CallEvent): Step {
  switch (event.type) {
    case 'recorded':
      return recorded(state, event.milliseconds);
    case 'not-recorded':
      return recorded(state, 0);
    default:
      return [state, []];
  }
}

function recorded(state: In<'over' | 'gone'>, milliseconds: number): Step {
  if (state.box === undefined) return [state, []];
  return [{ ...state, box: undefined }, messageOf(state.box, milliseconds)];
}

/** Our CANCEL and their 200 crossed on the wire (RFC 3261 §9.1): what was answered must be hung up. */
function lastBye(state: In<'over'>, id: LegId): readonly Effect[] {
  const leg = findLeg(state.legs, id);
  if (leg?.status.is !== 'cancelling') return [];
  const reason = leg.status.outcome === 'answered-elsewhere' ? answeredElsewhere : undefined;
  return [{ do: 'hang-up', leg: id, reason }];
}
