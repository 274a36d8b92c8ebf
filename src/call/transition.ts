import { catalogue, type FaultCode } from '../faults/catalogue.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { Effect } from './effect.ts';
import {
  abandon,
  callerGaveUp,
  endTalk,
  lostBeforeAccepted,
  nobodyAnswered,
  outcomeOfFault,
  refuseEarly,
  settle,
  vanish,
} from './ending.ts';
import type { CallEvent } from './event.ts';
import { endLegs, findLeg, isLive, markDown, withStatus } from './legs.ts';
import { calleeLeg, callerLeg, type LegId } from './party.ts';
import { answeredElsewhere, exchangeFailed, mediaSilent, type Reason, tooLong } from './reason.ts';
import type { CallState, Ending } from './state.ts';
import type { CallPolicy, In, Step } from './step.ts';

/** RFC 3261 §13.3.1.1: a provisional response every minute keeps the caller's proxies waiting. */
const reassureMs = 60_000;

/**
 * The whole behaviour of a call: what it becomes by an event, and what is to be done.
 * Pure; a stale timer, a doubled message or two that crossed on the wire are ordinary cases here.
 */
export function transition(state: CallState, event: CallEvent, policy: CallPolicy): Step {
  switch (state.phase) {
    case 'new':
      return event.type === 'offered' ? [{ phase: 'routing' }, [{ do: 'find-route' }]] : stay(state);
    case 'routing':
      return routing(state, event, policy);
    case 'opening':
      return opening(state, event, policy);
    case 'ringing':
      return ringing(state, event, policy);
    case 'connecting':
      return connecting(state, event, policy);
    case 'talking':
      return talking(state, event, policy);
    case 'over':
      return over(state, event);
    case 'gone':
      return stay(state);
    default:
      return unreachable(state);
  }
}

function stay(state: CallState): Step {
  return [state, []];
}

function routing(state: In<'routing'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'routed':
      if (event.route.steps.every((step) => step.targets.length === 0))
        return refuseEarly('CALLEE_UNREACHABLE', 'unreachable', policy, 'none');
      return [{ phase: 'opening', route: event.route }, [{ do: 'open-media' }]];
    case 'unroutable':
      return refuseEarly(event.fault, 'refused', policy, 'none');
    case 'stopped':
      return refuseEarly(event.fault, 'failed', policy, 'none');
    case 'cancelled':
      return callerGaveUp([], policy, 'none');
    default:
      return stay(state);
  }
}

function opening(state: In<'opening'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'media-opened':
      return ringStep({ route: state.route, legs: [], callerTold: false }, 0, policy, false);
    case 'media-failed':
      return refuseEarly(event.fault, outcomeOfFault(event.fault), policy, 'closing');
    case 'stopped':
      return refuseEarly(event.fault, 'failed', policy, 'closing');
    case 'cancelled':
      return callerGaveUp([], policy, 'closing');
    default:
      return stay(state);
  }
}

/** Rings the first step from `from` on that has anybody to ring; without one, nobody could be reached. */
function ringStep(
  now: Pick<In<'ringing'>, 'route' | 'legs' | 'callerTold'>,
  from: number,
  policy: CallPolicy,
  timedOut: boolean,
): Step {
  const step = now.route.steps.findIndex((candidate, index) => index >= from && candidate.targets.length > 0);
  const chosen = now.route.steps[step];
  if (chosen === undefined) return nobodyAnswered(now.legs, policy, timedOut);
  const started = chosen.targets.map((target, index) => ({
    id: calleeLeg(now.legs.length + index + 1),
    target,
    status: { is: 'trying' } as const,
  }));
  return [
    { phase: 'ringing', route: now.route, step, legs: [...now.legs, ...started], callerTold: now.callerTold },
    [
      ...started.map((leg): Effect => ({
        do: 'ring',
        leg: leg.id,
        target: leg.target,
        presentation: now.route.presentation,
      })),
      { do: 'arm', timer: 'ring', milliseconds: chosen.seconds * 1000 },
    ],
  ];
}

function ringing(state: In<'ringing'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'ringing':
      return partyRings(state, event.leg);
    case 'answered':
      return partyAnswers(state, event.leg, policy);
    case 'refused':
      return partyRefuses(state, event.leg, event.status, policy);
    case 'cancelled':
      return callerGaveUp(state.legs, policy, 'closing');
    case 'media-failed':
      return abandon(state.legs, event.fault, policy);
    case 'stopped':
      return abandon(state.legs, event.fault, policy);
    case 'timer':
      if (event.timer === 'reassure')
        return [
          state,
          [
            { do: 'tell', status: 180 },
            { do: 'arm', timer: 'reassure', milliseconds: reassureMs },
          ],
        ];
      if (event.timer !== 'ring') return stay(state);
      return giveUpStep(state, policy);
    default:
      return stay(state);
  }
}

function partyRings(state: In<'ringing'>, id: LegId): Step {
  const leg = findLeg(state.legs, id);
  if (leg?.status.is !== 'trying') return stay(state);
  const legs = withStatus(state.legs, id, { is: 'ringing' });
  if (state.callerTold) return [{ ...state, legs }, []];
  // One early dialog and one ringback for the caller, however many phones ring.
  return [
    { ...state, legs, callerTold: true },
    [
      { do: 'tell', status: 180 },
      { do: 'arm', timer: 'reassure', milliseconds: reassureMs },
    ],
  ];
}

function partyAnswers(state: In<'ringing'>, id: LegId, policy: CallPolicy): Step {
  const leg = findLeg(state.legs, id);
  if (leg === undefined || leg.status.is === 'down') return stay(state);
  // An earlier step's phone that answers as it is cancelled may win as well as any: somebody is there.
  const up = withStatus(state.legs, id, { is: 'up' });
  const { legs, effects } = endLegs(up, id, 'answered-elsewhere', answeredElsewhere);
  return [
    { phase: 'connecting', awaiting: 'media', winner: id, legs },
    [
      { do: 'disarm', timer: 'ring' },
      { do: 'disarm', timer: 'reassure' },
      { do: 'connect-media', leg: id },
      ...effects,
      { do: 'arm', timer: 'longest', milliseconds: policy.longestCallMs },
    ],
  ];
}

function partyRefuses(state: In<'ringing'>, id: LegId, status: number, policy: CallPolicy): Step {
  const legs = markDown(state.legs, id, status);
  if (legs.some(isLive)) return [{ ...state, legs }, []];
  return ringStep({ ...state, legs }, state.step + 1, policy, false);
}

/** The ringing time of a step ran out: its phones stop, without the Reason that would hide the missed call. */
function giveUpStep(state: In<'ringing'>, policy: CallPolicy): Step {
  const { legs, effects } = endLegs(state.legs, undefined, 'no-answer', undefined);
  const [next, following] = ringStep({ ...state, legs }, state.step + 1, policy, true);
  return [next, [...effects, ...following]];
}

/** The phone answered with a description that is none; which is nothing the caller could mend. */
const unreadable: Ending = { outcome: 'failed', endedBy: 'us', status: 480, fault: 'CALLEE_UNREACHABLE' };

function failure(fault: FaultCode): Ending {
  return { outcome: 'failed', endedBy: 'us', status: catalogue[fault].sip, fault };
}

function connecting(state: In<'connecting'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'media-connected':
      return state.awaiting === 'media' ? [{ ...state, awaiting: 'acceptance' }, [{ do: 'accept' }]] : stay(state);
    case 'accepted':
      return [{ phase: 'talking', winner: state.winner, legs: state.legs }, []];
    case 'not-accepted':
    case 'cancelled':
      return callerGaveUp(state.legs, policy, 'closing');
    case 'hung-up':
      // The engine ends the dialog when a CANCEL crosses our 200.
      if (event.leg === callerLeg) return callerGaveUp(state.legs, policy, 'closing');
      if (event.leg !== state.winner) return stay(state);
      return lostBeforeAccepted(
        state,
        { outcome: 'failed', endedBy: 'callee', status: 480, fault: 'CALLEE_UNREACHABLE' },
        policy,
      );
    case 'media-failed':
      // What cannot be read here is the winner's answer: the caller's offer was read long ago.
      if (event.fault === 'BAD_SDP') return lostBeforeAccepted(state, unreadable, policy);
      return lostBeforeAccepted(state, failure(event.fault), policy);
    case 'stopped':
      return lostBeforeAccepted(state, failure(event.fault), policy);
    case 'answered':
      return lateAnswer(state, event.leg, answeredElsewhere);
    case 'refused':
      return [{ ...state, legs: markDown(state.legs, event.leg, event.status) }, []];
    default:
      return stay(state);
  }
}

function talking(state: In<'talking'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'hung-up':
      if (event.leg === callerLeg) return endTalk(state, 'caller', undefined, undefined, policy);
      return event.leg === state.winner ? endTalk(state, 'callee', undefined, undefined, policy) : stay(state);
    case 'media-silent':
      return endTalk(state, 'us', mediaSilent, undefined, policy);
    case 'media-failed':
    case 'stopped':
      return endTalk(state, 'us', exchangeFailed, event.fault, policy);
    case 'timer':
      return event.timer === 'longest' ? endTalk(state, 'us', tooLong, undefined, policy) : stay(state);
    case 'answered':
      return lateAnswer(state, event.leg, answeredElsewhere);
    case 'refused':
      return [{ ...state, legs: markDown(state.legs, event.leg, event.status) }, []];
    default:
      return stay(state);
  }
}

function over(state: In<'over'>, event: CallEvent): Step {
  switch (event.type) {
    case 'media-closed':
      return settle({ ...state, media: 'closed' }, [{ do: 'record' }]);
    case 'answered': {
      // Our CANCEL and their 200 crossed on the wire (RFC 3261 §9.1): what was answered must be hung up.
      const leg = findLeg(state.legs, event.leg);
      const elsewhere = leg?.status.is === 'cancelling' && leg.status.outcome === 'answered-elsewhere';
      const [, effects] = lateAnswer(state, event.leg, elsewhere ? answeredElsewhere : undefined);
      return settle({ ...state, legs: markDown(state.legs, event.leg, 200) }, effects);
    }
    case 'refused':
      return settle({ ...state, legs: markDown(state.legs, event.leg, event.status) }, []);
    case 'accepted':
      if (state.caller === 'settled') return stay(state);
      return settle({ ...state, caller: 'settled' }, [{ do: 'hang-up', leg: callerLeg, reason: undefined }]);
    case 'not-accepted':
      return settle({ ...state, caller: 'settled' }, []);
    case 'timer':
      if (event.timer !== 'linger') return stay(state);
      return [vanish(state), [...(state.media === 'closing' ? [{ do: 'record' } as const] : []), { do: 'forget' }]];
    default:
      return stay(state);
  }
}

/** A loser that answered at the same moment: it was acknowledged, and gets BYE with the Reason that CANCEL carried. */
function lateAnswer(state: In<'connecting' | 'talking' | 'over'>, id: LegId, reason: Reason | undefined): Step {
  const leg = findLeg(state.legs, id);
  if (leg?.status.is !== 'cancelling') return stay(state);
  return [{ ...state, legs: markDown(state.legs, id, 200) }, [{ do: 'hang-up', leg: id, reason }]];
}
