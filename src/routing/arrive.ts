import type { Whereabouts } from '../call/route-step.ts';
import { diversionInForce } from '../directory/diversion-in-force.ts';
import { isE164 } from '../directory/names.ts';
import type { PlanId, TenantId, User } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { telephoneLeg } from './legs.ts';
import { forwarder, outwardOnward, seenFrom } from './outward.ts';
import { gone, type Place } from './place.ts';
import type { Walk } from './routing.ts';
import { afterwards, moved, type Onward, rings, type Turn } from './turn.ts';
import { userRoute } from './user-route.ts';
import { entered, sentOn } from './whereabouts.ts';

/** The call comes to a place: what rings there, or where it is sent on to. */
export async function arrive(walk: Walk, place: Place, onward: Onward): Promise<Turn> {
  const { here, by, resume } = onward;
  switch (place.is) {
    case 'user': {
      const { user } = place;
      const inside = user.tenant === here.tenant ? here : await crossed(walk, onward, user.tenant, user.extension);
      return atUser(walk, user, { ...onward, here: inside });
    }
    case 'plan':
      return atPlan(walk, place.plan, onward);
    case 'company': {
      const { number, tenant, plan } = place.number;
      if (tenant !== here.tenant)
        return atPlan(walk, plan, { ...onward, here: await crossed(walk, onward, tenant, number) });
      // Of two numbers of the company that the call has passed, the outside knows the first.
      const dialled = isE164(here.dialled) ? here.dialled : number;
      return atPlan(walk, plan, { ...onward, here: { ...here, dialled } });
    }
    case 'telephone': {
      const leg = await telephoneLeg(walk, here, place, by);
      if (!leg.ok) return { is: 'stuck', why: leg.error, here, resume };
      if (leg.value.length > 0) return rings(onward, leg.value, walk.routing.settings.trunkRingSeconds);
      return { is: 'stuck', why: undefined, here, resume };
    }
    case 'voicemail':
      return moved(here, { do: 'voicemail', box: place.box }, afterwards(here, resume));
    case 'hang-up':
      return moved(afterwards(here, undefined), { do: 'refuse', fault: 'CALLEE_DECLINED' });
    case 'nowhere':
      return { is: 'stuck', why: place.why, here, resume };
    default:
      return unreachable(place);
  }
}

async function atUser(walk: Walk, user: User, onward: Onward): Promise<Turn> {
  const { here, resume, ringing } = onward;
  const inside = entered(here, `user ${user.id}`);
  if (!inside.ok) return { is: 'stuck', why: inside.error, here, resume };
  const [member] = await walk.lookups.membersOf(here.tenant, [{ kind: 'user', user: user.id }]);
  if (member === undefined) return { is: 'stuck', why: gone(`user ${user.id}`), here, resume };
  const route = await userRoute(walk, inside.value, member);
  if (route.is === 'leads') {
    // One who takes no calls is passed over by a plan, which has others to ask.
    if (route.to.kind === 'hang-up' && ringing !== undefined) return { is: 'stuck', why: undefined, here, resume };
    return { is: 'to', to: route.to, here: route.here, by: user, resume, ringing };
  }
  if (route.targets.length > 0)
    return rings({ ...onward, here: inside.value }, route.targets, walk.routing.settings.ringSeconds);
  return { is: 'stuck', why: undefined, here, resume };
}

/** A plan takes the call over: whatever it came from does not go on. */
async function atPlan(walk: Walk, id: PlanId, { here, resume }: Onward): Promise<Turn> {
  const inside = entered(here, `plan ${id}`);
  if (!inside.ok) return { is: 'stuck', why: inside.error, here, resume };
  const [plan, diversions] = await Promise.all([walk.lookups.plan(id), walk.lookups.diversionsOf(id)]);
  if (plan?.tenant !== here.tenant) {
    const nobody = new Fault('NO_SUCH_NUMBER', `${here.dialled} has no plan; give it one`);
    return { is: 'stuck', why: here.visited.length === 0 ? nobody : gone(`plan ${id}`), here, resume };
  }
  const arrived: Whereabouts = {
    ...inside.value,
    plan: { id, step: 0, rung: [], away: false },
    prefix: here.prefix ?? plan.prefix,
    outsideSees: plan.outsideSees,
  };
  const diversion = diversionInForce(diversions, walk.routing.clock.now());
  if (diversion === undefined) return { is: 'step', here: arrived, plan };
  return {
    is: 'to',
    to: diversion.to,
    here: sentOn(arrived, await forwarder(walk, arrived, undefined), 'unconditional'),
    ...{ by: undefined, resume: undefined, ringing: undefined },
  };
}

/** A number of another tenant is reached as the outside reaches it, and leaves nothing internal behind. */
async function crossed(walk: Walk, { here, by }: Onward, tenant: TenantId, dialled: string): Promise<Whereabouts> {
  const seen = seenFrom(walk, here);
  const outward = await outwardOnward(walk, here, by);
  const stranger =
    here.outsideSees === 'company'
      ? { name: undefined, number: outward.owned }
      : { name: seen.is === 'stranger' ? seen.stranger.name : undefined, number: outward.caller };
  return { ...here, tenant, dialled, stranger, plan: undefined, prefix: undefined, outsideSees: 'caller' };
}
