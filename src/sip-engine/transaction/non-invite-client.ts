import { unreachable } from '../../kernel/unreachable.ts';
import { type ClientAction, type ClientEvent, idle, type Step } from './actions.ts';
import type { TimerTable } from './timers.ts';

/** The non-INVITE client transaction of RFC 3261 §17.1.2. */
export type NonInviteClientState =
  | { readonly phase: 'trying'; readonly interval: number }
  | { readonly phase: 'proceeding' }
  | { readonly phase: 'completed' }
  | { readonly phase: 'terminated' };

type Next = Step<NonInviteClientState, ClientAction>;

const proceeding: NonInviteClientState = { phase: 'proceeding' };
const completed: NonInviteClientState = { phase: 'completed' };
const terminated: NonInviteClientState = { phase: 'terminated' };

export function startNonInviteClient(timers: TimerTable): Next {
  const actions: ClientAction[] = [{ do: 'send-request' }, { do: 'arm', timer: 'F', ms: timers.F }];
  if (timers.E > 0) actions.push({ do: 'arm', timer: 'E', ms: timers.E });
  return [{ phase: 'trying', interval: timers.E }, actions];
}

export function stepNonInviteClient(state: NonInviteClientState, event: ClientEvent, timers: TimerTable): Next {
  switch (state.phase) {
    case 'trying':
    case 'proceeding':
      if (event.type === 'response') return onResponse(event.status, timers);
      if (event.type === 'transport-failed') return failed('transport');
      if (event.type !== 'timer') return [state, idle];
      if (event.timer === 'F') return failed('timeout');
      return event.timer === 'E' ? sendAgain(state, timers) : [state, idle];
    case 'completed':
      return event.type === 'timer' && event.timer === 'K' ? [terminated, [{ do: 'end' }]] : [state, idle];
    case 'terminated':
      return [state, idle];
    default:
      return unreachable(state);
  }
}

/** E doubles up to T2; after a provisional response it is T2 at once (RFC 3261 §17.1.2.2). */
function sendAgain(state: NonInviteClientState & { phase: 'trying' | 'proceeding' }, timers: TimerTable): Next {
  const interval = state.phase === 'trying' ? Math.min(state.interval * 2, timers.t2) : timers.t2;
  const next: NonInviteClientState = state.phase === 'trying' ? { phase: 'trying', interval } : state;
  return [next, [{ do: 'send-request' }, { do: 'arm', timer: 'E', ms: interval }]];
}

function onResponse(status: number, timers: TimerTable): Next {
  if (status < 200) return [proceeding, [{ do: 'deliver' }]];
  if (timers.K === 0) return [terminated, [{ do: 'deliver' }, { do: 'end' }]];
  return [
    completed,
    [
      { do: 'disarm', timer: 'E' },
      { do: 'disarm', timer: 'F' },
      { do: 'deliver' },
      { do: 'arm', timer: 'K', ms: timers.K },
    ],
  ];
}

function failed(problem: 'timeout' | 'transport'): Next {
  return [terminated, [{ do: 'report', problem }, { do: 'end' }]];
}
