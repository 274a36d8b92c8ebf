import type { CallRecord } from '../call/record.ts';
import type { RingMember } from '../directory/plan-step.ts';
import type {
  CompanyNumber,
  Device,
  DeviceId,
  Diversion,
  DiversionId,
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
import type { AccountStore, SettingsStore, VoicemailStore } from './settings.ts';

export type * from './settings.ts';

/**
 * Where the exchange remembers. Every method may reject, with a Fault STORE_FAILED
 * whose message says what to do; a caller goes on without what it asked for.
 * One contract suite, `test/contract/store.ts`, is run against every adapter.
 */
export interface Store {
  readonly directory: DirectoryStore;
  readonly bindings: BindingStore;
  readonly records: RecordStore;
  readonly settings: SettingsStore;
  readonly accounts: AccountStore;
  readonly voicemail: VoicemailStore;
  /** Resolves when a read and a write work now. */
  healthy(): Promise<void>;
  close(): Promise<void>;
}

export interface DirectoryStore {
  tenant(id: TenantId): Promise<Tenant | undefined>;
  tenants(): Promise<readonly Tenant[]>;
  user(id: UserId): Promise<User | undefined>;
  userByExtension(tenant: TenantId, extension: Extension): Promise<User | undefined>;
  /** Whose SIM it is, by the number of the SIM. */
  userBySim(number: E164): Promise<User | undefined>;
  users(tenant: TenantId): Promise<readonly User[]>;
  device(id: DeviceId): Promise<Device | undefined>;
  deviceByUsername(username: string): Promise<Device | undefined>;
  devices(tenant: TenantId): Promise<readonly Device[]>;
  devicesOf(user: UserId): Promise<readonly Device[]>;
  companyNumber(number: E164): Promise<CompanyNumber | undefined>;
  companyNumbers(tenant: TenantId): Promise<readonly CompanyNumber[]>;
  plan(id: PlanId): Promise<Plan | undefined>;
  /** The lowest of them. */
  firstNumber(tenant: TenantId): Promise<E164 | undefined>;
  /**
   * Those of the tenant's users whom these are, each once and in that order, with their devices and what is registered
   * for these at `now`. One question, because a group is rung at once.
   */
  members(tenant: TenantId, who: readonly RingMember[], now: Instant): Promise<readonly Member[]>;
  /** By name. */
  plans(tenant: TenantId): Promise<readonly Plan[]>;
  /** As it is at `now`: one whose time is over is off, also before the sweep comes by. So with the next two. */
  diversion(id: DiversionId, now: Instant): Promise<Diversion | undefined>;
  /** In the order of their position. */
  diversionsOf(plan: PlanId, now: Instant): Promise<readonly Diversion[]>;
  diversions(tenant: TenantId, now: Instant): Promise<readonly Diversion[]>;
  trunk(id: TrunkId): Promise<Trunk | undefined>;
  /** In the order of their priority. @param tenant undefined: those that are everybody's */
  trunks(tenant: TenantId | undefined): Promise<readonly Trunk[]>;
  /** Of everybody, in the order of their priority. Asked every second, to notice changes. */
  allTrunks(): Promise<readonly Trunk[]>;
  /**
   * Writes whole objects, all or none of them; one with the same id is replaced. What breaks a rule of the
   * directory (an extension twice, a reference to another tenant) is refused with a Fault BAD_REQUEST. A reference
   * that was there before may have lost its object since: it is left as it is. Nothing is written in the audit trail.
   */
  save(change: DirectoryChange): Promise<void>;
}

/** A user, and where the user can be reached. */
export interface Member {
  readonly user: User;
  readonly devices: readonly { readonly device: Device; readonly bindings: readonly Binding[] }[];
}

export interface DirectoryChange {
  readonly tenants?: readonly Tenant[];
  readonly users?: readonly User[];
  readonly devices?: readonly Device[];
  readonly plans?: readonly Plan[];
  readonly companyNumbers?: readonly CompanyNumber[];
  readonly diversions?: readonly Diversion[];
  readonly trunks?: readonly Trunk[];
}

export interface BindingStore {
  /** Those that have not expired at `now`, the latest registered first. */
  of(device: DeviceId, now: Instant): Promise<readonly Binding[]>;
  /**
   * Reads the device's live bindings, decides, and writes the outcome, with no other
   * writer in between: two REGISTERs at once cannot both win (RFC 3261 §10.3 step 7 is all-or-nothing).
   * @param decide pure; may be run again by a store that retries
   */
  change<Outcome>(
    device: DeviceId,
    now: Instant,
    decide: (bindings: readonly Binding[]) => { readonly outcome: Outcome; readonly bindings: readonly Binding[] },
  ): Promise<Outcome>;
  /** Forgets what expired before `now`; how many that were. */
  sweep(now: Instant): Promise<number>;
  count(now: Instant): Promise<number>;
}

export interface RecordStore {
  /** Idempotent by call id. Resolves when it will survive a crash of this process. */
  save(record: CallRecord): Promise<void>;
  get(call: string): Promise<CallRecord | undefined>;
  /** The latest ended first. */
  latest(tenant: TenantId | undefined, limit: number): Promise<readonly CallRecord[]>;
  count(): Promise<number>;
}
