import type { Account } from '../../directory/account.ts';
import type { Actor } from '../../directory/audit.ts';
import type { User, UserId } from '../../directory/types.ts';
import { loginKey } from '../auth/sign-in.ts';
import type { ApiParts } from '../parts.ts';
import { asConflict, change, notFound } from '../rules/editing.ts';

export interface WantedLogin {
  readonly login: string;
  /** Undefined: one is made. */
  readonly password?: string;
}

/** Gives a user a login and a password, and signs them out everywhere. @returns the password that was made, if one was */
export async function giveLogin(
  parts: ApiParts,
  user: User,
  { login, password }: WantedLogin,
  by: Actor,
): Promise<{ readonly login: string; readonly password: string | undefined }> {
  const { store, passwords, newPassword } = parts;
  const made = password === undefined ? newPassword() : undefined;
  const passwordHash =
    password === undefined ? await passwords.hashGenerated(made ?? '') : await passwords.hash(password);
  const account: Account = { user: user.id, tenant: user.tenant, login: loginKey(login), passwordHash };
  await store.accounts.save(account).catch((thrown: unknown) => {
    throw asConflict(thrown);
  });
  await store.accounts.revokeAll(user.id);
  await noteAboutUser(parts, user.id, by, 'login', 'password');
  return { login: account.login, password: made };
}

/** Account and sessions are no objects of the directory: what changes in them is a line of the user's in the audit trail. */
export async function noteAboutUser(
  { store, clock }: Pick<ApiParts, 'store' | 'clock'>,
  user: UserId,
  by: Actor,
  ...settings: readonly string[]
): Promise<void> {
  await change(store.settings, 'user', user, clock.now(), (current) => {
    if (current === undefined) throw notFound('user');
    return { outcome: undefined, write: current, by, what: { did: 'changed', settings } };
  });
}
