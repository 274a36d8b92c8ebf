import type { TenantId, UserId } from '../../directory/types.ts';
import { ask } from '../asking.ts';
import type { Effect, Sound } from '../effect.ts';
import { hangUpOn } from '../ending.ts';
import type { CallEvent } from '../event.ts';
import { callerLeg } from '../party.ts';
import { exchangeFailed, mediaSilent, type Reason, tooLong } from '../reason.ts';
import type { Ending, Live } from '../state.ts';
import { type CallPolicy, type In, type Step, withFirst } from '../step.ts';
import { anyPhase } from './any.ts';

/** What is shorter was a caller who hung up after the beep. */
const leastMessageMs = 1_000;

const beep: Sound = { is: 'beep' };

export function greet(live: Live, box: UserId, tenant: TenantId): Step {
  return play(live, box, [{ is: 'spoken', name: 'voicemail-greeting', tenant }, beep]);
}

function play(live: Live, box: UserId, sounds: readonly Sound[]): Step {
  const turn = live.turn + 1;
  return [
    { phase: 'voicemail', live: { ...live, turn, typed: [] }, box, stage: 'greeting' },
    [{ do: 'play', turn, sounds, repeat: false }],
  ];
}

/** Greeting, beep, and what the caller says until it hangs up, presses #, falls silent or has said enough. */
export function voicemail(state: In<'voicemail'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'hung-up':
      if (event.leg !== callerLeg) return [state, []];
      return leave(state, 'caller', undefined, undefined, policy);
    case 'media-silent':
      return event.side === 'caller' ? leave(state, 'us', mediaSilent, undefined, policy) : [state, []];
    case 'media-failed':
    case 'stopped':
      return leave(state, 'us', exchangeFailed, event.fault, policy);
    case 'timer':
      return event.timer === 'longest' ? leave(state, 'us', tooLong, undefined, policy) : [state, []];
    default:
      return state.stage === 'greeting' ? greeting(state, event, policy) : recording(state, event, policy);
  }
}

function greeting(state: In<'voicemail'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'played':
    case 'not-played':
      if (event.turn !== state.live.turn) return [state, []];
      return [{ ...state, stage: 'recording' }, [{ do: 'record-message', box: state.box }]];
    case 'key':
      return event.key === '#' ? play(state.live, state.box, [beep]) : [state, []];
    default:
      return anyPhase(state, event, policy);
  }
}

function recording(state: In<'voicemail'>, event: CallEvent, policy: CallPolicy): Step {
  switch (event.type) {
    case 'key':
      if (event.key !== '#' || state.stage === 'saving') return [state, []];
      return [{ ...state, stage: 'saving' }, [{ do: 'stop-recording' }]];
    case 'recorded': {
      const kept = messageOf(state.box, event.milliseconds);
      return withFirst(kept, leave({ ...state, stage: 'greeting' }, 'us', undefined, undefined, policy));
    }
    case 'not-recorded':
      return withFirst([{ do: 'drop-message' }], ask(state.live, { is: 'not-possible', fault: event.fault }, policy));
    default:
      return anyPhase(state, event, policy);
  }
}

/** What becomes of a recording. */
export function messageOf(box: UserId, milliseconds: number): readonly Effect[] {
  return [milliseconds < leastMessageMs ? { do: 'drop-message' } : { do: 'keep-message', box, milliseconds }];
}

function leave(
  { live, box, stage }: In<'voicemail'>,
  endedBy: Ending['endedBy'],
  reason: Reason | undefined,
  fault: Ending['fault'],
  policy: CallPolicy,
): Step {
  const ending: Ending = { outcome: 'voicemail', endedBy, status: 200, fault };
  return hangUpOn(live, ending, reason, policy, stage === 'greeting' ? undefined : box);
}
