import type { Target } from '../call/party.ts';
import type { TenantId, Trunk, UserId } from '../directory/types.ts';
import type { RoutingLookups } from './port.ts';

export interface TrunkCall {
  readonly tenant: TenantId;
  readonly purpose: Trunk['purpose'];
  /** In international form, or a short number. */
  readonly number: string;
  readonly user: UserId | undefined;
  /** Help is called for: a trunk that seems full is tried all the same, last, and so is one of the other purpose. */
  readonly emergency: boolean;
}

/**
 * The trunk to call through, and those to try after it: the tenant's own before everybody's, by priority; who did not
 * answer when last asked comes last, and who carries all it can is left out. Undefined: there is none.
 */
export function throughTrunk(
  { tenant, purpose, number, user, emergency }: TrunkCall,
  lookups: RoutingLookups,
): Target | undefined {
  const usable = lookups
    .trunks()
    .filter(
      (trunk) => (emergency || trunk.purpose === purpose) && (trunk.tenant === undefined || trunk.tenant === tenant),
    )
    .map((trunk) => ({ trunk, ...lookups.trunkState(trunk.id) }))
    .filter(({ full }) => emergency || !full)
    .sort(
      (one, other) =>
        Number(one.full) - Number(other.full) ||
        Number(other.reachable) - Number(one.reachable) ||
        Number(one.trunk.purpose !== purpose) - Number(other.trunk.purpose !== purpose) ||
        Number(one.trunk.tenant === undefined) - Number(other.trunk.tenant === undefined) ||
        one.trunk.priority - other.trunk.priority,
    )
    .map(({ trunk }) => trunk);
  const [trunk, ...otherwise] = usable;
  return trunk && { kind: 'trunk', trunk, number, otherwise, user, ...(emergency ? { emergency } : {}) };
}
