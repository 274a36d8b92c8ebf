import type { Whereabouts } from '../call/route-step.ts';
import type { Destination } from '../directory/destination.ts';
import { isE164 } from '../directory/names.ts';
import type { CompanyNumber, E164, PlanId, Trunk, User, UserId } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { Walk } from './routing.ts';

/** What a destination comes to, as things are now. */
export type Place =
  /** As if the extension had been dialled. The user may be another tenant's, whose SIM number was called. */
  | { readonly is: 'user'; readonly user: User }
  | { readonly is: 'plan'; readonly plan: PlanId }
  | { readonly is: 'company'; readonly number: CompanyNumber }
  /** A telephone that is reached through a trunk. */
  | {
      readonly is: 'telephone';
      readonly number: E164;
      readonly purpose: Trunk['purpose'];
      /** Whose it is; undefined: somebody outside. */
      readonly user: UserId | undefined;
    }
  | { readonly is: 'voicemail'; readonly box: UserId }
  | { readonly is: 'hang-up' }
  | { readonly is: 'nowhere'; readonly why: Fault };

export async function placeOf(walk: Walk, here: Whereabouts, to: Destination): Promise<Place> {
  switch (to.kind) {
    case 'plan':
      return { is: 'plan', plan: to.plan };
    case 'number':
      return placeOfStored(walk, here, to.number);
    case 'hang-up':
      return { is: 'hang-up' };
    case 'user':
    case 'mobile':
    case 'voicemail': {
      const user = await walk.lookups.user(to.user);
      if (user?.tenant !== here.tenant) return { is: 'nowhere', why: gone(`user ${to.user}`) };
      if (to.kind === 'user') return { is: 'user', user };
      return to.kind === 'mobile' ? placeOfMobile(walk, here, user) : { is: 'voicemail', box: user.id };
    }
    default:
      return unreachable(to);
  }
}

/** A number of ours stays inside: it does not go out by one trunk to come back by another. */
export async function placeOfNumber(walk: Walk, number: E164): Promise<Place> {
  const [company, user] = await Promise.all([walk.lookups.companyNumber(number), walk.lookups.userBySim(number)]);
  if (company !== undefined) return { is: 'company', number: company };
  if (user !== undefined) return { is: 'user', user };
  return { is: 'telephone', number, purpose: 'carrier', user: undefined };
}

/**
 * A number that stands in settings, and that the caller has not chosen. Whoever sets it is told that short numbers are
 * no destination; should one be in the store all the same, nobody's call ends at the fire brigade by it.
 */
async function placeOfStored(walk: Walk, here: Whereabouts, number: E164): Promise<Place> {
  const tenant = await walk.lookups.tenant(here.tenant);
  const { kind } = walk.routing.normalise(number, tenant?.country ?? walk.routing.settings.trunkCountry);
  if (isE164(number) && kind !== 'short') return placeOfNumber(walk, number);
  const why = new Fault('CALLEE_UNREACHABLE', `calls are not sent on to ${number}: set a number in international form`);
  return { is: 'nowhere', why };
}

/** A mobile telephone that is somebody's SIM here is rung as the telephone that it is, without that user's route. */
async function placeOfMobile(walk: Walk, here: Whereabouts, user: User): Promise<Place> {
  const { mobileNumber: number, id } = user;
  if (number === undefined)
    return { is: 'nowhere', why: new Fault('CALLEE_UNREACHABLE', `user ${id} has no mobile number; let them set it`) };
  const place = await placeOfStored(walk, here, number);
  if (place.is === 'user') return { is: 'telephone', number, purpose: 'mobile', user: place.user.id };
  return place.is === 'telephone' ? { ...place, user: id } : place;
}

export function gone(what: string): Fault {
  return new Fault('CALLEE_UNREACHABLE', `${what} is gone; change what still leads there`);
}
