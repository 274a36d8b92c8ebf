import { concludeByFault } from './concluding.ts';
import type { StepOutcome } from './route-step.ts';
import type { Live } from './state.ts';
import type { CallPolicy, Step } from './step.ts';
import { verdict } from './verdict.ts';

/** Routing sees to it that no call goes round in circles; should it ever fail to, this does. */
const mostTurns = 200;

/** Asks routing what comes next. */
export function ask(live: Live, because: StepOutcome | undefined, policy: CallPolicy): Step {
  const turn = live.turn + 1;
  if (turn > mostTurns) return concludeByFault(live, 'LOOP', policy);
  return [{ phase: 'routing', live: { ...live, turn }, because }, [{ do: 'find-route', turn, at: live.at, because }]];
}

/** Nobody of the step that rang is left, or its time is up. */
export function nobodyAnswered(live: Live, policy: CallPolicy): Step {
  return ask(live, { is: 'unanswered', fault: verdict(live.legs.slice(live.since)).fault }, policy);
}
