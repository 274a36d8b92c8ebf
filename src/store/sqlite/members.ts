import type { RingMember } from '../../directory/plan-step.ts';
import type { TenantId, User, UserId } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Member } from '../port.ts';
import type { BindingReader } from './bindings.ts';
import type { DirectoryReader } from './directory-reader.ts';

/** Who is rung, and where: the users of one tenant, each once, in the order in which they are named. */
export function membersOf(
  read: DirectoryReader,
  bindings: BindingReader,
  tenant: TenantId,
  who: readonly RingMember[],
  now: Instant,
): readonly Member[] {
  const users = new Map<UserId, User>();
  for (const member of who) {
    const user =
      member.kind === 'user' ? read.user.one(member.user) : read.userByExtension.one(tenant, member.extension);
    // The id of a user who was removed may have become another tenant's.
    if (user?.tenant === tenant && !users.has(user.id)) users.set(user.id, user);
  }
  return Array.from(users.values(), (user) => ({
    user,
    devices: read.devicesOf.all(user.id).map((device) => ({ device, bindings: bindings.live(device.id, now) })),
  }));
}
