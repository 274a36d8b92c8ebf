import type { CallEvent } from './event.ts';
import type { Caller, CallId, Target } from './party.ts';
import type { CallRecord, LegRecord } from './record.ts';
import type { RouteMove } from './route-step.ts';
import { newCall, type CallState, type Ending, type Leg } from './state.ts';
import type { CallPolicy } from './step.ts';
import { transition } from './transition.ts';

/**
 * The call detail record as a fold over the call's own events: computed once, when
 * the call is over, and again from a kept event list with the same outcome.
 * @returns undefined while the call is not over
 */
export function callRecord(call: CallId, events: readonly CallEvent[], policy: CallPolicy): CallRecord | undefined {
  const { state, attendedAt, talkedAt, endedAt } = replay(events, policy);
  const offered = find(events, 'offered');
  if (offered === undefined || (state.phase !== 'over' && state.phase !== 'gone')) return undefined;
  const first = find(events, 'routed')?.move;
  const { caller } = offered;
  return {
    call,
    tenant: first?.tenant ?? (caller.kind === 'trunk' ? undefined : caller.tenant),
    direction: first?.direction ?? (caller.kind === 'trunk' ? 'inbound' : 'outbound'),
    ...recordedCaller(caller, first),
    dialled: offered.dialled,
    startedAt: offered.at,
    ringingAt: find(events, 'ringing')?.at,
    answeredAt: state.ending.outcome === 'answered' ? talkedAt : undefined,
    attendedAt,
    endedAt: endedAt ?? offered.at,
    outcome: state.ending.outcome,
    answeredBy: answeredBy[state.ending.outcome],
    endedBy: state.ending.endedBy,
    fault: state.ending.fault,
    status: state.ending.status,
    chain: events.findLast(isRouted)?.move.at.visited ?? [],
    legs: state.legs.map((leg) => legRecord(leg, state.ending)),
    media: find(events, 'media-closed')?.media,
  };
}

function find<Type extends CallEvent['type']>(
  events: readonly CallEvent[],
  type: Type,
): Extract<CallEvent, { type: Type }> | undefined {
  return events.find((event): event is Extract<CallEvent, { type: Type }> => event.type === type);
}

function isRouted(event: CallEvent): event is Extract<CallEvent, { type: 'routed' }> {
  return event.type === 'routed';
}

const answeredBy: Readonly<Partial<Record<CallRecord['outcome'], CallRecord['answeredBy']>>> = {
  answered: 'party',
  voicemail: 'voicemail',
};

interface Replayed {
  readonly state: CallState;
  readonly attendedAt: number | undefined;
  /** When somebody was connected. */
  readonly talkedAt: number | undefined;
  /** The time of the event that ended it, not of the last farewell. */
  readonly endedAt: number | undefined;
}

function replay(events: readonly CallEvent[], policy: CallPolicy): Replayed {
  let state: CallState = newCall;
  let attendedAt: number | undefined;
  let talkedAt: number | undefined;
  let endedAt: number | undefined;
  for (const event of events) {
    if (state.phase === 'attending' && event.type === 'accepted') attendedAt ??= event.at;
    state = transition(state, event, policy)[0];
    if (state.phase === 'talking') talkedAt ??= event.at;
    if (state.phase === 'over' || state.phase === 'gone') endedAt ??= event.at;
  }
  return { state, attendedAt, talkedAt, endedAt };
}

/** A record belongs to the tenant that was called: of a caller of another tenant it holds what everybody outside sees. */
function recordedCaller(caller: Caller, first: RouteMove | undefined): Pick<CallRecord, 'caller' | 'callerUser'> {
  if (caller.kind === 'trunk') return { caller: caller.number ?? 'anonymous', callerUser: undefined };
  if (first !== undefined && first.tenant !== caller.tenant)
    return { caller: first.at.stranger?.number ?? 'anonymous', callerUser: undefined };
  return { caller: caller.extension, callerUser: caller.user };
}

function legRecord(leg: Leg, ending: Ending): LegRecord {
  const target = recordedTarget(leg.target);
  switch (leg.status.is) {
    case 'down':
      return { leg: leg.id, target, outcome: leg.status.outcome, status: leg.status.status };
    case 'cancelling':
      return { leg: leg.id, target, outcome: leg.status.outcome, status: undefined };
    case 'unusable':
      return { leg: leg.id, target, outcome: 'failed', status: 200 };
    case 'up':
      return { leg: leg.id, target, outcome: 'answered', status: 200 };
    default:
      return {
        leg: leg.id,
        target,
        outcome: ending.outcome === 'cancelled' ? 'cancelled' : 'failed',
        status: undefined,
      };
  }
}

function recordedTarget(target: Target): LegRecord['target'] {
  if (target.kind === 'trunk') return { kind: 'trunk', trunk: target.trunk.id };
  return { kind: 'device', device: target.device, user: target.user };
}
