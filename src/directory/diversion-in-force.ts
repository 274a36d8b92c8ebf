import type { Instant } from '../kernel/clock.ts';
import type { Diversion } from './types.ts';

/** Of a plan's diversions the one that counts now: the lowest position of those that are on and whose time is not over. */
export function diversionInForce(diversions: readonly Diversion[], now: Instant): Diversion | undefined {
  return diversions
    .filter(({ on, until }) => on && (until === undefined || until > now))
    .reduce<Diversion | undefined>(
      (first, next) => (first && first.position <= next.position ? first : next),
      undefined,
    );
}
