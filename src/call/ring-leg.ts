import type { Effect } from './effect.ts';
import { findLeg, markDown, unwatch, watch, withStatus } from './legs.ts';
import { calleeLeg, type LegId, type Target } from './party.ts';
import type { RungTarget } from './route-step.ts';
import type { Leg, Legs, Live } from './state.ts';
import type { CallPolicy } from './step.ts';

/** Rings one more party. @param replaces the leg by a trunk that failed by itself */
function ringLeg(
  legs: Legs,
  { target, presentation }: RungTarget,
  replaces: LegId | undefined,
  policy: CallPolicy,
): { readonly leg: Leg; readonly effects: readonly Effect[] } {
  const id = calleeLeg(legs.length + 1);
  const leg: Leg = { id, target, presentation, replaces, status: { is: 'trying' } };
  const timer = watch(leg);
  const ring: Effect = { do: 'ring', leg: id, target, presentation };
  return {
    leg,
    effects: timer === undefined ? [ring] : [ring, { do: 'arm', timer, milliseconds: policy.trunkAnswerMs }],
  };
}

/** Rings all of them together, as one step. */
export function ringAll(
  live: Live,
  targets: readonly RungTarget[],
  policy: CallPolicy,
): { readonly live: Live; readonly effects: readonly Effect[] } {
  const legs = [...live.legs];
  const effects: Effect[] = [];
  for (const target of targets) {
    const rung = ringLeg(legs, target, undefined, policy);
    legs.push(rung.leg);
    effects.push(...rung.effects);
  }
  return { live: { ...live, legs, since: live.legs.length }, effects };
}

/**
 * A leg's final response other than 2xx. A trunk that fails by itself is replaced by the next, within the same step;
 * what it says of the called number, the next would say too.
 */
export function refused(
  live: Live,
  id: LegId,
  status: number,
  policy: CallPolicy,
): { readonly live: Live; readonly effects: readonly Effect[] } {
  const leg = findLeg(live.legs, id);
  const down = { ...live, legs: markDown(live.legs, id, status) };
  if (leg === undefined || !trunksOwnFault(leg, status)) return { live: down, effects: unwatch(leg) };
  const next = byNextTrunk(down, leg, policy);
  return { ...next, effects: [...unwatch(leg), ...next.effects] };
}

/** The trunk has not said a word: the next is tried. Should it answer all the same, that is as good. */
export function unheardOf(
  live: Live,
  id: LegId,
  policy: CallPolicy,
): { readonly live: Live; readonly effects: readonly Effect[] } {
  const leg = findLeg(live.legs, id);
  if (leg === undefined || watch(leg) === undefined) return { live, effects: [] };
  const legs = withStatus(live.legs, id, { is: 'cancelling', outcome: 'unreachable' });
  const next = byNextTrunk({ ...live, legs }, leg, policy);
  return { ...next, effects: [{ do: 'cancel', leg: id, reason: undefined }, ...next.effects] };
}

/** A winner came to nothing: trunks that failed while it was being connected are replaced, and the silent ones watched anew. */
export function resumeTrunks(
  live: Live,
  policy: CallPolicy,
): { readonly live: Live; readonly effects: readonly Effect[] } {
  let now = live;
  const effects: Effect[] = [];
  for (const leg of live.legs.slice(live.since)) {
    const timer = watch(leg);
    if (timer !== undefined) effects.push({ do: 'arm', timer, milliseconds: policy.trunkAnswerMs });
    if (!failedByItself(leg) || live.legs.some(({ replaces }) => replaces === leg.id)) continue;
    const next = byNextTrunk(now, leg, policy);
    now = next.live;
    effects.push(...next.effects);
  }
  return { live: now, effects };
}

function byNextTrunk(
  live: Live,
  { id, target, presentation }: Leg,
  policy: CallPolicy,
): { readonly live: Live; readonly effects: readonly Effect[] } {
  if (target.kind !== 'trunk') return { live, effects: [] };
  const [trunk, ...otherwise] = target.otherwise;
  if (trunk === undefined) return { live, effects: [] };
  const { leg, effects } = ringLeg(live.legs, { target: { ...target, trunk, otherwise }, presentation }, id, policy);
  return { live: { ...live, legs: [...live.legs, leg] }, effects };
}

function trunksOwnFault({ target, status }: Leg, response: number): boolean {
  if (target.kind !== 'trunk' || (status.is !== 'trying' && status.is !== 'ringing')) return false;
  return isOwnFault(target, response, status.is === 'ringing');
}

function failedByItself({ target, status }: Leg): boolean {
  if (target.kind !== 'trunk' || status.is !== 'down' || status.status === undefined) return false;
  return isOwnFault(target, status.status, status.outcome === 'no-answer');
}

function isOwnFault({ emergency }: Extract<Target, { kind: 'trunk' }>, response: number, rang: boolean): boolean {
  // Not every carrier has a way to 112, and few say so by the right status.
  if (emergency === true) return true;
  // RFC 3261 §21.5: the server fails, whoever is called.
  if (response >= 500 && response < 600) return true;
  switch (response) {
    // Our standing with the carrier.
    case 401:
    case 402:
    case 403:
    case 407:
      return true;
    // After ringing, nobody took up.
    case 408:
      return !rang;
    default:
      return false;
  }
}
