import type { Caller, UserCaller } from '../call/party.ts';
import type { Stranger } from '../call/route-step.ts';
import { isEmergencyNumber } from '../directory/emergency-numbers.ts';
import { isE164, isExtension } from '../directory/names.ts';
import type { E164, Tenant, TenantId, User } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { shownOutside } from './identity.ts';
import { noTrunk } from './legs.ts';
import { outwardInEmergency, outwardOfCaller } from './outward.ts';
import { type Place, placeOfNumber } from './place.ts';
import type { Walk } from './routing.ts';
import { throughTrunk } from './trunk-choice.ts';
import { moved, type Turn } from './turn.ts';
import { arrived } from './whereabouts.ts';

type TrunkCaller = Extract<Caller, { kind: 'trunk' }>;

/** Where a number leads that was just dialled. @returns NO_SUCH_NUMBER, NUMBER_INCOMPLETE or NOT_ALLOWED */
export async function dial(walk: Walk, dialled: string): Promise<Result<Turn, Fault>> {
  return walk.caller.kind === 'trunk' ? fromTrunk(walk, walk.caller, dialled) : fromUser(walk, walk.caller, dialled);
}

/** A trunk reaches numbers of ours and nothing else: it must not become a way to call out at our cost. */
async function fromTrunk(walk: Walk, caller: TrunkCaller, dialled: string): Promise<Result<Turn, Fault>> {
  const trunk = walk.lookups.trunks().find(({ id }) => id === caller.trunk);
  const country = trunk?.country ?? walk.routing.settings.trunkCountry;
  const number = numberFromTrunk(walk, dialled, country);
  const place = number === undefined ? undefined : await placeOfNumber(walk, number);
  if (place?.is === 'company' && (caller.tenant === undefined || caller.tenant === place.number.tenant)) {
    const { tenant, number: reached } = place.number;
    const stranger = await strangerFrom(walk, caller, country, tenant);
    return ok(at(place, arrived({ tenant, direction: 'inbound', dialled: reached, stranger })));
  }
  if (
    place?.is === 'user' &&
    trunk?.purpose === 'mobile' &&
    (caller.tenant ?? place.user.tenant) === place.user.tenant
  ) {
    const { tenant, extension } = place.user;
    const stranger = await strangerFrom(walk, caller, country, tenant);
    return ok(at(place, arrived({ tenant, direction: 'inbound', dialled: extension, stranger })));
  }
  return err(new Fault('NO_SUCH_NUMBER', `no company number ${dialled}; give it to a tenant first`));
}

/** Nobody from outside is shown as a colleague: who claims the extension of one is shown without number and name. */
async function strangerFrom(
  walk: Walk,
  { number, name }: TrunkCaller,
  country: string,
  tenant: TenantId,
): Promise<Stranger> {
  if (number === undefined) return { name, number };
  const international = numberFromTrunk(walk, number, country);
  if (international !== undefined) return { name, number: international };
  const colleague = isExtension(number) ? await walk.lookups.userByExtension(tenant, number) : undefined;
  return colleague === undefined ? { name, number } : { name: undefined, number: undefined };
}

function numberFromTrunk({ routing }: Walk, text: string, country: string): E164 | undefined {
  const meaning = routing.normalise(text, country);
  if (meaning.kind === 'e164') return meaning.number;
  // Many carriers write international numbers without their plus.
  const international = /^\d{8,15}$/.test(text) ? routing.normalise(`+${text}`, country) : undefined;
  return international?.kind === 'e164' ? international.number : undefined;
}

async function fromUser(walk: Walk, caller: UserCaller, dialled: string): Promise<Result<Turn, Fault>> {
  const [tenant, user] = await Promise.all([walk.lookups.tenant(caller.tenant), walk.lookups.user(caller.user)]);
  if (tenant === undefined) return err(new Fault('NOT_ALLOWED', `tenant ${caller.tenant} is gone`));
  if (user === undefined) return err(new Fault('NOT_ALLOWED', `user ${caller.user} is gone`));
  const meaning = walk.routing.normalise(dialled, tenant.country);
  switch (meaning.kind) {
    case 'invalid':
      return err(new Fault('NUMBER_INCOMPLETE', `"${dialled}" cannot be called: ${meaning.why}`));
    case 'extension': {
      const called = await walk.lookups.userByExtension(tenant.id, meaning.extension);
      if (called === undefined) return err(new Fault('NO_SUCH_NUMBER', `nobody has extension ${meaning.extension}`));
      return ok(at({ is: 'user', user: called }, inside(tenant, meaning.extension)));
    }
    case 'short':
      return ok(await toOutside(walk, tenant, user, meaning.number));
    case 'e164':
      return ok(await toNumber(walk, tenant, user, meaning.number));
    default:
      return unreachable(meaning);
  }
}

async function toNumber(walk: Walk, tenant: Tenant, user: User, number: E164): Promise<Turn> {
  const place = await placeOfNumber(walk, number);
  if (place.is === 'company' || place.is === 'user') {
    const { tenant: reached } = place.is === 'company' ? place.number : place.user;
    const dialled = place.is === 'company' ? number : place.user.extension;
    if (reached === tenant.id) return at(place, inside(tenant, dialled));
    // Another tenant's number is the outside: it is reached as anybody reaches it, with the number that the outside sees.
    const { caller } = await outwardOfCaller(user, walk.lookups);
    const stranger = { name: undefined, number: caller };
    return at(place, arrived({ tenant: reached, direction: 'inbound', dialled, stranger }));
  }
  return toOutside(walk, tenant, user, number);
}

async function toOutside(walk: Walk, tenant: Tenant, user: User, number: string): Promise<Turn> {
  const here = arrived({ tenant: tenant.id, direction: 'outbound', dialled: number, stranger: undefined });
  const emergency = !isE164(number) && isEmergencyNumber(number, tenant.country);
  const target = throughTrunk(
    { tenant: tenant.id, purpose: 'carrier', number, user: undefined, emergency },
    walk.lookups,
  );
  if (target === undefined) return { is: 'stuck', why: noTrunk(number, 'carrier'), here, resume: undefined };
  const outward = await (emergency
    ? outwardInEmergency(tenant, user, walk.lookups)
    : outwardOfCaller(user, walk.lookups));
  const seconds = walk.routing.settings.trunkRingSeconds;
  return moved(here, {
    do: 'ring',
    targets: [{ target, presentation: shownOutside(outward) }],
    ...({ seconds, waiting: 'ringback' } as const),
  });
}

function inside({ id }: Tenant, dialled: string) {
  return arrived({ tenant: id, direction: 'internal', dialled, stranger: undefined });
}

function at(place: Place, here: ReturnType<typeof arrived>): Turn {
  return { is: 'at', place, here, by: undefined, resume: undefined, ringing: undefined };
}
