import type { Instant } from '../kernel/clock.ts';
import type { E164, TenantId, UserId } from './ids.ts';

/** How a user signs in to the app. Not the SIP password of a device. */
export interface Account {
  readonly user: UserId;
  readonly tenant: TenantId;
  /** Unique on the exchange, lower case; mostly an e-mail address. */
  readonly login: string;
  /** As `hashPassword` writes it: algorithm, cost, salt and hash in one text. */
  readonly passwordHash: string;
}

/** Somebody who has signed in. */
export interface LoginSession {
  /** Public name of the session, for lists and revocation. */
  readonly id: string;
  /** SHA-256 of the token, hexadecimal: the token itself is kept by the app alone. */
  readonly tokenHash: string;
  readonly user: UserId;
  readonly tenant: TenantId;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
  /** What the app called itself, such as `Qaller 4.1 (Android 14)`. */
  readonly agent: string | undefined;
}

/** A mobile number that a user says is theirs, until the code that was told to it is repeated here. */
export interface MobileVerification {
  readonly user: UserId;
  readonly number: E164;
  readonly codeHash: string;
  readonly expiresAt: Instant;
  readonly wrongCodes: number;
  /** When codes were told, the latest last: so many an hour, and no more. */
  readonly toldAt: readonly Instant[];
}
