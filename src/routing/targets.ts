import type { DeviceId, User } from '../directory/types.ts';
import type { Target } from '../call/party.ts';
import type { ReachableDevice, RoutingLookups } from './port.ts';

/**
 * The phones that ring for a user: registered, and with their circle on. A kind
 * that is absent from `ringTargets` is not enabled for the user and never rings.
 * @param calling the device that calls: it does not ring for its own call
 */
export function targetsOf(
  user: User,
  devices: readonly ReachableDevice[],
  calling: DeviceId | undefined,
): readonly Target[] {
  return devices
    .filter(({ device, kind }) => user.ringTargets[kind] === true && device !== calling)
    .flatMap(({ device, bindings }) =>
      bindings.map((binding): Target => ({ kind: 'device', device, user: user.id, binding })),
    );
}

export async function findTargets(
  users: readonly User[],
  lookups: RoutingLookups,
  calling: DeviceId | undefined,
): Promise<readonly Target[]> {
  const found = await Promise.all(
    users.map(async (user) => targetsOf(user, await lookups.reachable(user.id), calling)),
  );
  return found.flat();
}
