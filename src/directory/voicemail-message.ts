import type { Instant } from '../kernel/clock.ts';
import type { TenantId, UserId } from './ids.ts';

/** What a caller said to a user's voicemail. */
export interface VoicemailMessage {
  readonly id: string;
  readonly tenant: TenantId;
  /** Whose box it is. */
  readonly user: UserId;
  readonly call: string;
  /** The caller's number or extension; undefined: withheld. */
  readonly from: string | undefined;
  readonly fromName: string | undefined;
  readonly at: Instant;
  readonly milliseconds: number;
  /** A WAV file, 8,000 Hz, mono; its path under the folder of voicemail. */
  readonly file: string;
}
