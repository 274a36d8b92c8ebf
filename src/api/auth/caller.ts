import type { LoginSession } from '../../directory/account.ts';
import type { Actor } from '../../directory/audit.ts';
import type { User } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Store } from '../../store/port.ts';
import { sameToken, tokenHash } from './token.ts';

/** Who a request comes from. */
export type Caller = SignedIn | { readonly kind: 'operator' };

export interface SignedIn {
  readonly kind: 'user';
  readonly user: User;
  readonly session: LoginSession;
}

/**
 * Whose token it is, as they are now: a role that was taken away counts from the next request on.
 * @returns undefined for a token that is nobody's, or no longer
 */
export async function callerBy(
  token: string,
  store: Pick<Store, 'accounts' | 'directory'>,
  operatorToken: string | undefined,
  now: Instant,
): Promise<Caller | undefined> {
  if (operatorToken !== undefined && sameToken(token, operatorToken)) return { kind: 'operator' };
  return bySession(tokenHash(token), store, now);
}

/** Whoever it was, as they are now; undefined: no longer signed in. */
export function callerStill(
  { session }: SignedIn,
  store: Pick<Store, 'accounts' | 'directory'>,
  now: Instant,
): Promise<SignedIn | undefined> {
  return bySession(session.tokenHash, store, now);
}

async function bySession(hash: string, store: Pick<Store, 'accounts' | 'directory'>, now: Instant) {
  const session = await store.accounts.session(hash, now);
  if (session === undefined) return undefined;
  const user = await store.directory.user(session.user);
  return user === undefined ? undefined : ({ kind: 'user', user, session } as const);
}

export function actorOf(caller: Caller): Actor {
  return caller.kind === 'operator' ? { kind: 'operator' } : { kind: 'user', user: caller.user.id };
}
