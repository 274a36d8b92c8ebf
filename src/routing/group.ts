import type { Presentation } from '../call/party.ts';
import type { RungTarget, Whereabouts } from '../call/route-step.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { hasSim, phonesOf, shownHere, telephoneLeg } from './legs.ts';
import { placeOf } from './place.ts';
import type { Member } from './port.ts';
import type { Walk } from './routing.ts';
import { userRoute } from './user-route.ts';
import { entered } from './whereabouts.ts';

/**
 * What a member brings to a group that rings: telephones only. A member whose calls go to a plan, to voicemail or
 * nowhere is passed over, for the rest of the group is still there to answer.
 */
export async function contribution(walk: Walk, here: Whereabouts, member: Member): Promise<readonly RungTarget[]> {
  const { user } = member;
  const inside = entered(here, `user ${user.id}`);
  if (!inside.ok) {
    walk.stuck(inside.error);
    return [];
  }
  const route = await userRoute(walk, inside.value, member);
  if (route.is === 'rings') return route.targets;
  const place = await placeOf(walk, route.here, route.to);
  switch (place.is) {
    case 'telephone': {
      const leg = await telephoneLeg(walk, route.here, place, user);
      if (leg.ok) return leg.value;
      walk.note(leg.error.message);
      return [];
    }
    case 'user': {
      // A colleague of another company is reached as the outside reaches them, which a leg of this group cannot be.
      if (place.user.tenant !== here.tenant) return [];
      const [next] = await walk.lookups.membersOf(here.tenant, [{ kind: 'user', user: place.user.id }]);
      return next === undefined ? [] : contribution(walk, route.here, next);
    }
    case 'nowhere':
      walk.note(`user ${user.id} is passed over: ${place.why.message}`);
      return [];
    case 'plan':
    case 'company':
    case 'voicemail':
    case 'hang-up':
      return [];
    default:
      return unreachable(place);
  }
}

/** Everybody's telephones, each once: who is called for two members rings once. */
export async function contributions(
  walk: Walk,
  here: Whereabouts,
  members: readonly Member[],
): Promise<readonly RungTarget[]> {
  const shown = await shownHere(walk, here);
  const all = await Promise.all(
    members.map((member) => {
      const known = atOnce(walk, here, member, shown);
      return known === undefined ? contribution(walk, here, member) : Promise.resolve(known);
    }),
  );
  const seen = new Set<string>();
  return all.flat().filter(({ target }) => {
    const name = target.kind === 'device' ? `${target.device} ${target.binding.key}` : target.number;
    return !seen.has(name) && seen.add(name);
  });
}

/** Of most members all is known by now. A group is large and the caller waits: these are not asked about one by one. */
function atOnce(walk: Walk, here: Whereabouts, member: Member, shown: Presentation): readonly RungTarget[] | undefined {
  const { user } = member;
  if (user.personalRoute.is !== 'normal' || hasSim(user) || !entered(here, `user ${user.id}`).ok) return undefined;
  return phonesOf(walk, member, shown);
}
