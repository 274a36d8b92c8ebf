import type { Trunk, TrunkId, UserId } from '../directory/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RoutingLookups, TrunkState, UserActivity } from '../routing/port.ts';
import type { Store } from '../store/port.ts';

/** What is known of the trunks at this moment. */
export interface TrunksNow {
  trunks(): readonly Trunk[];
  state(id: TrunkId): TrunkState;
}

/** What routing asks, answered by the store and by what runs. */
export function routingLookups(
  { directory }: Pick<Store, 'directory'>,
  now: { readonly trunks: TrunksNow; readonly activity: (user: UserId) => UserActivity },
  clock: Pick<Clock, 'now'>,
): RoutingLookups {
  return {
    tenant: (id) => directory.tenant(id),
    user: (id) => directory.user(id),
    userByExtension: (tenant, extension) => directory.userByExtension(tenant, extension),
    userBySim: (number) => directory.userBySim(number),
    companyNumber: (number) => directory.companyNumber(number),
    firstNumber: (tenant) => directory.firstNumber(tenant),
    plan: (id) => directory.plan(id),
    diversionsOf: (plan) => directory.diversionsOf(plan, clock.now()),
    membersOf: (tenant, who) => directory.members(tenant, who, clock.now()),
    trunks: () => now.trunks.trunks(),
    trunkState: (id) => now.trunks.state(id),
    activity: now.activity,
  };
}
