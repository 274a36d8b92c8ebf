import assert from 'node:assert/strict';
import type { E164, Extension, UserId } from '../../../src/directory/types.ts';
import type { DirectoryChange, Store } from '../../../src/store/port.ts';
import { refusedAs } from './refused.ts';
import { bakery, bakeryDirectory, companyNumber, device, garage, plan, tenant, user } from '../store-samples.ts';

export function tenantContract(store: () => Store): void {
  const save = (change: DirectoryChange): Promise<void> => store().directory.save(change);
  const refused = (change: DirectoryChange, message: RegExp): Promise<void> => refusedAs(save(change), message);

  beforeEach(async () => {
    await save(bakeryDirectory);
    await save({ tenants: [tenant(garage)], users: [user('carl', garage)], plans: [plan('pit', garage, ['carl'])] });
  });

  it("refuses a number with another tenant's plan", () =>
    refused({ companyNumbers: [companyNumber('+31851234568', garage, 'shop')] }, /no plan shop/));

  it("refuses a user who presents another tenant's number", () =>
    refused(
      { users: [user('carl', garage, { presentedNumber: '+31851234567' as E164 })] },
      /\+31851234567 is not one/,
    ));

  it("refuses a plan that rings another tenant's user", () =>
    refused({ plans: [plan('pit', garage, ['carl', 'anna'])] }, /no user anna/));

  it("refuses a device of another tenant's user", () =>
    refused({ devices: [device('spy', garage, 'anna')] }, /no user anna/));

  it('refuses an id that another tenant has', async () => {
    await refused({ users: [user('anna', garage, { extension: '299' as Extension })] }, /another tenant/);
    await refused({ plans: [plan('shop', garage, [])] }, /another tenant/);
    await refused({ companyNumbers: [companyNumber('+31851234567', garage, 'pit')] }, /another tenant/);
    assert.equal((await store().directory.user('anna' as UserId))?.tenant, bakery);
  });

  it('shows each its own', async () => {
    const ids = async (of: typeof bakery): Promise<readonly string[]> =>
      (await store().directory.users(of)).map(({ id }) => id);
    assert.deepEqual(await ids(bakery), ['anna', 'bart']);
    assert.deepEqual(await ids(garage), ['carl']);
    assert.deepEqual(await store().directory.companyNumbers(garage), []);
  });
}
