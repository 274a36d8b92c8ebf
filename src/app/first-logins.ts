import { scryptHasher } from '../api/auth/password-hash.ts';
import type { Store } from '../store/port.ts';
import { generatePassword, type RandomBytes } from './password.ts';

/** How somebody of the demonstration company signs in to the app. */
export interface DemoLogin {
  readonly name: string;
  readonly role: 'user' | 'admin';
  readonly login: string;
  readonly password: string;
}

/** Lets everybody who is there sign in, with passwords that are kept nowhere else: show them once. */
export async function firstLogins(store: Store, random: RandomBytes): Promise<readonly DemoLogin[]> {
  const hasher = scryptHasher(random);
  const logins: DemoLogin[] = [];
  for (const tenant of await store.directory.tenants()) {
    for (const { id, name, role } of await store.directory.users(tenant.id)) {
      const password = generatePassword(random);
      const login = `${name.split(' ')[0]?.toLowerCase() ?? id}@${tenant.id}.example`;
      const passwordHash = await hasher.hashGenerated(password);
      await store.accounts.save({ user: id, tenant: tenant.id, login, passwordHash });
      logins.push({ name, role, login, password });
    }
  }
  return logins;
}

/** For the terminal, once. */
export function printLogins(
  logins: readonly DemoLogin[],
  api: { readonly address: string; readonly port: number },
): string {
  const host = api.address.includes(':') ? `[${api.address}]` : api.address;
  const width = Math.max(0, ...logins.map(({ login }) => login.length));
  return [
    `To set who rings, by the API at http://${host}:${String(api.port)} (its pages are at /docs), sign in as:`,
    ...logins.map(({ login, password, role }) => `  ${login.padEnd(width)}  ${password}  ${role}`),
    '',
  ].join('\n');
}
