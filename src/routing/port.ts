import type { RingMember } from '../directory/plan-step.ts';
import type {
  CompanyNumber,
  Device,
  Diversion,
  E164,
  Extension,
  Plan,
  PlanId,
  Tenant,
  TenantId,
  Trunk,
  TrunkId,
  User,
  UserId,
} from '../directory/types.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Binding } from '../registrar/binding.ts';

/**
 * What routing asks of the rest. The store answers most of it; a test answers from plain objects. Each question is one
 * question to the store, whatever it is about.
 */
export interface RoutingLookups {
  tenant(id: TenantId): Promise<Tenant | undefined>;
  user(id: UserId): Promise<User | undefined>;
  userByExtension(tenant: TenantId, extension: Extension): Promise<User | undefined>;
  /** Whose SIM has that number. */
  userBySim(number: E164): Promise<User | undefined>;
  companyNumber(number: E164): Promise<CompanyNumber | undefined>;
  /** The lowest of the tenant's numbers. */
  firstNumber(tenant: TenantId): Promise<E164 | undefined>;
  plan(id: PlanId): Promise<Plan | undefined>;
  diversionsOf(plan: PlanId): Promise<readonly Diversion[]>;
  /** The users of the tenant that these are, each once and in that order, with what is registered for them now. */
  membersOf(tenant: TenantId, who: readonly RingMember[]): Promise<readonly Member[]>;
  trunks(): readonly Trunk[];
  trunkState(id: TrunkId): TrunkState;
  activity(user: UserId): UserActivity;
}

/** A user, and where the user can be reached. */
export interface Member {
  readonly user: User;
  readonly devices: readonly ReachableDevice[];
}

export interface ReachableDevice {
  readonly device: Pick<Device, 'id' | 'kind'>;
  readonly bindings: readonly Binding[];
}

export interface TrunkState {
  /** It answered when it was last asked, or is not asked. */
  readonly reachable: boolean;
  /** It carries as many calls as it can. */
  readonly full: boolean;
}

export interface UserActivity {
  /** Is on the telephone. */
  readonly busy: boolean;
  /** When the last call ended; undefined: none was seen. */
  readonly idleSince: Instant | undefined;
}
