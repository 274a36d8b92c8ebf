import { unreachable } from '../../kernel/unreachable.ts';
import { idle, type ServerAction, type ServerEvent, type Step } from './actions.ts';
import type { TimerTable } from './timers.ts';

/** The non-INVITE server transaction of RFC 3261 §17.2.2. */
export type NonInviteServerState =
  | { readonly phase: 'trying' }
  | { readonly phase: 'proceeding' }
  | { readonly phase: 'completed' }
  | { readonly phase: 'terminated' };

type Next = Step<NonInviteServerState, ServerAction>;

const proceeding: NonInviteServerState = { phase: 'proceeding' };
const completed: NonInviteServerState = { phase: 'completed' };
const terminated: NonInviteServerState = { phase: 'terminated' };

export const newNonInviteServer: NonInviteServerState = { phase: 'trying' };

export function stepNonInviteServer(state: NonInviteServerState, event: ServerEvent, timers: TimerTable): Next {
  switch (state.phase) {
    case 'trying':
    case 'proceeding':
      if (event.type === 'respond') return onRespond(event.status, timers);
      if (event.type === 'transport-failed') return failed;
      // Nothing was said yet while trying, so there is nothing to repeat.
      return event.type === 'request' && state.phase === 'proceeding' ? [state, again] : [state, idle];
    case 'completed':
      if (event.type === 'request') return [state, again];
      if (event.type === 'transport-failed') return failed;
      return event.type === 'timer' && event.timer === 'J' ? [terminated, [{ do: 'end' }]] : [state, idle];
    case 'terminated':
      return [state, idle];
    default:
      return unreachable(state);
  }
}

const again: readonly ServerAction[] = [{ do: 'repeat-response' }];
const failed: Next = [terminated, [{ do: 'report', problem: 'transport' }, { do: 'end' }]];

function onRespond(status: number, timers: TimerTable): Next {
  if (status < 200) return [proceeding, [{ do: 'send-response' }]];
  if (timers.J === 0) return [terminated, [{ do: 'send-response' }, { do: 'end' }]];
  return [completed, [{ do: 'send-response' }, { do: 'arm', timer: 'J', ms: timers.J }]];
}
