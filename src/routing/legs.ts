import type { Presentation } from '../call/party.ts';
import type { RungTarget, Whereabouts } from '../call/route-step.ts';
import type { E164, Trunk, User, UserId } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { shownOutside, shownSentOn, shownToDevice } from './identity.ts';
import { outwardOfCaller, forwarder, outwardOnward, seenFrom } from './outward.ts';
import type { Member } from './port.ts';
import type { Walk } from './routing.ts';
import { throughTrunk } from './trunk-choice.ts';

/**
 * The user's phones that ring: registered, and with their circle on. A kind that is absent from `ringTargets` is not
 * enabled for the user and never rings; nor does the phone that calls.
 */
export async function circlesOf(walk: Walk, here: Whereabouts, member: Member): Promise<readonly RungTarget[]> {
  const { user } = member;
  const rung = phonesOf(walk, member, await shownHere(walk, here));
  if (!hasSim(user)) return rung;
  const sim = await telephoneLeg(walk, here, { number: user.vamosNumber, purpose: 'mobile', user: user.id }, user);
  if (sim.ok) return [...rung, ...sim.value];
  walk.note(sim.error.message);
  return rung;
}

/** Whether the SIM of the user is to ring. */
export function hasSim(user: User): user is User & { readonly vamosNumber: E164 } {
  return user.ringTargets.vamos === true && user.vamosNumber !== undefined;
}

/** What devices see of the call: of one place in its way, all see the same. */
export async function shownHere(walk: Walk, here: Whereabouts): Promise<Presentation> {
  const tenant = await walk.lookups.tenant(here.tenant);
  return shownToDevice(seenFrom(walk, here), here.prefix, tenant?.language ?? 'nl');
}

/** The circles without the SIM. */
export function phonesOf({ caller }: Walk, { user, devices }: Member, presentation: Presentation): RungTarget[] {
  const calling = caller.kind === 'device' ? caller.device : undefined;
  const rung: RungTarget[] = [];
  for (const { device, bindings } of devices) {
    const { id, kind } = device;
    if (kind === 'vamos' || user.ringTargets[kind] !== true || id === calling) continue;
    for (const binding of bindings) {
      rung.push({ target: { kind: 'device', device: id, user: user.id, binding }, presentation });
    }
  }
  return rung;
}

export interface Telephone {
  readonly number: E164;
  readonly purpose: Trunk['purpose'];
  readonly user: UserId | undefined;
}

/**
 * A telephone beyond a trunk, as something that rings; nothing when it is the very one that calls.
 * @param by the user in whose name it is called; undefined: a plan's
 * @returns NO_TRUNK
 */
export async function telephoneLeg(
  walk: Walk,
  here: Whereabouts,
  telephone: Telephone,
  by: User | undefined,
): Promise<Result<readonly RungTarget[], Fault>> {
  if (isCalling(walk, here, telephone)) return ok([]);
  const target = throughTrunk({ ...telephone, tenant: here.tenant, emergency: false }, walk.lookups);
  if (target === undefined) return err(noTrunk(telephone.number, telephone.purpose));
  const presentation =
    telephone.purpose === 'mobile'
      ? shownOutside(await outwardToSim(walk, here, by))
      : shownSentOn(await outwardOnward(walk, here, by), here.outsideSees, here.diverted);
  return ok([{ target, presentation }]);
}

export function noTrunk(number: string, purpose: Trunk['purpose']): Fault {
  return new Fault(
    'NO_TRUNK',
    `no ${purpose} trunk to call ${number} through, or all are full; add one or raise channels`,
  );
}

function isCalling({ caller }: Walk, { stranger }: Whereabouts, { number, purpose, user }: Telephone): boolean {
  if (caller.kind === 'sim') return purpose === 'mobile' && user === caller.user;
  return stranger?.number === number;
}

/** A SIM is one of the user's own phones: a colleague is not withheld from it, and nobody has sent the call on. */
async function outwardToSim(walk: Walk, here: Whereabouts, by: User | undefined) {
  const seen = seenFrom(walk, here);
  if (seen.is === 'stranger') return { caller: seen.stranger.number, owned: await forwarder(walk, here, by) };
  const user = await walk.lookups.user(seen.caller.user);
  if (user === undefined) return { caller: undefined, owned: await forwarder(walk, here, by) };
  const { owned } = await outwardOfCaller(user, walk.lookups);
  return { caller: owned, owned };
}
