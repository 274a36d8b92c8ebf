import { unreachable } from '../kernel/unreachable.ts';
import type { Effect } from './effect.ts';
import { type CallTimer, unheard } from './event.ts';
import type { LegId, Target } from './party.ts';
import { answeredElsewhere, type Reason } from './reason.ts';
import type { LegRecord } from './record.ts';
import type { Leg, Legs, LegStatus } from './state.ts';

export function withStatus(legs: Legs, id: LegId, status: LegStatus): Legs {
  return legs.map((leg) => (leg.id === id ? { ...leg, status } : leg));
}

export function findLeg(legs: Legs, id: LegId): Leg | undefined {
  return legs.find((leg) => leg.id === id);
}

/** A party that may still answer or that talks. */
export function isLive(leg: Leg): boolean {
  return leg.status.is === 'trying' || leg.status.is === 'ringing' || leg.status.is === 'up';
}

/** A party from which a last message is still to come. */
export function isOpen(leg: Leg): boolean {
  return leg.status.is !== 'down' && leg.status.is !== 'unusable';
}

/** Nothing at all was heard of a trunk that has an alternative: it is watched, for so long as it says nothing. */
export function watch({ id, target, status }: Leg): CallTimer | undefined {
  return target.kind === 'trunk' && target.otherwise.length > 0 && status.is === 'trying' ? unheard(id) : undefined;
}

/** For a leg that has said something, or is ended. */
export function unwatch(leg: Leg | undefined): readonly Effect[] {
  const timer = leg === undefined ? undefined : watch(leg);
  return timer === undefined ? [] : [{ do: 'disarm', timer }];
}

/**
 * Ends every live leg but `spared`: CANCEL before the answer, BYE after it.
 * @param outcome what the record says of those who had not answered
 */
export function endLegs(
  legs: Legs,
  spared: LegId | undefined,
  outcome: LegRecord['outcome'],
  reason: Reason | undefined,
): { readonly legs: Legs; readonly effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const ended = legs.map((leg): Leg => {
    if (leg.id === spared) return leg;
    switch (leg.status.is) {
      case 'trying':
      case 'ringing':
        effects.push(...unwatch(leg), { do: 'cancel', leg: leg.id, reason });
        return { ...leg, status: { is: 'cancelling', outcome } };
      case 'up':
        effects.push({ do: 'hang-up', leg: leg.id, reason });
        return { ...leg, status: { is: 'down', outcome: 'answered', status: 200 } };
      case 'cancelling':
      case 'unusable':
      case 'down':
        return leg;
      default:
        return unreachable(leg.status);
    }
  });
  return { legs: ended, effects };
}

/** Somebody else was connected: CANCEL for those who ring, BYE for those who answered a moment later; both with the Reason of RFC 3326. */
export function dismissLosers(legs: Legs, winner: LegId): ReturnType<typeof endLegs> {
  const ended = endLegs(legs, winner, 'answered-elsewhere', answeredElsewhere);
  return {
    ...ended,
    legs: ended.legs.map((leg, index) =>
      legs[index]?.status.is === 'up' && leg.id !== winner
        ? { ...leg, status: { is: 'down', outcome: 'answered-elsewhere', status: 200 } }
        : leg,
    ),
  };
}

/**
 * What a final response of one party means for its leg's record.
 * @param rang whether it had rung: 408 or 480 is then a phone that nobody took up
 */
export function outcomeOf(status: number, rang: boolean, of: Target['kind'] = 'device'): LegRecord['outcome'] {
  // It speaks of our standing with it, and not for whoever is called.
  if (of === 'trunk' && status === 403) return 'failed';
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 603:
    case 403:
    case 607: // RFC 8197: unwanted
      return 'declined';
    case 487:
      return 'no-answer';
    case 408:
    case 480:
      return rang ? 'no-answer' : 'unreachable';
    case 404:
    case 410:
    case 430: // RFC 5626 §11.5: flow failed
    case 503:
    case 604:
      return 'unreachable';
    default:
      return 'failed';
  }
}

/** A party's final response: nothing more comes from it. */
export function markDown(legs: Legs, id: LegId, status: number): Legs {
  const leg = findLeg(legs, id);
  if (leg === undefined) return legs;
  switch (leg.status.is) {
    case 'down':
    case 'unusable':
    case 'up':
      return legs;
    case 'cancelling':
      return withStatus(legs, id, { is: 'down', outcome: leg.status.outcome, status });
    case 'trying':
    case 'ringing':
      return withStatus(legs, id, {
        is: 'down',
        outcome: outcomeOf(status, leg.status.is === 'ringing', leg.target.kind),
        status,
      });
    default:
      return unreachable(leg.status);
  }
}
