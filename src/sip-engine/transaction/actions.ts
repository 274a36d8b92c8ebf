import type { TimerName } from './timers.ts';

/** A machine never touches a clock: it says which timer should run, for how many milliseconds. */
export type TimerAction =
  | { readonly do: 'arm'; readonly timer: TimerName; readonly ms: number }
  | { readonly do: 'disarm'; readonly timer: TimerName };

export type ClientAction =
  | TimerAction
  /** Put the request on the wire, for the first time or again. */
  | { readonly do: 'send-request' }
  /** Acknowledge the final response that was just received (RFC 3261 §17.1.1.3). */
  | { readonly do: 'send-ack' }
  /** Hand the response that was just received to the transaction user. */
  | { readonly do: 'deliver' }
  /** Tell the transaction user that nobody answered, or that the transport gave up. */
  | { readonly do: 'report'; readonly problem: 'timeout' | 'transport' }
  /** Forget the transaction; whatever timer still runs is stopped. */
  | { readonly do: 'end' };

export type ServerAction =
  | TimerAction
  /** Put the response that the transaction user just gave on the wire, and keep it for repetition. */
  | { readonly do: 'send-response' }
  /** Repeat the response sent last, if there is one. */
  | { readonly do: 'repeat-response' }
  /** Hand the ACK that was just received to the transaction user. */
  | { readonly do: 'deliver-ack' }
  | { readonly do: 'report'; readonly problem: 'timeout' | 'transport' }
  | { readonly do: 'end' };

export type ClientEvent =
  | { readonly type: 'start' }
  | { readonly type: 'response'; readonly status: number }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'transport-failed' };

export type ServerEvent =
  /** The request came again. */
  | { readonly type: 'request' }
  | { readonly type: 'ack' }
  /** The transaction user answers. */
  | { readonly type: 'respond'; readonly status: number }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'transport-failed' };

export type Step<State, Action> = readonly [state: State, actions: readonly Action[]];

/** Nothing to do. */
export const idle: readonly never[] = [];
