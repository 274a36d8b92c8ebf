import type {
  CompanyNumber,
  DeviceId,
  DeviceKind,
  E164,
  Extension,
  Plan,
  PlanId,
  Tenant,
  TenantId,
  Trunk,
  User,
  UserId,
} from '../directory/types.ts';
import type { Binding } from '../registrar/binding.ts';

/** What routing asks of the rest. The store answers most of it; a test answers from plain objects. */
export interface RoutingLookups {
  tenant(id: TenantId): Promise<Tenant | undefined>;
  user(id: UserId): Promise<User | undefined>;
  userByExtension(tenant: TenantId, extension: Extension): Promise<User | undefined>;
  companyNumber(number: E164): Promise<CompanyNumber | undefined>;
  companyNumbers(tenant: TenantId): Promise<readonly CompanyNumber[]>;
  plan(id: PlanId): Promise<Plan | undefined>;
  /** Every device of the user with what is registered for it now. */
  reachable(user: UserId): Promise<readonly ReachableDevice[]>;
  /** In the order of preference. */
  trunks(): readonly Trunk[];
}

export interface ReachableDevice {
  readonly device: DeviceId;
  readonly kind: DeviceKind;
  readonly bindings: readonly Binding[];
}
