import type { Account, LoginSession } from '../../directory/account.ts';
import type { User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { ApiParts } from '../parts.ts';
import { newToken, tokenHash } from './token.ts';

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

export interface SignedInNow {
  readonly token: string;
  readonly session: LoginSession;
  readonly user: User;
}

/** Somebody who is signed in at more places than these has forgotten the oldest. */
const mostSessions = 50;
const dayMs = 86_400_000;

/** As logins are kept: unique whatever the case, and however its letters are composed. */
export function loginKey(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}

/** @throws Fault WRONG_PASSWORD, after the same time and in the same words for a login that nobody has */
export async function signIn(
  { store, passwords, clock, random, settings }: ApiParts,
  { login, password }: Credentials,
  agent: string | undefined,
): Promise<SignedInNow> {
  const account = await store.accounts.byLogin(loginKey(login));
  const matches = await passwords.matches(password, account?.passwordHash);
  const user = account === undefined ? undefined : await store.directory.user(account.user);
  if (!matches || user === undefined) throw wrongPassword();
  const now = clock.now();
  const token = newToken(random);
  const session: LoginSession = {
    id: Buffer.from(random(12)).toString('base64url'),
    tokenHash: tokenHash(token),
    ...{ user: user.id, tenant: user.tenant, openedAt: now },
    expiresAt: now + settings.sessionDays * dayMs,
    agent,
  };
  await makeRoom(store.accounts, account, now);
  await store.accounts.openSession(session);
  // While the password was hashed it may have become another, and whoever was signed in signed out: this one came after.
  const still = await store.accounts.of(user.id);
  if (still?.passwordHash !== account?.passwordHash) {
    await store.accounts.revoke(user.id, session.id);
    throw wrongPassword();
  }
  return { token, session, user };
}

export function wrongPassword(): Fault {
  return new Fault(
    'WRONG_PASSWORD',
    'login and password do not belong together: type both again, or ask an administrator for a new password',
  );
}

async function makeRoom(
  accounts: ApiParts['store']['accounts'],
  account: Account | undefined,
  now: number,
): Promise<void> {
  if (account === undefined) return;
  const sessions = [...(await accounts.sessionsOf(account.user, now))].sort(
    (one, other) => one.openedAt - other.openedAt,
  );
  for (const { id } of sessions.slice(0, Math.max(0, sessions.length - mostSessions + 1))) {
    await accounts.revoke(account.user, id);
  }
}
