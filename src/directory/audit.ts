import type { Instant } from '../kernel/clock.ts';
import type { DiversionId, TenantId, UserId } from './ids.ts';

/** Who changed something. */
export type Actor =
  | { readonly kind: 'user'; readonly user: UserId }
  /** Who runs the exchange. */
  | { readonly kind: 'operator' }
  /** A time that was set for it had come. */
  | { readonly kind: 'clock' };

/** One line of a tenant's audit trail. */
export interface AuditEntry {
  /** Counts up, exchange-wide. */
  readonly id: number;
  /** Undefined: of what is everybody's, such as a trunk of the exchange. */
  readonly tenant: TenantId | undefined;
  readonly at: Instant;
  readonly by: Actor;
  readonly object: { readonly kind: string; readonly id: string };
  readonly what: AuditedChange;
}

export type AuditedChange =
  | { readonly did: 'made' | 'removed' }
  /** Names of the settings that changed, never their secrets. */
  | { readonly did: 'changed'; readonly settings: readonly string[] }
  | { readonly did: 'switched-on'; readonly until: Instant | undefined; readonly switchedOff: DiversionId | undefined }
  | { readonly did: 'switched-off' };
