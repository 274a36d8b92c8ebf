import type { RouteMove, StepOutcome, Whereabouts } from '../call/route-step.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { arrive } from './arrive.ts';
import { dial } from './dial.ts';
import { gone, placeOf } from './place.ts';
import { remembered } from './remembered.ts';
import type { Routing, RoutingQuery, Walk } from './routing.ts';
import { afterStep, nothingLeft, resumed, takeStep } from './take-step.ts';
import type { Turn } from './turn.ts';

/** A plan of so many steps that nobody can be rung by is not for people. */
const mostTurns = 1_000;

/**
 * What is to be done with a call now: who rings, what it hears, or how it ends. Each step finds the settings as they
 * are when it begins.
 * @param at where the call stood at the last step; undefined: it has just come in
 * @param because what came of that step
 * @returns NO_SUCH_NUMBER, NUMBER_INCOMPLETE or NOT_ALLOWED when the number leads to nobody's settings; whatever goes
 * wrong within them is a `refuse` with a note that says what. The moves of one call come to an end, whatever is set.
 */
export async function nextMove(
  query: RoutingQuery,
  at: Whereabouts | undefined,
  because: StepOutcome | undefined,
  routing: Routing,
): Promise<Result<RouteMove, Fault>> {
  const notes: string[] = [];
  const faults: Fault[] = [];
  let passedOver = 0;
  const walk: Walk = {
    caller: query.caller,
    routing,
    lookups: remembered(routing.lookups),
    note: (text) => notes.push(text),
    nobody: () => {
      passedOver += 1;
    },
    stuck: (fault) => {
      notes.push(fault.message);
      faults.push(fault);
    },
  };
  const start = at === undefined ? await dial(walk, query.dialled) : ok(await goOn(walk, at, because));
  if (!start.ok) return start;
  let turn: Turn = start.value;
  for (let taken = 0; turn.is !== 'move'; taken += 1) {
    // Hops, visited places and steps all have their ends; this one keeps a mistake in them from stopping the exchange.
    if (taken >= mostTurns) return err(new Fault('LOOP', `the settings of ${query.dialled} lead nowhere; report them`));
    turn = await follow(walk, turn);
  }
  const { move } = turn;
  const [latest] = faults.toReversed();
  // Nobody has been rung, and it is known why: of those who were, the best that was said counts.
  if (move.step.do === 'give-up' && latest !== undefined && because?.is !== 'unanswered')
    return ok({ ...move, step: { do: 'refuse', fault: latest.code }, notes });
  // What the caller heard was to be followed by somebody: it is not the last word.
  if (move.step.do === 'give-up' && because?.is === 'played' && passedOver > 0)
    return ok({ ...move, step: { do: 'refuse', fault: 'CALLEE_UNREACHABLE' }, notes });
  return ok({ ...move, notes });
}

async function goOn(walk: Walk, at: Whereabouts, because: StepOutcome | undefined): Promise<Turn> {
  if (at.plan === undefined) return nothingLeft(at);
  const plan = await walk.lookups.plan(at.plan.id);
  if (plan !== undefined) return afterStep(walk, at, plan, because ?? { is: 'played' });
  walk.note(gone(`plan ${at.plan.id}`).message);
  return nothingLeft(at);
}

async function follow(walk: Walk, turn: Exclude<Turn, { is: 'move' }>): Promise<Turn> {
  switch (turn.is) {
    case 'to':
      return arrive(walk, await placeOf(walk, turn.here, turn.to), turn);
    case 'at':
      return arrive(walk, turn.place, turn);
    case 'step':
      return takeStep(walk, turn.here, turn.plan);
    case 'stuck':
      if (turn.why === undefined) walk.nobody();
      else walk.stuck(turn.why);
      return turn.resume === undefined ? nothingLeft(turn.here) : resumed(walk, turn.resume);
    default:
      return unreachable(turn);
  }
}
