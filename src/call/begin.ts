import { unreachable } from '../kernel/unreachable.ts';
import { ask } from './asking.ts';
import { conclude, concludeByFault } from './concluding.ts';
import type { Effect } from './effect.ts';
import { hangUpOn } from './ending.ts';
import { announce } from './phases/announcing.ts';
import { startMenu } from './phases/menu.ts';
import { greet } from './phases/voicemail.ts';
import { reasonOf } from './reason.ts';
import { ringAll } from './ring-leg.ts';
import type { RouteMove, StepOutcome } from './route-step.ts';
import type { Live, StepThat } from './state.ts';
import type { CallPolicy, Step } from './step.ts';
import { verdict } from './verdict.ts';

/** Does what routing said, or what must be done first. @param because what came of the step before */
export function begin(live: Live, move: RouteMove, because: StepOutcome | undefined, policy: CallPolicy): Step {
  const { step } = move;
  switch (step.do) {
    case 'ring':
      return beginRinging(live, move, step, policy);
    case 'announce':
    case 'menu':
    case 'voicemail':
      if (live.caller === 'attended') return speak(live, move, step, policy);
      if (live.speechless !== undefined) return ask(live, { is: 'not-possible', fault: live.speechless }, policy);
      return attend(live, move);
    case 'give-up':
      return giveUp(live, because, policy);
    case 'refuse':
      return concludeByFault(live, step.fault, policy);
    default:
      return unreachable(step);
  }
}

function beginRinging(live: Live, move: RouteMove, step: StepThat<'ring'>, policy: CallPolicy): Step {
  if (step.targets.length === 0) return ask(live, { is: 'unanswered', fault: 'CALLEE_UNREACHABLE' }, policy);
  // Who cannot be played music hears ringback from its own phone.
  if (step.waiting === 'music' && live.caller !== 'attended' && live.speechless === undefined)
    return attend(live, move);
  if (live.media !== 'both') return open(live, move, live.media === 'none' ? 'both' : 'callee');
  return ring(live, step, policy);
}

function open(live: Live, move: RouteMove, sides: 'caller' | 'callee' | 'both'): Step {
  const media = sides === 'caller' ? 'caller' : 'both';
  return [{ phase: 'opening', live: { ...live, media }, move }, [{ do: 'open-media', sides }]];
}

function attend(live: Live, move: RouteMove): Step {
  if (live.media === 'none') return open(live, move, 'caller');
  return [{ phase: 'attending', awaiting: 'media', live, move }, [{ do: 'attend' }]];
}

/** Rings all of a step together. */
function ring(live: Live, step: StepThat<'ring'>, policy: CallPolicy): Step {
  const rung = ringAll(live, step.targets, policy);
  const effects: readonly Effect[] = [...rung.effects, { do: 'arm', timer: 'ring', milliseconds: step.seconds * 1000 }];
  if (live.caller !== 'attended') return [{ phase: 'ringing', live: rung.live }, effects];
  const turn = live.turn + 1;
  return [
    { phase: 'ringing', live: { ...rung.live, turn, typed: [] } },
    [...effects, { do: 'play', turn, sounds: [{ is: step.waiting }], repeat: true }],
  ];
}

function speak(
  live: Live,
  { tenant }: RouteMove,
  step: StepThat<'announce' | 'menu' | 'voicemail'>,
  policy: CallPolicy,
): Step {
  switch (step.do) {
    case 'announce':
      return announce(live, step.sound, tenant);
    case 'menu':
      return startMenu(live, step, tenant, policy);
    case 'voicemail':
      return greet(live, step.box, tenant);
    default:
      return unreachable(step);
  }
}

function giveUp(live: Live, because: StepOutcome | undefined, policy: CallPolicy): Step {
  // Nobody was ever asked: the caller itself is why.
  if (because?.is === 'not-possible' && live.caller !== 'attended' && live.legs.length === 0)
    return concludeByFault(live, because.fault, policy);
  const ending = verdict(live.legs);
  // An announcement was the last word.
  if (because?.is === 'played' && live.caller === 'attended')
    return hangUpOn(live, ending, reasonOf(ending.fault), policy);
  return conclude(live, ending, policy);
}
