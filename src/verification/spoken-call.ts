import type { LegRecord } from '../call/record.ts';
import type { Trunk } from '../directory/types.ts';
import type { Instant } from '../kernel/clock.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { calledOf, type Called, isTrunksOwn } from './called.ts';

/** How often the code is said. */
export const rounds = 3;

/** One trunk after the other, as those before fail by themselves. */
export interface Attempt {
  readonly trunk: Trunk;
  /** Undefined: it is under way. */
  readonly end: Pick<LegRecord, 'outcome' | 'status'> | undefined;
}

interface Course {
  readonly startedAt: Instant;
  readonly ringingAt: Instant | undefined;
  readonly answeredAt: Instant | undefined;
  readonly attempts: readonly Attempt[];
  readonly untried: readonly Trunk[];
}

type Phase =
  | { readonly phase: 'opening' }
  | { readonly phase: 'ringing'; readonly heardOf: boolean }
  | { readonly phase: 'connecting' }
  /** `said`: how often the code was said to its end. */
  | { readonly phase: 'speaking'; readonly said: number }
  | { readonly phase: 'over'; readonly called: Called; readonly endedAt: Instant };

/** A call of our own to a telephone, that says a code and hangs up. */
export type SpokenCall = Course & Phase;

export type SpokenTimer =
  /** The trunk has not said a word. */
  | 'unheard'
  /** Nobody answers. */
  | 'unanswered'
  /** The other side keeps us from coming to an end, as by hold. */
  | 'longest';

/** `leg` counts the attempts from 1. */
export type SpokenEvent = { readonly at: Instant } & (
  | { readonly type: 'opened' }
  | { readonly type: 'ringing'; readonly leg: number }
  | { readonly type: 'answered'; readonly leg: number; readonly answer: string }
  | { readonly type: 'refused'; readonly leg: number; readonly status: number }
  /** Nothing was sent: the trunk carries all that it can. */
  | { readonly type: 'full'; readonly leg: number }
  | { readonly type: 'hung-up'; readonly leg: number }
  /** The code is being said. */
  | { readonly type: 'connected' }
  | { readonly type: 'not-connected'; readonly why: 'no-codec' | 'media' }
  | { readonly type: 'said' }
  | { readonly type: 'media-failed' }
  | { readonly type: 'timer'; readonly timer: SpokenTimer }
  | { readonly type: 'stopped' }
);

export type SpokenEffect =
  | { readonly do: 'ring'; readonly leg: number; readonly trunk: Trunk }
  | { readonly do: 'cancel' | 'hang-up'; readonly leg: number }
  /** Takes the answer, and begins to say the code. */
  | { readonly do: 'connect'; readonly answer: string }
  /** Once more. */
  | { readonly do: 'say' }
  | { readonly do: 'arm' | 'disarm'; readonly timer: SpokenTimer }
  /** The code is on its way. */
  | { readonly do: 'told' }
  /** Frees what the call has, writes its record, and tells whoever still waits what came of it. */
  | { readonly do: 'close' };

type Moved = readonly [SpokenCall, readonly SpokenEffect[]];

/** @param trunks at least one */
export function newSpokenCall(startedAt: Instant, trunks: readonly Trunk[]): SpokenCall {
  return {
    ...{ phase: 'opening', startedAt, ringingAt: undefined, answeredAt: undefined },
    ...{ attempts: [], untried: trunks },
  };
}

/** Pure: what a spoken call becomes by what happens, and what is to be done then. */
export function spoken(call: SpokenCall, event: SpokenEvent): Moved {
  switch (event.type) {
    case 'opened':
      return call.phase === 'opening' ? next(call, { is: 'failed' }, event.at, [arm('unanswered')]) : still(call);
    case 'ringing':
      return ringing(call, event.leg, event.at);
    case 'answered':
      return answered(call, event.leg, event.answer, event.at);
    case 'refused':
      return refused(call, event.leg, event.status, event.at);
    case 'full':
      return isCurrent(call, event.leg)
        ? next(ended(call, { outcome: 'unreachable', status: undefined }), { is: 'failed' }, event.at, [
            disarm('unheard'),
          ])
        : still(call);
    case 'hung-up':
      if (!isCurrent(call, event.leg)) return still(call);
      return over(call, { is: call.phase === 'speaking' && call.said > 0 ? 'heard' : 'hung-up' }, event.at);
    case 'connected':
      if (call.phase !== 'connecting') return still(call);
      return [{ ...call, phase: 'speaking', said: 0 }, [{ do: 'told' }]];
    case 'not-connected':
      if (call.phase !== 'connecting' && call.phase !== 'speaking') return still(call);
      return over(call, { is: event.why === 'no-codec' ? 'no-codec' : 'failed' }, event.at);
    case 'said':
      return said(call, event.at);
    case 'media-failed':
      return over(call, { is: 'failed' }, event.at);
    case 'timer':
      return timed(call, event.timer, event.at);
    case 'stopped':
      return over(call, { is: 'stopped' }, event.at);
    default:
      return unreachable(event);
  }
}

function ringing(call: SpokenCall, leg: number, at: Instant): Moved {
  if (call.phase !== 'ringing' || !isCurrent(call, leg) || call.heardOf) return still(call);
  return [{ ...call, heardOf: true, ringingAt: at }, [disarm('unheard')]];
}

function answered(call: SpokenCall, leg: number, answer: string, at: Instant): Moved {
  // It was given up, and its answer has crossed our CANCEL.
  if (call.phase !== 'ringing' || !isCurrent(call, leg)) return [call, [{ do: 'hang-up', leg }]];
  const up: SpokenCall = {
    ...ended(call, { outcome: 'answered', status: 200 }),
    ...{ phase: 'connecting', answeredAt: at },
  };
  return [up, [disarm('unheard'), disarm('unanswered'), arm('longest'), { do: 'connect', answer }]];
}

function refused(call: SpokenCall, leg: number, status: number, at: Instant): Moved {
  if (call.phase !== 'ringing' || !isCurrent(call, leg)) return still(call);
  const called = calledOf(status);
  const down = ended(call, { outcome: outcomeOf(called), status });
  if (isTrunksOwn(status, call.heardOf)) return next(down, called, at, [disarm('unheard')]);
  return over(down, called, at);
}

function said(call: SpokenCall, at: Instant): Moved {
  if (call.phase !== 'speaking') return still(call);
  const times = call.said + 1;
  if (times >= rounds) return over({ ...call, said: times }, { is: 'told' }, at);
  return [{ ...call, said: times }, [{ do: 'say' }]];
}

function timed(call: SpokenCall, timer: SpokenTimer, at: Instant): Moved {
  switch (timer) {
    case 'unheard': {
      if (call.phase !== 'ringing' || call.heardOf || call.untried.length === 0) return still(call);
      const leg = call.attempts.length;
      return next(ended(call, { outcome: 'unreachable', status: undefined }), { is: 'failed' }, at, [
        { do: 'cancel', leg },
      ]);
    }
    case 'unanswered':
      return call.phase === 'ringing' ? over(call, { is: 'no-answer' }, at) : still(call);
    case 'longest':
      if (call.phase !== 'connecting' && call.phase !== 'speaking') return still(call);
      return over(call, { is: call.phase === 'speaking' && call.said > 0 ? 'told' : 'failed' }, at);
    default:
      return unreachable(timer);
  }
}

/** The next trunk, if there is one. @param called what came of it when there is none */
function next(call: SpokenCall, called: Called, at: Instant, before: readonly SpokenEffect[] = []): Moved {
  const [trunk, ...untried] = call.untried;
  if (trunk === undefined) {
    const [done, effects] = over(call, called, at);
    return [done, [...before, ...effects]];
  }
  const attempts = [...call.attempts, { trunk, end: undefined }];
  const watched = untried.length > 0 ? [arm('unheard')] : [];
  return [
    { ...call, phase: 'ringing', heardOf: false, attempts, untried },
    [...before, { do: 'ring', leg: attempts.length, trunk }, ...watched],
  ];
}

function over(call: SpokenCall, called: Called, at: Instant): Moved {
  if (call.phase === 'over') return still(call);
  const leg = call.attempts.length;
  const timers = (['unheard', 'unanswered', 'longest'] as const).map(disarm);
  const outcome = call.phase === 'ringing' && isOpen(call) ? outcomeOf(called) : undefined;
  const done = outcome === undefined ? call : ended(call, { outcome, status: undefined });
  return [{ ...done, phase: 'over', called, endedAt: at }, [...farewell(call, leg), ...timers, { do: 'close' }]];
}

function farewell(call: SpokenCall, leg: number): readonly SpokenEffect[] {
  if (call.phase === 'ringing') return isOpen(call) ? [{ do: 'cancel', leg }] : [];
  if (call.phase !== 'connecting' && call.phase !== 'speaking') return [];
  // Harmless where the other side has hung up already.
  return [{ do: 'hang-up', leg }];
}

function ended<Call extends SpokenCall>(call: Call, end: Attempt['end']): Call {
  const last = call.attempts.length - 1;
  return { ...call, attempts: call.attempts.map((one, at) => (at === last ? { ...one, end } : one)) };
}

function isOpen(call: SpokenCall): boolean {
  return call.attempts.at(-1)?.end === undefined && call.attempts.length > 0;
}

function isCurrent(call: SpokenCall, leg: number): boolean {
  return call.phase !== 'over' && leg === call.attempts.length;
}

function outcomeOf({ is }: Called): LegRecord['outcome'] {
  switch (is) {
    case 'told':
    case 'heard':
    case 'hung-up':
    case 'no-codec':
      return 'answered';
    case 'busy':
    case 'declined':
    case 'no-answer':
      return is;
    case 'stopped':
      return 'cancelled';
    case 'unknown-number':
    case 'unreachable':
      return 'unreachable';
    case 'failed':
      return 'failed';
    default:
      return unreachable(is);
  }
}

function still(call: SpokenCall): Moved {
  return [call, []];
}

function arm(timer: SpokenTimer): SpokenEffect {
  return { do: 'arm', timer };
}

function disarm(timer: SpokenTimer): SpokenEffect {
  return { do: 'disarm', timer };
}
