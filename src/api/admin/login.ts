import type { Account } from '../../directory/account.ts';
import type { Actor } from '../../directory/audit.ts';
import type { User } from '../../directory/types.ts';
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
  { store, clock, passwords, newPassword }: ApiParts,
  user: User,
  { login, password }: WantedLogin,
  by: Actor,
): Promise<{ readonly login: string; readonly password: string | undefined }> {
  const made = password === undefined ? newPassword() : undefined;
  const passwordHash =
    password === undefined ? await passwords.hashGenerated(made ?? '') : await passwords.hash(password);
  const account: Account = { user: user.id, tenant: user.tenant, login: loginKey(login), passwordHash };
  await store.accounts.save(account).catch((thrown: unknown) => {
    throw asConflict(thrown);
  });
  await store.accounts.revokeAll(user.id);
  // The account is no object of the directory: its line in the audit trail is the user's.
  await change(store.settings, 'user', user.id, clock.now(), (current) => {
    if (current === undefined) throw notFound('user');
    return { outcome: undefined, write: current, by, what: { did: 'changed', settings: ['login', 'password'] } };
  });
  return { login: account.login, password: made };
}
