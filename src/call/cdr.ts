import type { CallEvent } from './event.ts';
import type { Caller, CallId, Target } from './party.ts';
import type { CallRecord, LegRecord } from './record.ts';
import type { Route } from './route.ts';
import { newCall, type CallState, type Ending, type Leg } from './state.ts';
import type { CallPolicy } from './step.ts';
import { transition } from './transition.ts';

/**
 * The call detail record as a fold over the call's own events: computed once, when
 * the call is over, and again from a kept event list with the same outcome.
 * @returns undefined while the call is not over
 */
export function callRecord(call: CallId, events: readonly CallEvent[], policy: CallPolicy): CallRecord | undefined {
  const state = events.reduce<CallState>((reached, event) => transition(reached, event, policy)[0], newCall);
  const offered = find(events, 'offered');
  if (offered === undefined || (state.phase !== 'over' && state.phase !== 'gone')) return undefined;
  const route = find(events, 'routed')?.route;
  const { caller } = offered;
  return {
    call,
    tenant: route?.tenant ?? (caller.kind === 'device' ? caller.tenant : undefined),
    direction: route?.direction ?? (caller.kind === 'trunk' ? 'inbound' : 'outbound'),
    ...recordedCaller(caller, route),
    dialled: offered.dialled,
    startedAt: offered.at,
    ringingAt: find(events, 'ringing')?.at,
    answeredAt: state.ending.outcome === 'answered' ? find(events, 'accepted')?.at : undefined,
    endedAt: endedAt(events, policy) ?? offered.at,
    outcome: state.ending.outcome,
    endedBy: state.ending.endedBy,
    fault: state.ending.fault,
    status: state.ending.status,
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

/** The time of the event that ended it, not of the last farewell. */
function endedAt(events: readonly CallEvent[], policy: CallPolicy): number | undefined {
  let state: CallState = newCall;
  for (const event of events) {
    state = transition(state, event, policy)[0];
    if (state.phase === 'over' || state.phase === 'gone') return event.at;
  }
  return undefined;
}

/** A record belongs to the tenant that was called: of a caller of another tenant it holds what everybody outside sees. */
function recordedCaller(caller: Caller, route: Route | undefined): Pick<CallRecord, 'caller' | 'callerUser'> {
  if (caller.kind === 'trunk') return { caller: caller.number ?? 'anonymous', callerUser: undefined };
  if (route !== undefined && route.tenant !== caller.tenant)
    return { caller: route.presentation.number ?? 'anonymous', callerUser: undefined };
  return { caller: caller.extension, callerUser: caller.user };
}

function legRecord(leg: Leg, ending: Ending): LegRecord {
  const target = recordedTarget(leg.target);
  switch (leg.status.is) {
    case 'down':
      return { leg: leg.id, target, outcome: leg.status.outcome, status: leg.status.status };
    case 'cancelling':
      return { leg: leg.id, target, outcome: leg.status.outcome, status: undefined };
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
