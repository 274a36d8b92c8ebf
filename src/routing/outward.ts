import type { Whereabouts } from '../call/route-step.ts';
import { isE164 } from '../directory/names.ts';
import type { E164, TenantId, User } from '../directory/types.ts';
import type { Outward, Seen } from './identity.ts';
import type { RoutingLookups } from './port.ts';
import type { Walk } from './routing.ts';

/** Who calls, seen from where the call is. */
export function seenFrom({ caller }: Walk, { stranger }: Whereabouts): Seen {
  if (stranger !== undefined) return { is: 'stranger', stranger };
  // A trunk's caller is a stranger everywhere; that they are here without a number says the least.
  if (caller.kind === 'trunk') return { is: 'stranger', stranger: { name: undefined, number: undefined } };
  return { is: 'colleague', caller };
}

/**
 * The number that the outside sees of a user: the chosen one, as long as an admin lets the user show it and the
 * company has it; else the first that is so; else the company's first. Never one that a phone claims.
 */
export async function numberOf(user: User, lookups: RoutingLookups): Promise<E164 | undefined> {
  const { presentedNumber: chosen, presentableNumbers: presentable, tenant } = user;
  const inOrder = chosen !== undefined && presentable.includes(chosen) ? [chosen, ...presentable] : presentable;
  for (const number of inOrder) {
    const found = await lookups.companyNumber(number);
    if (found?.tenant === tenant) return number;
  }
  return lookups.firstNumber(tenant);
}

/** Of a user who calls the outside. The owned number stays when the caller's is withheld (RFC 3325 §9.1). */
export async function outwardOfCaller(user: User, lookups: RoutingLookups): Promise<Outward> {
  const owned = await numberOf(user, lookups);
  return { caller: user.anonymous ? undefined : owned, owned };
}

/**
 * On emergency calls: where help is to go, and nothing withheld. A company without a number of its own lets the caller be
 * called back on their SIM at least.
 */
export async function outwardInEmergency(
  tenant: { readonly id: TenantId; readonly locationNumber: E164 | undefined },
  { vamosNumber }: Pick<User, 'vamosNumber'>,
  lookups: RoutingLookups,
): Promise<Outward> {
  const owned = tenant.locationNumber ?? (await lookups.firstNumber(tenant.id)) ?? vamosNumber;
  return { caller: owned, owned };
}

/**
 * Of a call that is sent on from here. @param by the user who sends it on; undefined: a plan does
 */
export async function outwardOnward(walk: Walk, here: Whereabouts, by: User | undefined): Promise<Outward> {
  const owned = await forwarder(walk, here, by);
  const seen = seenFrom(walk, here);
  if (seen.is === 'stranger') return { caller: seen.stranger.number, owned };
  const user = await walk.lookups.user(seen.caller.user);
  return { caller: user === undefined ? owned : (await outwardOfCaller(user, walk.lookups)).caller, owned };
}

/** In whose name a call is sent on: the company number that was called, else a number of the user who does it. */
export async function forwarder({ lookups }: Walk, here: Whereabouts, by: User | undefined): Promise<E164 | undefined> {
  if (isE164(here.dialled)) return here.dialled;
  return by === undefined ? lookups.firstNumber(here.tenant) : numberOf(by, lookups);
}
