import { catalogue, type FaultCode } from '../../faults/catalogue.ts';
import type { Effect } from '../effect.ts';
import { callerGaveUp, endWhileAccepting, hungUpByItself } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { dismissLosers, findLeg, markDown, unwatch, withStatus } from '../legs.ts';
import { callerLeg, type LegId } from '../party.ts';
import { resumeTrunks } from '../ring-leg.ts';
import type { Ending, Live } from '../state.ts';
import { type CallPolicy, type In, type Step, withFirst } from '../step.ts';
import { anyPhase, lateAnswer } from './any.ts';
import { goOn, partyRings, timeIsUp } from './ringing.ts';
import { connect, mayWin } from './winning.ts';

/** Somebody answered, and the caller is not connected yet. */
export function connecting(state: In<'connecting'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'not-accepted':
      return callerGaveUp(state.live, policy);
    case 'media-failed':
    case 'stopped':
      if (state.awaiting === 'acceptance') return endWhileAccepting(state.live, failure(event.fault), policy);
      return anyPhase(state, event, policy);
    case 'hung-up':
      // The engine ends the dialog when a CANCEL crosses our 200.
      if (event.leg === callerLeg) return callerGaveUp(state.live, policy);
      return state.awaiting === 'media' ? hungUpUnheard(state, event.leg) : winnerHangsUp(state, event.leg, policy);
    case 'accepted':
      if (state.awaiting !== 'acceptance') return [state, []];
      return [
        { phase: 'talking', winner: state.winner, live: state.live },
        [{ do: 'arm', timer: 'longest', milliseconds: policy.longestCallMs }],
      ];
    default:
      return state.awaiting === 'media' ? awaitingMedia(state, event, policy) : anyPhase(state, event, policy);
  }
}

/** The others still ring: what the winner answered may prove to be of no use. */
function awaitingMedia(state: In<'connecting'>, event: CallEvent, policy: CallPolicy): Step {
  const { live, winner } = state;
  switch (event.type) {
    case 'media-connected':
      if (event.leg !== winner) return [state, []];
      return findLeg(live.legs, winner)?.status.is === 'up' ? connected(state) : nextBest(live, state.timeUp, policy);
    case 'not-connected':
      if (event.leg !== winner) return [state, []];
      return withFirst(
        findLeg(live.legs, winner)?.status.is === 'up' ? [{ do: 'hang-up', leg: winner, reason: undefined }] : [],
        nextBest(unusable(live, winner, event.fault), state.timeUp, policy),
      );
    case 'ringing':
      return partyRings(state, event.leg);
    case 'answered':
      return answersToo(state, event.leg);
    case 'refused':
      return [
        { ...state, live: { ...live, legs: markDown(live.legs, event.leg, event.status) } },
        unwatch(findLeg(live.legs, event.leg)),
      ];
    case 'timer':
      return event.timer === 'ring' ? [{ ...state, timeUp: true }, []] : anyPhase(state, event, policy);
    default:
      return anyPhase(state, event, policy);
  }
}

function connected(state: In<'connecting'>): Step {
  const { legs, effects } = dismissLosers(state.live.legs, state.winner);
  const live = { ...state.live, legs };
  if (live.caller === 'attended')
    return [{ phase: 'talking', winner: state.winner, live }, [...noMoreRinging, ...effects]];
  return [{ ...state, awaiting: 'acceptance', live }, [...noMoreRinging, ...effects, { do: 'accept' }]];
}

const noMoreRinging: readonly Effect[] = [
  { do: 'disarm', timer: 'ring' },
  { do: 'disarm', timer: 'reassure' },
];

/** Kept, in case that the sound of the first cannot be connected. */
function answersToo(state: In<'connecting'>, id: LegId): Step {
  const leg = findLeg(state.live.legs, id);
  if (leg === undefined || !mayWin(state.live, leg)) return lateAnswer(state, id);
  return [{ ...state, live: { ...state.live, legs: withStatus(state.live.legs, id, { is: 'up' }) } }, unwatch(leg)];
}

/** The one whose sound is being connected, or one that answered too. What media says of the first is waited for. */
function hungUpUnheard(state: In<'connecting'>, id: LegId): Step {
  if (findLeg(state.live.legs, id)?.status.is !== 'up') return [state, []];
  return [{ ...state, live: unusable(state.live, id, 'CALLEE_UNREACHABLE') }, []];
}

function winnerHangsUp(state: In<'connecting'>, id: LegId, policy: CallPolicy): Step {
  if (id !== state.winner) return [state, []];
  const ending: Ending = { outcome: 'failed', endedBy: 'callee', status: 480, fault: 'CALLEE_UNREACHABLE' };
  return endWhileAccepting(hungUpByItself(state.live, id), ending, policy);
}

/** Nothing came of the winner: another that answered meanwhile is connected, or the rest rings on. */
function nextBest(live: Live, timeUp: boolean, policy: CallPolicy): Step {
  const other = live.legs.find((leg) => leg.status.is === 'up');
  if (other !== undefined) return connect(live, other.id, timeUp);
  if (timeUp) return timeIsUp(live, policy);
  const after = resumeTrunks(live, policy);
  return withFirst(after.effects, goOn(after.live, policy));
}

function unusable(live: Live, id: LegId, fault: FaultCode): Live {
  if (findLeg(live.legs, id)?.status.is !== 'up') return live;
  // What cannot be read here is the winner's answer: the caller's offer was read long ago.
  const why = fault === 'BAD_SDP' ? 'CALLEE_UNREACHABLE' : fault;
  return { ...live, legs: withStatus(live.legs, id, { is: 'unusable', fault: why }) };
}

function failure(fault: FaultCode): Ending {
  return { outcome: 'failed', endedBy: 'us', status: catalogue[fault].sip, fault };
}
