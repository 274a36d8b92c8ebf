import type { Candidate } from './dns/planner.ts';
import type { Flow } from './flow.ts';
import type { FoundWay, NoWay } from './found-way.ts';
import type { Target } from './target.ts';

export interface PlacesUser {
  /** A flow to an address, or why there is none. */
  findAddress(target: Target, found: (way: Flow | NoWay) => void): void;
  /** That place failed: later requests try others first, for so many milliseconds. */
  avoid(place: Candidate, ms: number): void;
}

/** The first of these places that there is a flow to; those behind it are handed over for when it fails (RFC 3263 §4.3). */
export function findPlace(target: Target, places: readonly Candidate[], user: PlacesUser, found: FoundWay): void {
  const [place, ...others] = places;
  if (place === undefined) {
    found({ noWay: 'dns' });
    return;
  }
  const { address: host, port, transport } = place;
  user.findAddress({ ...target, host, port, wish: { ...target.wish, transport } }, (way) => {
    if ('noWay' in way && others.length > 0) {
      findPlace(target, others, user, found);
      return;
    }
    found(way, {
      more: others.length > 0,
      avoid: (ms) => user.avoid(place, ms),
      next: (foundNext) => findPlace(target, others, user, foundNext),
    });
  });
}
