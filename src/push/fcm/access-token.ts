import type { Clock, Instant } from '../../kernel/clock.ts';
import { type Attempt, alarm, serviceFailure } from '../attempt.ts';
import type { Https } from '../https-post.ts';
import { excerpt, member, numberOf, readJson, textOf } from '../json.ts';
import { within } from '../patience.ts';
import { retryAfterMs } from '../retry-after.ts';
import type { TokenKey } from '../signed-token.ts';

export interface AccessTokenSettings {
  readonly https: Https;
  readonly clock: Clock;
  readonly tokenUrl: string;
  readonly clientEmail: string;
  readonly key: TokenKey;
  /** The key's own name, `private_key_id`. */
  readonly keyId: string;
  /** How long the server that gives tokens may take, in milliseconds. */
  readonly patienceMs: number;
}

interface Granted {
  readonly token: string;
  readonly until: Instant;
}

export type Access =
  { readonly is: 'granted'; readonly token: string } | { readonly is: 'not-granted'; readonly attempt: Attempt };

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Renewed so long before its end that it does not end on the way. */
const beforeEndMs = 60_000;

/** The access token of a service account (RFC 7523 §2.1): asked for once by all who need it, and kept. */
export class AccessToken {
  #granted: Granted | undefined;
  #asking: Promise<Access> | undefined;
  readonly #closing = new AbortController();

  constructor(private readonly settings: AccessTokenSettings) {}

  current(): Promise<Access> {
    const granted = this.#granted;
    if (granted !== undefined && this.settings.clock.now() < granted.until)
      return Promise.resolve({ is: 'granted', token: granted.token });
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** It was refused: the next to ask gets another, if this is still the one in use. */
  refused(token: string): void {
    if (this.#granted?.token === token) this.#granted = undefined;
  }

  close(): void {
    this.#closing.abort();
  }

  async #ask(): Promise<Access> {
    const { https, clock, tokenUrl, clientEmail, key, keyId, patienceMs } = this.settings;
    const iat = Math.floor(clock.now() / 1000);
    const claims = { iss: clientEmail, scope, aud: tokenUrl, iat, exp: iat + 3600 };
    const assertion = key.token({ typ: 'JWT', kid: keyId }, claims);
    const posted = await within(clock, patienceMs, this.#closing.signal, (signal) =>
      https.post({
        url: new URL(tokenUrl),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: grant, assertion }).toString(),
        signal,
      }),
    );
    if (posted.got === 'nothing') return { is: 'not-granted', attempt: posted.attempt };
    const json = readJson(posted.body);
    const token = textOf(member(json, 'access_token'));
    const seconds = numberOf(member(json, 'expires_in'));
    if (posted.status === 200 && token !== undefined && seconds !== undefined && /^[\x21-\x7e]+$/.test(token)) {
      this.#granted = { token, until: clock.now() + seconds * 1000 - beforeEndMs };
      return { is: 'granted', token };
    }
    return {
      is: 'not-granted',
      attempt: this.#notGranted(posted.status, posted.headers['retry-after'], posted.body, json),
    };
  }

  /** RFC 6749 §5.2: a refusal is 400 or 401 with a word for why; nothing but a person mends it. */
  #notGranted(status: number, retryAfter: string | undefined, body: string, json: unknown): Attempt {
    const word = textOf(member(json, 'error'));
    const reason = `no access token: ${status} ${excerpt(word ?? body)}`;
    if (status === 200 || status === 429 || status >= 500)
      return serviceFailure(reason, retryAfterMs(retryAfter, this.settings.clock.now()));
    return alarm('credentials', reason);
  }
}
