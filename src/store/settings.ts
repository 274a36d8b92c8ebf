import type { Account, LoginSession, MobileVerification } from '../directory/account.ts';
import type { AuditEntry, Actor } from '../directory/audit.ts';
import type {
  CompanyNumber,
  Device,
  Diversion,
  DiversionId,
  Tenant,
  TenantId,
  Plan,
  Trunk,
  User,
  UserId,
} from '../directory/types.ts';
import type { VoicemailMessage } from '../directory/voicemail-message.ts';
import type { Instant } from '../kernel/clock.ts';

/** The objects of the directory that are changed one at a time, by their key. */
export interface DirectoryObjects {
  readonly tenant: Tenant;
  readonly user: User;
  readonly device: Device;
  readonly companyNumber: CompanyNumber;
  readonly plan: Plan;
  readonly diversion: Diversion;
  readonly trunk: Trunk;
}

/** What somebody wants of an object, having seen it as it is. */
export type Decision<Value, Outcome> = { readonly outcome: Outcome } & (
  | { readonly write: undefined }
  | {
      readonly write: Value | 'remove';
      readonly by: Actor;
      readonly what: AuditEntry['what'];
      /** Refused with a Fault BAD_REQUEST when the company has no administrator after it. */
      readonly keepsAdministrator?: boolean;
    }
);

/** Changes of single objects, each with its line in the audit trail. */
export interface SettingsStore {
  /**
   * Reads the object, decides, and writes the outcome and its line in the audit trail, with no other writer in between.
   * The rules of the directory hold as for `DirectoryStore.save`; what breaks one rejects with a Fault BAD_REQUEST, and
   * so does the removal of what something still needs (a plan with a number), and a diversion that is put on or off:
   * that is for `switchDiversion`.
   * A user who is removed takes devices, bindings, account and sessions along, and a plan its diversions; what else names
   * them keeps doing so, and routing passes over it.
   * @param decide pure, and synchronous; may be run again by a store that retries
   */
  change<Kind extends keyof DirectoryObjects, Outcome>(
    kind: Kind,
    id: string,
    now: Instant,
    decide: (current: DirectoryObjects[Kind] | undefined) => Decision<DirectoryObjects[Kind], Outcome>,
  ): Promise<Outcome>;
  /**
   * Puts a diversion on or off. In a group the one that was on goes off in the same moment: no reader ever sees two.
   * One whose time was over counts as off. Idempotent: what is so already writes nothing and no audit line.
   * An `until` that is over, or of one that goes off: Fault BAD_REQUEST.
   * @returns undefined when there is no such diversion
   */
  switchDiversion(
    id: DiversionId,
    to: { readonly on: boolean; readonly until: Instant | undefined },
    by: Actor,
    now: Instant,
  ): Promise<DiversionSwitched | undefined>;
  /** Puts off what was on until `now` or earlier, by the clock. @returns which */
  sweepDiversions(now: Instant): Promise<readonly Diversion[]>;
  /**
   * The latest first.
   * @param tenant undefined: what is everybody's
   * @param before a cursor: the `id` of the last entry that was seen
   */
  audit(tenant: TenantId | undefined, before: number | undefined, limit: number): Promise<readonly AuditEntry[]>;
}

export interface DiversionSwitched {
  readonly diversion: Diversion;
  /** The other one of the group, which was on until then. */
  readonly switchedOff: Diversion | undefined;
}

/** Who may sign in, and who has. */
export interface AccountStore {
  byLogin(login: string): Promise<Account | undefined>;
  of(user: UserId): Promise<Account | undefined>;
  /** One per user; one with the same user is replaced. A login that another user has: Fault BAD_REQUEST. */
  save(account: Account): Promise<void>;
  /** By the hash of its token; undefined when it is revoked or over. */
  session(tokenHash: string, now: Instant): Promise<LoginSession | undefined>;
  sessionsOf(user: UserId, now: Instant): Promise<readonly LoginSession[]>;
  openSession(session: LoginSession): Promise<void>;
  /** @returns false when the user has no such session */
  revoke(user: UserId, session: string): Promise<boolean>;
  revokeAll(user: UserId): Promise<number>;
  /** Forgets those that were over at `now`; how many that were. */
  sweepSessions(now: Instant): Promise<number>;
  /** Forgets verifications that ended at `ended` or earlier, and with them when codes were told; how many that were. */
  sweepVerifications(ended: Instant): Promise<number>;
  /** Reads, decides and writes, with no other writer in between. `write: null` forgets it. */
  changeVerification<Outcome>(
    user: UserId,
    decide: (current: MobileVerification | undefined) => {
      readonly outcome: Outcome;
      readonly write: MobileVerification | null | undefined;
    },
  ): Promise<Outcome>;
}

export interface VoicemailStore {
  /** Idempotent by id. */
  save(message: VoicemailMessage): Promise<void>;
  get(id: string): Promise<VoicemailMessage | undefined>;
  /** The latest first. */
  of(user: UserId, limit: number): Promise<readonly VoicemailMessage[]>;
  /** Of users who are no longer there: their files are to be removed, and then they. */
  ownerless(limit: number): Promise<readonly VoicemailMessage[]>;
  /** @returns false when there is no such message */
  remove(id: string): Promise<boolean>;
}
