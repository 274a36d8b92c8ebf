import { unreachable } from '../../kernel/unreachable.ts';
import { idle, type ServerAction, type ServerEvent, type Step } from './actions.ts';
import type { TimerTable } from './timers.ts';

/** The INVITE server transaction: RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1. */
export type InviteServerState =
  | { readonly phase: 'proceeding' }
  | { readonly phase: 'completed'; readonly interval: number }
  | { readonly phase: 'confirmed' }
  | { readonly phase: 'accepted' }
  | { readonly phase: 'terminated' };

type Next = Step<InviteServerState, ServerAction>;

const accepted: InviteServerState = { phase: 'accepted' };
const confirmed: InviteServerState = { phase: 'confirmed' };
const terminated: InviteServerState = { phase: 'terminated' };

export const newInviteServer: InviteServerState = { phase: 'proceeding' };

export function stepInviteServer(state: InviteServerState, event: ServerEvent, timers: TimerTable): Next {
  switch (state.phase) {
    case 'proceeding':
      if (event.type === 'respond') return onRespond(state, event.status, timers);
      if (event.type === 'request') return [state, [{ do: 'repeat-response' }]];
      return event.type === 'transport-failed' ? failed('transport') : [state, idle];
    case 'completed':
      return whileCompleted(state, event, timers);
    case 'confirmed':
      return event.type === 'timer' && event.timer === 'I' ? ended : [state, idle];
    case 'accepted':
      // The 2xx is repeated by the transaction user, from end to end (RFC 6026 §7.1); the INVITE itself is absorbed.
      if (event.type === 'respond' && event.status >= 200 && event.status < 300) {
        return [state, [{ do: 'send-response' }]];
      }
      if (event.type === 'ack') return [state, [{ do: 'deliver-ack' }]];
      if (event.type === 'transport-failed') return [state, [{ do: 'report', problem: 'transport' }]];
      return event.type === 'timer' && event.timer === 'L' ? ended : [state, idle];
    case 'terminated':
      return [state, idle];
    default:
      return unreachable(state);
  }
}

const ended: Next = [terminated, [{ do: 'end' }]];

function onRespond(state: InviteServerState, status: number, timers: TimerTable): Next {
  if (status < 200) return [state, [{ do: 'send-response' }]];
  if (status < 300) return [accepted, [{ do: 'send-response' }, { do: 'arm', timer: 'L', ms: timers.L }]];
  const actions: ServerAction[] = [{ do: 'send-response' }, { do: 'arm', timer: 'H', ms: timers.H }];
  if (timers.G > 0) actions.push({ do: 'arm', timer: 'G', ms: timers.G });
  return [{ phase: 'completed', interval: timers.G }, actions];
}

function whileCompleted(
  state: InviteServerState & { phase: 'completed' },
  event: ServerEvent,
  timers: TimerTable,
): Next {
  if (event.type === 'request') return [state, [{ do: 'repeat-response' }]];
  if (event.type === 'transport-failed') return failed('transport');
  if (event.type === 'ack') return onAck(timers);
  if (event.type !== 'timer') return [state, idle];
  if (event.timer === 'H') return failed('timeout');
  if (event.timer !== 'G') return [state, idle];
  const interval = Math.min(state.interval * 2, timers.t2);
  return [{ phase: 'completed', interval }, [{ do: 'repeat-response' }, { do: 'arm', timer: 'G', ms: interval }]];
}

function onAck(timers: TimerTable): Next {
  if (timers.I === 0) return ended;
  return [
    confirmed,
    [
      { do: 'disarm', timer: 'G' },
      { do: 'disarm', timer: 'H' },
      { do: 'arm', timer: 'I', ms: timers.I },
    ],
  ];
}

function failed(problem: 'timeout' | 'transport'): Next {
  return [terminated, [{ do: 'report', problem }, { do: 'end' }]];
}
