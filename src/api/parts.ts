import type { Readable } from 'node:stream';
import type { DigestCredentials } from '../directory/types.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Store } from '../store/port.ts';
import type { Log } from '../telemetry/port.ts';
import type { CodeTeller } from '../verification/port.ts';
import type { PasswordHasher } from './auth/password-hash.ts';
import type { ChangeFeed } from './events/feed.ts';
import type { RandomBytes } from './random.ts';

/** What the API works with. */
export interface ApiParts {
  /** One that announces its changes in the feed (`announcing`). */
  readonly store: Store;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly passwords: PasswordHasher;
  /** What phones sign in with, as the SIP side wants it kept. */
  readonly sipCredentials: (username: string, password: string) => DigestCredentials;
  /** A password for a phone, or for somebody who gets a new one. */
  readonly newPassword: () => string;
  /** Undefined: codes cannot be told here. */
  readonly teller: CodeTeller | undefined;
  /** The sound of a message, by the path that its record has; undefined when the file is gone. */
  readonly openVoicemail: (file: string) => Promise<Readable | undefined>;
  /** Removes that sound; harmless when it is gone already. */
  readonly removeVoicemail: (file: string) => Promise<void>;
  readonly operatorToken: string | undefined;
  readonly settings: ApiSettings;
}

export interface ApiSettings {
  readonly sessionDays: number;
  readonly privateTrunks: boolean;
  /** Whose mobile numbers are told codes (ISO 3166); undefined: those of the company's country. */
  readonly codeCountries?: readonly string[] | undefined;
  readonly rates: {
    readonly requestsPerMinute: number;
    readonly signInsPerMinute: number;
    /** In five minutes. */
    readonly signInsPerLogin: number;
  };
}
