import { unreachable } from '../../kernel/unreachable.ts';
import { type ClientAction, type ClientEvent, idle, type Step } from './actions.ts';
import type { TimerTable } from './timers.ts';

/** The INVITE client transaction: RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2. */
export type InviteClientState =
  | { readonly phase: 'calling'; readonly interval: number }
  | { readonly phase: 'proceeding' }
  | { readonly phase: 'completed' }
  | { readonly phase: 'accepted' }
  | { readonly phase: 'terminated' };

type Next = Step<InviteClientState, ClientAction>;

const proceeding: InviteClientState = { phase: 'proceeding' };
const completed: InviteClientState = { phase: 'completed' };
const accepted: InviteClientState = { phase: 'accepted' };
const terminated: InviteClientState = { phase: 'terminated' };

export function startInviteClient(timers: TimerTable): Next {
  const actions: ClientAction[] = [{ do: 'send-request' }, { do: 'arm', timer: 'B', ms: timers.B }];
  if (timers.A > 0) actions.push({ do: 'arm', timer: 'A', ms: timers.A });
  return [{ phase: 'calling', interval: timers.A }, actions];
}

export function stepInviteClient(state: InviteClientState, event: ClientEvent, timers: TimerTable): Next {
  switch (state.phase) {
    case 'calling':
      return whileCalling(state, event, timers);
    case 'proceeding':
      if (event.type === 'response') return onResponse(state, event.status, timers);
      return event.type === 'transport-failed' ? failed('transport') : [state, idle];
    case 'completed':
      if (event.type === 'response' && event.status >= 300) return [state, [{ do: 'send-ack' }]];
      if (event.type === 'transport-failed') return failed('transport');
      return isTimer(event, 'D') ? [terminated, [{ do: 'end' }]] : [state, idle];
    case 'accepted':
      // Each 2xx goes up: a repeated one wants its ACK again, one with another To tag is a fork (RFC 6026 §7.2).
      if (event.type === 'response' && event.status >= 200 && event.status < 300) return [state, [{ do: 'deliver' }]];
      return isTimer(event, 'M') ? [terminated, [{ do: 'end' }]] : [state, idle];
    case 'terminated':
      return [state, idle];
    default:
      return unreachable(state);
  }
}

function whileCalling(state: InviteClientState & { phase: 'calling' }, event: ClientEvent, timers: TimerTable): Next {
  if (event.type === 'response') {
    const [next, actions] = onResponse(state, event.status, timers);
    const stop: ClientAction[] = [{ do: 'disarm', timer: 'B' }];
    if (timers.A > 0) stop.push({ do: 'disarm', timer: 'A' });
    return [next, [...stop, ...actions]];
  }
  if (event.type === 'transport-failed') return failed('transport');
  if (isTimer(event, 'B')) return failed('timeout');
  if (!isTimer(event, 'A')) return [state, idle];
  const interval = state.interval * 2;
  return [{ phase: 'calling', interval }, [{ do: 'send-request' }, { do: 'arm', timer: 'A', ms: interval }]];
}

function onResponse(state: InviteClientState, status: number, timers: TimerTable): Next {
  if (status < 200) return [state.phase === 'calling' ? proceeding : state, [{ do: 'deliver' }]];
  if (status < 300) return [accepted, [{ do: 'deliver' }, { do: 'arm', timer: 'M', ms: timers.M }]];
  const answered: ClientAction[] = [{ do: 'send-ack' }, { do: 'deliver' }];
  // Over a reliable transport nothing can come twice, so nothing is kept (RFC 3261 table 4: D is 0).
  if (timers.D === 0) return [terminated, [...answered, { do: 'end' }]];
  return [completed, [...answered, { do: 'arm', timer: 'D', ms: timers.D }]];
}

function failed(problem: 'timeout' | 'transport'): Next {
  return [terminated, [{ do: 'report', problem }, { do: 'end' }]];
}

function isTimer(event: ClientEvent, name: 'A' | 'B' | 'D' | 'M'): boolean {
  return event.type === 'timer' && event.timer === name;
}
