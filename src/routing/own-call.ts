import type { Presentation } from '../call/party.ts';
import type { E164, Trunk, User } from '../directory/types.ts';
import type { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { shownOutside } from './identity.ts';
import { noTrunk } from './legs.ts';
import type { RoutingLookups } from './port.ts';
import { throughTrunk } from './trunk-choice.ts';

/** A call that the exchange itself makes for somebody of a company. */
export interface OwnCall {
  /** To be tried one after the other; at least one. */
  readonly trunks: readonly Trunk[];
  readonly presentation: Presentation;
}

/**
 * By which trunks the exchange calls a telephone outside for a user. It shows the company's first number, whatever the
 * user shows or withholds: it is not the user who calls.
 * @returns NO_TRUNK
 */
export async function ownCall(
  number: E164,
  { tenant }: Pick<User, 'tenant'>,
  lookups: RoutingLookups,
): Promise<Result<OwnCall, Fault>> {
  const target = throughTrunk({ tenant, purpose: 'carrier', number, user: undefined, emergency: false }, lookups);
  if (target?.kind !== 'trunk') return err(noTrunk(number, 'carrier'));
  const owned = await lookups.firstNumber(tenant);
  return ok({
    trunks: [target.trunk, ...target.otherwise],
    presentation: shownOutside({ caller: owned, owned }),
  });
}
