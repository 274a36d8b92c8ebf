import { type Headers } from '../../message/headers.ts';
import { after, type Surroundings } from '../surroundings.ts';

/** Milliseconds in which a caller who was asked for credentials is expected back. */
const patience = 2000;

const nonceOf = /(?:^|[\s,])nonce\s*=\s*"([^"]*)"/i;

/**
 * Which of several destinations asked for credentials: with them the request goes to that one alone, as with drachtio-server, and does not
 * ring once more at those who had refused before.
 */
export class Challenges {
  readonly #targets = new Map<string, string>();

  constructor(private readonly around: Surroundings) {}

  remember(challenge: Headers, target: string): void {
    for (const nonce of nonces(challenge, ['WWW-Authenticate', 'Proxy-Authenticate'])) {
      if (this.#targets.has(nonce)) continue;
      this.#targets.set(nonce, target);
      after(this.around, patience, () => this.#targets.delete(nonce));
    }
  }

  /** Whom the credentials in these headers are for. */
  targetOf(credentials: Headers): string | undefined {
    if (this.#targets.size === 0) return undefined;
    for (const nonce of nonces(credentials, ['Authorization', 'Proxy-Authorization'])) {
      const target = this.#targets.get(nonce);
      if (target !== undefined) return target;
    }
    return undefined;
  }
}

function nonces(headers: Headers, names: readonly string[]): string[] {
  return names
    .flatMap((name) => headers.all(name))
    .flatMap((value) => nonceOf.exec(value)?.[1] ?? [])
    .filter((nonce) => nonce !== '');
}
