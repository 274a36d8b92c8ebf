import type { Static } from 'typebox';
import { newUser } from '../../directory/new.ts';
import { isExtension, userId } from '../../directory/names.ts';
import type { DeviceKind, E164, RingTargets, TenantId, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { userBody } from '../schema/people.ts';

type Wire = Omit<Static<typeof userBody>, 'presentableNumbers'> & { readonly presentableNumbers: readonly E164[] };

/** A user as an administrator wants them; what users set for themselves stays. */
export function userAs(id: string, tenant: TenantId, wire: Wire, current: User | undefined): User {
  const { name, role, presentableNumbers, extension } = wire;
  if (!isExtension(extension)) throw new Fault('NOT_POSSIBLE', `"${extension}" is not an extension`);
  const ringTargets = circlesAs(wire.circles, current);
  const settings = { name, role, presentableNumbers, extension, ringTargets };
  if (current === undefined) return newUser({ id: userId(id), tenant, ...settings });
  const { presentedNumber } = current;
  const still = presentedNumber !== undefined && presentableNumbers.includes(presentedNumber);
  return { ...current, ...settings, presentedNumber: still ? presentedNumber : undefined };
}

/** A circle that is new begins on. */
function circlesAs(kinds: readonly DeviceKind[], current: User | undefined): RingTargets {
  if (kinds.includes('vamos') && current?.vamosNumber === undefined) {
    throw new Fault('NOT_POSSIBLE', 'the user has no SIM: whoever runs the exchange assigns its number first');
  }
  return Object.fromEntries(kinds.map((kind) => [kind, current?.ringTargets[kind] ?? true]));
}
