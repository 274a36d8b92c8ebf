import type { Trunk } from '../directory/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RoutingLookups } from '../routing/port.ts';
import type { Store } from '../store/port.ts';

/** What routing asks, answered by the store and the configuration. */
export function routingLookups({ directory, bindings }: Store, trunks: readonly Trunk[], clock: Clock): RoutingLookups {
  return {
    tenant: (id) => directory.tenant(id),
    user: (id) => directory.user(id),
    userByExtension: (tenant, extension) => directory.userByExtension(tenant, extension),
    companyNumber: (number) => directory.companyNumber(number),
    companyNumbers: (tenant) => directory.companyNumbers(tenant),
    plan: (id) => directory.plan(id),
    reachable: async (user) => {
      const devices = await directory.devicesOf(user);
      const now = clock.now();
      return Promise.all(
        devices.map(async ({ id, kind }) => ({ device: id, kind, bindings: await bindings.of(id, now) })),
      );
    },
    trunks: () => trunks,
  };
}
