import type { UserId } from '../directory/types.ts';
import { catalogue, type FaultCode } from '../faults/catalogue.ts';
import type { Effect } from './effect.ts';
import { endLegs, isOpen, withStatus } from './legs.ts';
import { callerLeg, type LegId } from './party.ts';
import { type Reason, reasonOf } from './reason.ts';
import type { CallState, Ending, Live } from './state.ts';
import type { CallPolicy, In, Step } from './step.ts';

/** Lets an ended call go once nothing of it is left on the wire or in the relay. */
export function settle(state: In<'over'>, effects: readonly Effect[]): Step {
  if (state.caller !== 'settled' || state.media === 'closing' || state.legs.some(isOpen)) return [state, effects];
  return [vanish(state), [...effects, { do: 'disarm', timer: 'linger' }, { do: 'forget' }]];
}

/** The end of the end. */
export function vanish(state: In<'over'>): CallState {
  return { phase: 'gone', ending: state.ending, legs: state.legs, box: state.box };
}

/** Ends a call in which nobody was connected: the caller gets the ending's status, or a BYE when it was attended. */
export function refuse(live: Live, ending: Ending, policy: CallPolicy): Step {
  if (live.caller === 'attended') return hangUpOn(live, ending, reasonOf(ending.fault), policy);
  const ended = endLegs(live.legs, undefined, 'failed', undefined);
  const refusal: Effect = { do: 'refuse', status: ending.status, fault: ending.fault ?? 'INTERNAL' };
  return enterOver({ ...live, legs: ended.legs }, ending, 'settled', [...ended.effects, refusal], policy);
}

/** Ends the call of an attended caller. */
export function hangUpOn(
  live: Live,
  ending: Ending,
  reason: Reason | undefined,
  policy: CallPolicy,
  box?: UserId,
): Step {
  const ended = endLegs(live.legs, undefined, ending.endedBy === 'caller' ? 'cancelled' : 'failed', undefined);
  const bye: readonly Effect[] = ending.endedBy === 'caller' ? [] : [{ do: 'hang-up', leg: callerLeg, reason }];
  const all = [...ended.effects, ...bye];
  return enterOver({ ...live, legs: ended.legs }, { ...ending, status: 200 }, 'settled', all, policy, box);
}

/** We cannot go on. @param outcome what the record says; by default, what the fault says */
export function endByFault(
  live: Live,
  fault: FaultCode,
  policy: CallPolicy,
  outcome: Ending['outcome'] = outcomeOfFault(fault),
): Step {
  return refuse(live, { outcome, endedBy: 'us', status: catalogue[fault].sip, fault }, policy);
}

/** The caller's CANCEL was answered with 487 already; no Reason 200: for those who were rung it is a missed call. */
export function callerGaveUp(live: Live, policy: CallPolicy): Step {
  const ended = endLegs(live.legs, undefined, 'cancelled', undefined);
  const status = live.caller === 'attended' ? 200 : 487;
  const ending: Ending = { outcome: 'cancelled', endedBy: 'caller', status, fault: undefined };
  return enterOver({ ...live, legs: ended.legs }, ending, 'settled', ended.effects, policy);
}

/** Our 200 is on its way to the caller and cannot be called back. */
export function endWhileAccepting(live: Live, ending: Ending, policy: CallPolicy): Step {
  const ended = endLegs(live.legs, undefined, 'failed', undefined);
  return enterOver({ ...live, legs: ended.legs }, ending, 'being-accepted', ended.effects, policy);
}

export function endTalk(
  state: In<'talking'>,
  endedBy: Ending['endedBy'],
  reason: Reason | undefined,
  fault: FaultCode | undefined,
  policy: CallPolicy,
): Step {
  const live = endedBy === 'callee' ? hungUpByItself(state.live, state.winner) : state.live;
  const ended = endLegs(live.legs, undefined, 'answered-elsewhere', reason);
  const toCaller: readonly Effect[] = endedBy === 'caller' ? [] : [{ do: 'hang-up', leg: callerLeg, reason }];
  const ending: Ending = { outcome: 'answered', endedBy, status: 200, fault };
  return enterOver({ ...live, legs: ended.legs }, ending, 'settled', [...ended.effects, ...toCaller], policy);
}

export function hungUpByItself(live: Live, id: LegId): Live {
  return { ...live, legs: withStatus(live.legs, id, { is: 'down', outcome: 'answered', status: 200 }) };
}

export function outcomeOfFault(fault: FaultCode): Ending['outcome'] {
  switch (fault) {
    case 'CALLEE_BUSY':
      return 'busy';
    case 'CALLEE_DECLINED':
      return 'declined';
    case 'CALLEE_UNREACHABLE':
      return 'unreachable';
    case 'NO_ANSWER':
      return 'no-answer';
    default:
      return catalogue[fault].blame === 'caller' ? 'refused' : 'failed';
  }
}

function enterOver(
  live: Live,
  ending: Ending,
  caller: In<'over'>['caller'],
  effects: readonly Effect[],
  policy: CallPolicy,
  box?: UserId,
): Step {
  const timers: readonly Effect[] = [
    { do: 'disarm', timer: 'ring' },
    { do: 'disarm', timer: 'reassure' },
    { do: 'disarm', timer: 'longest' },
    { do: 'disarm', timer: 'patience' },
    { do: 'arm', timer: 'linger', milliseconds: policy.lingerMs },
  ];
  const media = live.media === 'none' ? 'none' : 'closing';
  const closing: readonly Effect[] = media === 'closing' ? [{ do: 'close-media' }] : [{ do: 'record' }];
  return settle({ phase: 'over', ending, legs: live.legs, caller, media, box }, [...effects, ...timers, ...closing]);
}
