import type { Instant } from '../../kernel/clock.ts';

/** Our registration with a carrier's registrar (RFC 3261 §10.2), as the exchange keeps it up. */
export type Registering =
  /** A REGISTER is on its way. */
  | (Common & { readonly is: 'asking' })
  /** Until the timer. */
  | (Common & { readonly is: 'resting' })
  /** The REGISTER that takes the binding away is on its way. */
  | { readonly is: 'leaving' }
  | { readonly is: 'left' };

interface Common {
  /** What we ask for; the registrar may have asked for more. */
  readonly seconds: number;
  /** Until when calls find us; undefined: they do not. */
  readonly until: Instant | undefined;
  /** In a row, and what the last one was: a status, or no answer at all. */
  readonly failures: number;
  readonly trouble: Trouble | undefined;
}

export type Trouble = number | 'no answer';

export type RegisteringEvent =
  | {
      readonly type: 'answered';
      readonly status: number;
      /** In seconds, as the answer has it for our Contact. */
      readonly granted: number | undefined;
      /** Min-Expires, of a 423. */
      readonly minimum: number | undefined;
      /** Retry-After, in seconds. */
      readonly retryAfter: number | undefined;
      /** At least 0 and below 1: so that all who lost a registrar do not come back in one moment. */
      readonly chance: number;
    }
  | { readonly type: 'no-answer'; readonly chance: number }
  | { readonly type: 'timer' }
  | { readonly type: 'stop' };

export type RegisteringEffect =
  /** Sends REGISTER; 0 seconds take the binding away. */
  { readonly do: 'register'; readonly seconds: number } | { readonly do: 'wait'; readonly milliseconds: number };

export interface RegisteringStep {
  readonly state: Registering;
  readonly effect: RegisteringEffect | undefined;
}

/** The first REGISTER, for so many seconds. */
export function beginRegistering(seconds: number): RegisteringStep {
  return ask({ seconds, until: undefined, failures: 0, trouble: undefined });
}

export function isRegistered(state: Registering, now: Instant): boolean {
  return (state.is === 'asking' || state.is === 'resting') && state.until !== undefined && now < state.until;
}

export function register(state: Registering, event: RegisteringEvent, now: Instant): RegisteringStep {
  switch (event.type) {
    case 'stop':
      return leave(state, now);
    case 'timer':
      return state.is === 'resting' ? ask(state) : stay(state);
    case 'answered':
    case 'no-answer':
      if (state.is === 'leaving') return stay({ is: 'left' });
      return state.is === 'asking' ? heard(state, event, now) : stay(state);
  }
}

function ask({ seconds, until, failures, trouble }: Common): RegisteringStep {
  return { state: { is: 'asking', seconds, until, failures, trouble }, effect: { do: 'register', seconds } };
}

const stay = (state: Registering): RegisteringStep => ({ state, effect: undefined });

function leave(state: Registering, now: Instant): RegisteringStep {
  // A REGISTER that is on its way may be granted yet.
  if (state.is !== 'asking' && !isRegistered(state, now)) {
    return stay(state.is === 'leaving' ? state : { is: 'left' });
  }
  return { state: { is: 'leaving' }, effect: { do: 'register', seconds: 0 } };
}

/** What a registrar can reasonably ask for: a day. */
const mostSeconds = 86_400;

function heard(
  state: Registering & { is: 'asking' },
  event: Exclude<RegisteringEvent, { type: 'timer' | 'stop' }>,
  now: Instant,
): RegisteringStep {
  if (event.type === 'no-answer') return failed(state, 'no answer', pause(state.failures, quickly, event.chance));
  const { status, minimum, granted = state.seconds, retryAfter = 0, chance } = event;
  if (status >= 200 && status < 300 && granted > 0) {
    const { seconds } = state;
    const until = now + granted * 1000;
    return {
      state: { is: 'resting', seconds, until, failures: 0, trouble: undefined },
      effect: { do: 'wait', milliseconds: refreshAfter(granted) },
    };
  }
  // Never twice for the same: who asks for more than what was just asked for is not to be satisfied. RFC 3261 §10.2.8
  if (status === 423 && minimum !== undefined && minimum > state.seconds && minimum <= mostSeconds) {
    return ask({ ...state, seconds: minimum });
  }
  const wait = pause(state.failures, deliberate.has(status) ? slowly : quickly, chance);
  return failed(state, status, Math.max(wait, Math.min(retryAfter, 3600) * 1000));
}

/** Milliseconds: early enough for two more tries, each as long as a transaction lasts, but not before half of the time. */
function refreshAfter(granted: number): number {
  return (granted - Math.min(granted / 2, 90)) * 1000;
}

function failed(state: Common, trouble: Trouble, milliseconds: number): RegisteringStep {
  const { seconds, until, failures } = state;
  return {
    state: { is: 'resting', seconds, until, failures: failures + 1, trouble },
    effect: { do: 'wait', milliseconds },
  };
}

/** Nobody will think better of these in two seconds, and some registrars lock out who keeps trying. */
const deliberate: ReadonlySet<number> = new Set([400, 401, 403, 404, 407, 420, 423]);
const quickly = 2_000;
const slowly = 30_000;
const longest = 300_000;

/** RFC 5626 §4.5: twice as long each time, and between half and all of that. */
function pause(failures: number, base: number, chance: number): number {
  return Math.round(Math.min(longest, base * 2 ** Math.min(failures, 16)) * (0.5 + chance / 2));
}
