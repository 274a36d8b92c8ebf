import { deviceId, isE164, isExtension, planId, tenantId, userId } from '../src/directory/names.ts';
import { newTenant, newUser, ringTogether } from '../src/directory/new.ts';
import type { Device, Plan, User } from '../src/directory/types.ts';
import { hashCredentials } from '../src/signalling/digest/credentials.ts';
import { openSqlite } from '../src/store/sqlite/open.ts';

/** What a desk phone of the bench's company registers with. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

export const realm = 'bench';
/** Its plan rings the first account's user and nobody else. */
export const companyNumber = '+31851234567';

/** Writes a company of so many people, each with one desk phone, into a new store. @returns their accounts */
export async function makeCompany(file: string, people: number): Promise<readonly Account[]> {
  const tenant = newTenant({ id: tenantId('bench'), name: 'Bench BV' });
  const members = Array.from({ length: people }, (_, index) => member(tenant.id, 10_000 + index));
  const plan: Plan = {
    id: planId('bench-reception'),
    tenant: tenant.id,
    name: 'Reception',
    prefix: 'Reception',
    outsideSees: 'caller',
    steps: [
      ringTogether(
        members.slice(0, 1).map(({ user }) => user.id),
        25,
      ),
    ],
  };
  const store = await openSqlite({ file });
  await store.directory.save({
    tenants: [tenant],
    users: members.map(({ user }) => user),
    devices: members.map(({ device }) => device),
    plans: [plan],
    companyNumbers: isE164(companyNumber) ? [{ number: companyNumber, tenant: tenant.id, plan: plan.id }] : [],
  });
  await store.close();
  return members.map(({ account }) => account);
}

function member(
  tenant: User['tenant'],
  number: number,
): { readonly user: User; readonly device: Device; readonly account: Account } {
  const extension = String(number);
  if (!isExtension(extension)) throw new Error(`${extension} is no extension: the bench knows 90,000 people`);
  const account = { username: `${extension}-desk`, password: `secret-of-${extension}` };
  const id = userId(`bench-${extension}`);
  return {
    account,
    user: newUser({ id, tenant, extension, name: `Person ${extension}`, ringTargets: { desk: true } }),
    device: {
      ...{ id: deviceId(`bench-${account.username}`), tenant, user: id, kind: 'desk', username: account.username },
      credentials: hashCredentials(account.username, realm, account.password),
    },
  };
}
