import { catalogue, type FaultCode } from '../faults/catalogue.ts';
import type { Effect } from './effect.ts';
import { endLegs, isOpen, withStatus } from './legs.ts';
import { callerLeg, type LegId } from './party.ts';
import type { Reason } from './reason.ts';
import type { CallState, Ending, Legs } from './state.ts';
import type { CallPolicy, In, Step } from './step.ts';
import { verdict } from './verdict.ts';

/** Lets an ended call go once nothing of it is left on the wire or in the relay. */
export function settle(state: In<'over'>, effects: readonly Effect[]): Step {
  if (state.caller !== 'settled' || state.media === 'closing' || state.legs.some(isOpen)) return [state, effects];
  return [vanish(state), [...effects, { do: 'disarm', timer: 'linger' }, { do: 'forget' }]];
}

/** The end of the end. */
export function vanish(state: In<'over'>): CallState {
  return { phase: 'gone', ending: state.ending, legs: state.legs };
}

export function nobodyAnswered(legs: Legs, policy: CallPolicy, timedOut: boolean): Step {
  const ending = verdict(legs, timedOut);
  return refuse(legs, ending, policy, 'closing', []);
}

export function abandon(legs: Legs, fault: FaultCode, policy: CallPolicy): Step {
  const ended = endLegs(legs, undefined, 'failed', undefined);
  const ending: Ending = { outcome: 'failed', endedBy: 'us', status: catalogue[fault].sip, fault };
  return refuse(ended.legs, ending, policy, 'closing', ended.effects);
}

export function refuseEarly(
  fault: FaultCode,
  outcome: Ending['outcome'],
  policy: CallPolicy,
  media: 'none' | 'closing',
): Step {
  return refuse([], { outcome, endedBy: 'us', status: catalogue[fault].sip, fault }, policy, media, []);
}

function refuse(
  legs: Legs,
  ending: Ending,
  policy: CallPolicy,
  media: 'none' | 'closing',
  effects: readonly Effect[],
): Step {
  const refusal: Effect = { do: 'refuse', status: ending.status, fault: ending.fault ?? 'INTERNAL' };
  return enterOver(legs, ending, 'settled', media, [...effects, refusal], policy);
}

/** The caller's CANCEL was answered with 487 already; no Reason 200: for those who were rung it is a missed call. */
export function callerGaveUp(legs: Legs, policy: CallPolicy, media: 'none' | 'closing'): Step {
  const ended = endLegs(legs, undefined, 'cancelled', undefined);
  const ending: Ending = { outcome: 'cancelled', endedBy: 'caller', status: 487, fault: undefined };
  return enterOver(ended.legs, ending, 'settled', media, ended.effects, policy);
}

/** Somebody had answered, but the caller was not connected yet. */
export function lostBeforeAccepted(state: In<'connecting'>, ending: Ending, policy: CallPolicy): Step {
  const lost = ending.endedBy === 'callee' ? hungUpByItself(state.legs, state.winner) : state.legs;
  const ended = endLegs(lost, undefined, 'failed', undefined);
  if (state.awaiting === 'acceptance')
    return enterOver(ended.legs, ending, 'being-accepted', 'closing', ended.effects, policy);
  return refuse(ended.legs, ending, policy, 'closing', ended.effects);
}

export function endTalk(
  state: In<'talking'>,
  endedBy: Ending['endedBy'],
  reason: Reason | undefined,
  fault: FaultCode | undefined,
  policy: CallPolicy,
): Step {
  const legs = endedBy === 'callee' ? hungUpByItself(state.legs, state.winner) : state.legs;
  const ended = endLegs(legs, undefined, 'answered-elsewhere', reason);
  const toCaller: readonly Effect[] = endedBy === 'caller' ? [] : [{ do: 'hang-up', leg: callerLeg, reason }];
  const ending: Ending = { outcome: 'answered', endedBy, status: 200, fault };
  return enterOver(ended.legs, ending, 'settled', 'closing', [...ended.effects, ...toCaller], policy);
}

function hungUpByItself(legs: Legs, id: LegId): Legs {
  return withStatus(legs, id, { is: 'down', outcome: 'answered', status: 200 });
}

export function outcomeOfFault(fault: FaultCode): Ending['outcome'] {
  return catalogue[fault].blame === 'caller' ? 'refused' : 'failed';
}

function enterOver(
  legs: Legs,
  ending: Ending,
  caller: In<'over'>['caller'],
  media: 'none' | 'closing',
  effects: readonly Effect[],
  policy: CallPolicy,
): Step {
  const timers: readonly Effect[] = [
    { do: 'disarm', timer: 'ring' },
    { do: 'disarm', timer: 'reassure' },
    { do: 'disarm', timer: 'longest' },
    { do: 'arm', timer: 'linger', milliseconds: policy.lingerMs },
  ];
  const closing: readonly Effect[] = media === 'closing' ? [{ do: 'close-media' }] : [{ do: 'record' }];
  return settle({ phase: 'over', ending, legs, caller, media }, [...effects, ...timers, ...closing]);
}
