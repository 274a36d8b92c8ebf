import assert from 'node:assert/strict';
import type { Device, DeviceId, E164, Extension, PlanId, UserId } from '../../../src/directory/types.ts';
import type { DirectoryChange, Store } from '../../../src/store/port.ts';
import { refusedAs } from './refused.ts';
import { bakery, bakeryDirectory, device, garage, plan, tenant, user } from '../store-samples.ts';

export function directoryContract(store: () => Store, reopen: () => Promise<void>): void {
  const save = (change: DirectoryChange): Promise<void> => store().directory.save(change);
  const refused = (change: DirectoryChange, message: RegExp): Promise<void> => refusedAs(save(change), message);

  it('is empty at first', async () => {
    const { directory } = store();
    assert.deepEqual(await directory.tenants(), []);
    assert.equal(await directory.tenant(bakery), undefined);
    assert.equal(await directory.user('anna' as UserId), undefined);
    assert.equal(await directory.deviceByUsername('line-anna-desk'), undefined);
    assert.equal(await directory.companyNumber('+31851234567' as E164), undefined);
    assert.equal(await directory.plan('shop' as PlanId), undefined);
    assert.deepEqual(await directory.users(bakery), []);
  });

  it('gives back what was saved, by every way to ask, also after reopening', async () => {
    await save(bakeryDirectory);
    await reopen();
    const { directory } = store();
    const [anna, bart] = bakeryDirectory.users ?? [];
    assert.deepEqual(await directory.tenant(bakery), tenant(bakery));
    assert.deepEqual(await directory.tenants(), bakeryDirectory.tenants);
    assert.deepEqual(await directory.user('anna' as UserId), anna);
    assert.deepEqual(await directory.userByExtension(bakery, '202' as Extension), bart);
    assert.deepEqual(await directory.users(bakery), [anna, bart]);
    assert.deepEqual(await directory.device('anna-desk' as DeviceId), bakeryDirectory.devices?.[0]);
    assert.deepEqual(await directory.deviceByUsername('line-bart-desk'), bakeryDirectory.devices?.[1]);
    assert.deepEqual(await directory.devicesOf('anna' as UserId), [bakeryDirectory.devices?.[0]]);
    assert.deepEqual(await directory.companyNumber('+31851234567' as E164), bakeryDirectory.companyNumbers?.[0]);
    assert.deepEqual(await directory.companyNumbers(bakery), bakeryDirectory.companyNumbers);
    assert.deepEqual(await directory.plan('shop' as PlanId), bakeryDirectory.plans?.[0]);
  });

  it('keeps an absent prefix, an absent number and a circle that is not there absent', async () => {
    await save({
      tenants: [tenant(bakery)],
      users: [user('anna', bakery, { ringTargets: {} })],
      plans: [plan('bare', bakery, [], { prefix: undefined, steps: [] })],
    });
    assert.deepEqual(await store().directory.user('anna' as UserId), user('anna', bakery, { ringTargets: {} }));
    assert.equal((await store().directory.plan('bare' as PlanId))?.prefix, undefined);
  });

  it('replaces an object with the same id', async () => {
    await save(bakeryDirectory);
    const renamed = user('anna', bakery, { name: 'Anna', extension: '209' as Extension });
    await save({ users: [renamed] });
    assert.deepEqual(await store().directory.user('anna' as UserId), renamed);
    assert.equal(await store().directory.userByExtension(bakery, '201' as Extension), undefined);
    assert.deepEqual(await store().directory.devicesOf('anna' as UserId), [bakeryDirectory.devices?.[0]]);
  });

  it('lets two users swap extensions, and two devices usernames, in one change', async () => {
    await save(bakeryDirectory);
    await save({
      users: [user('anna', bakery, { extension: '202' as Extension }), user('bart', bakery)],
      devices: [
        device('anna-desk', bakery, 'anna', { username: 'line-bart-desk' }),
        device('bart-desk', bakery, 'bart', { username: 'line-anna-desk' }),
      ],
    });
    assert.equal((await store().directory.userByExtension(bakery, '201' as Extension))?.id, 'bart');
    assert.equal((await store().directory.deviceByUsername('line-anna-desk'))?.id, 'bart-desk');
  });

  it('writes all of a change or none of it', async () => {
    await save(bakeryDirectory);
    await refused(
      { tenants: [tenant(garage)], users: [user('carl', garage)], devices: [device('x', garage, 'nobody')] },
      /device x.*no user nobody/,
    );
    assert.equal(await store().directory.tenant(garage), undefined);
    assert.equal(await store().directory.user('carl' as UserId), undefined);
  });

  it('lets two tenants have the same extension, but one tenant only once', async () => {
    await save(bakeryDirectory);
    await save({ tenants: [tenant(garage)], users: [user('carl', garage)] });
    await refused({ users: [user('dora', bakery)] }, /user dora: extension 201 is in use/);
    assert.equal((await store().directory.userByExtension(garage, '201' as Extension))?.id, 'carl');
  });

  it('keeps a username unique on the whole exchange', async () => {
    await save(bakeryDirectory);
    await save({ tenants: [tenant(garage)], users: [user('carl', garage)] });
    const same: Partial<Device> = { username: 'line-anna-desk' };
    await refused({ devices: [device('carl-desk', garage, 'carl', same)] }, /username line-anna-desk is in use/);
  });

  it('refuses what is of no tenant', async () => {
    await refused({ users: [user('anna', bakery)] }, /no tenant bakery/);
    await refused({ plans: [plan('shop', bakery, [])] }, /no tenant bakery/);
  });
}
