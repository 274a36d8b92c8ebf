import type { StepOutcome, Whereabouts } from '../call/route-step.ts';
import type { DivertedBy } from '../call/diverted-by.ts';
import type { Destination } from '../directory/destination.ts';
import { isOpen, isTimeZone } from '../directory/open-at.ts';
import { menuKeys, type PlanStep } from '../directory/plan-step.ts';
import type { Plan } from '../directory/types.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { forwarder } from './outward.ts';
import { gone } from './place.ts';
import { ringStep } from './ring-step.ts';
import type { Walk } from './routing.ts';
import { moved, type Turn } from './turn.ts';
import { away, chosenByKey, sentOn } from './whereabouts.ts';

/** The step of the plan that the call is at. */
export async function takeStep(walk: Walk, here: Whereabouts, plan: Plan): Promise<Turn> {
  const step = stepAt(here, plan);
  if (step === undefined) return nothingLeft(here);
  switch (step.do) {
    case 'ring': {
      const rung = await ringStep(walk, here, step);
      if (rung === undefined) walk.nobody();
      return rung ?? nextStep(here, plan);
    }
    case 'announce':
      return moved(here, { do: 'announce', sound: step.sound });
    case 'menu': {
      const { sound, retries, timeoutSeconds } = step;
      const keys = menuKeys.filter((key) => step.keys[key] !== undefined);
      return moved(here, { do: 'menu', sound, keys, retries, timeoutSeconds });
    }
    case 'hours':
      if (await isOpenNow(walk, here, step)) return nextStep(here, plan);
      return onward(walk, here, step.closed, 'time-of-day', 'for-good');
    case 'divert':
      return onward(walk, here, step.to, 'unconditional', 'and-back');
    case 'voicemail':
      return onward(walk, here, { kind: 'voicemail', user: step.user }, 'unconditional', 'and-back');
    case 'hang-up':
      return moved({ ...here, plan: undefined }, { do: 'refuse', fault: 'CALLEE_DECLINED' });
    default:
      return unreachable(step);
  }
}

/** What follows in the plan, with what came of the step that the call is at. */
export async function afterStep(walk: Walk, here: Whereabouts, plan: Plan, because: StepOutcome): Promise<Turn> {
  const step = stepAt(here, plan);
  // Voicemail has heard the caller out.
  if (here.plan?.away === true && because.is === 'played') return nothingLeft(here);
  if (step?.do === 'ring' && step.order !== 'together') return takeStep(walk, backIn(here), plan);
  if (step?.do !== 'menu' || here.plan?.away === true) return nextStep(here, plan);
  const pressed = because.is === 'key';
  const to = pressed ? step.keys[because.key] : step.otherwise;
  return to === undefined
    ? nextStep(here, plan)
    : onward(walk, pressed ? chosenByKey(here) : here, to, 'unconditional', 'and-back');
}

function backIn(here: Whereabouts): Whereabouts {
  return here.plan === undefined ? here : { ...here, plan: { ...here.plan, away: false } };
}

/** Where the call goes on when what it was sent to led nowhere. */
export async function resumed(walk: Walk, resume: Whereabouts): Promise<Turn> {
  const plan = resume.plan && (await walk.lookups.plan(resume.plan.id));
  if (plan !== undefined) return afterStep(walk, resume, plan, { is: 'unanswered', fault: 'CALLEE_UNREACHABLE' });
  if (resume.plan !== undefined) walk.note(gone(`plan ${resume.plan.id}`).message);
  return nothingLeft(resume);
}

export function nothingLeft(here: Whereabouts): Turn {
  return moved({ ...here, plan: undefined }, { do: 'give-up' });
}

function stepAt({ plan: position }: Whereabouts, plan: Plan): PlanStep | undefined {
  return position && plan.steps[position.step];
}

function nextStep(here: Whereabouts, plan: Plan): Turn {
  const { step } = here.plan ?? { step: plan.steps.length };
  return { is: 'step', here: { ...here, plan: { id: plan.id, step: step + 1, rung: [], away: false } }, plan };
}

async function isOpenNow(
  walk: Walk,
  here: Whereabouts,
  { hours }: Extract<PlanStep, { do: 'hours' }>,
): Promise<boolean> {
  const tenant = await walk.lookups.tenant(here.tenant);
  const timeZone = tenant?.timeZone ?? 'UTC';
  if (!isTimeZone(timeZone)) walk.note(`tenant ${here.tenant}: "${timeZone}" is no time zone, UTC is used; mend it`);
  return isOpen(hours, walk.routing.clock.now(), timeZone);
}

async function onward(
  walk: Walk,
  here: Whereabouts,
  to: Destination,
  reason: DivertedBy['reason'],
  how: 'for-good' | 'and-back',
): Promise<Turn> {
  const sent = sentOn(here, await forwarder(walk, here, undefined), reason);
  return {
    is: 'to',
    to,
    here: sent,
    by: undefined,
    resume: how === 'and-back' ? away(here) : undefined,
    ringing: undefined,
  };
}
