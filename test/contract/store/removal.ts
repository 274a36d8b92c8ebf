import assert from 'node:assert/strict';
import type { DeviceId, DiversionId, E164, PlanId, UserId } from '../../../src/directory/types.ts';
import type { DirectoryObjects, Store } from '../../../src/store/port.ts';
import {
  account,
  bakery,
  bakeryDirectory,
  binding,
  companyNumber,
  device,
  diversion,
  message,
  plan,
  session,
  tenant,
  trunk,
  user,
  verification,
} from '../store-samples.ts';
import { refusedAs } from './refused.ts';

export function removalContract(store: () => Store): void {
  const remove = (kind: keyof DirectoryObjects, id: string): Promise<void> =>
    store().settings.change(kind, id, 0, () => ({
      outcome: undefined,
      write: 'remove',
      by: { kind: 'operator' },
      what: { did: 'removed' },
    }));
  const bart = 'bart' as UserId;

  beforeEach(() => store().directory.save(bakeryDirectory));

  it('of a user takes devices, bindings, account, sessions and verification along', async () => {
    const { directory, bindings, accounts, settings } = store();
    await bindings.change('bart-desk' as DeviceId, 0, () => ({
      outcome: 0,
      bindings: [binding({ device: 'bart-desk' as DeviceId })],
    }));
    await accounts.save(account('bart'));
    await accounts.openSession(session('phone', 'bart'));
    await accounts.changeVerification(bart, () => ({ outcome: 0, write: verification('bart') }));
    assert.equal((await directory.members(bakery, [{ kind: 'user', user: bart }], 0)).length, 1);
    await remove('user', 'bart');
    assert.equal(await directory.user(bart), undefined);
    assert.deepEqual(await directory.members(bakery, [{ kind: 'user', user: bart }], 0), []);
    assert.equal(await directory.deviceByUsername('line-bart-desk'), undefined);
    assert.deepEqual(await bindings.of('bart-desk' as DeviceId, 0), []);
    assert.equal(await accounts.byLogin('bart@bakery.example'), undefined);
    assert.equal(await accounts.session('hash-of-phone', 2_000), undefined);
    assert.equal(await accounts.changeVerification(bart, (found) => ({ outcome: found, write: undefined })), undefined);
    assert.equal((await settings.audit(bakery, undefined, 10)).length, 1);
  });

  it('of a user leaves plans and routes that name the user, and lets these be written again', async () => {
    const to = { kind: 'user', user: bart } as const;
    const anna = user('anna', bakery, { personalRoute: { is: 'divert', to } });
    await store().directory.save({ users: [anna], diversions: [diversion('lunch', 'shop', { to })] });
    await remove('user', 'bart');
    const shop = await store().directory.plan('shop' as PlanId);
    assert.deepEqual(shop, bakeryDirectory.plans?.[0]);
    await store().directory.save({
      plans: [plan('shop', bakery, ['anna', 'bart'], { name: 'Renamed' })],
      users: [{ ...anna, anonymous: true }],
      diversions: [diversion('lunch', 'shop', { to, name: 'Renamed' })],
    });
    const other = store().directory.save({ plans: [plan('new', bakery, ['bart'])] });
    await refusedAs(other, /no user bart/);
  });

  it('of a user leaves what callers said to be cleared away', async () => {
    const { voicemail } = store();
    await voicemail.save(message('hello', 'bart'));
    await voicemail.save(message('other', 'anna'));
    assert.deepEqual(await voicemail.ownerless(10), []);
    await remove('user', 'bart');
    assert.deepEqual(await voicemail.ownerless(10), [message('hello', 'bart')]);
    assert.equal(await voicemail.remove('hello'), true);
    assert.equal(await voicemail.remove('hello'), false);
  });

  it('of a device takes what is registered for it along', async () => {
    const { bindings, directory } = store();
    await bindings.change('anna-desk' as DeviceId, 0, () => ({ outcome: 0, bindings: [binding()] }));
    await bindings.of('anna-desk' as DeviceId, 0);
    await remove('device', 'anna-desk');
    assert.deepEqual(await bindings.of('anna-desk' as DeviceId, 0), []);
    assert.deepEqual(await directory.devicesOf('anna' as UserId), []);
    await directory.save({ devices: [device('anna-desk', bakery, 'anna')] });
  });

  it('of a plan is refused while a number needs it, and then takes its diversions along', async () => {
    await store().directory.save({
      plans: [plan('night', bakery, [])],
      diversions: [diversion('lunch', 'shop', { on: true })],
    });
    assert.equal((await store().directory.diversionsOf('shop' as PlanId, 0)).length, 1);
    await refusedAs(remove('plan', 'shop'), /plan shop answers number \+31851234567/);
    await store().directory.save({ companyNumbers: [companyNumber('+31851234567', bakery, 'night')] });
    await remove('plan', 'shop');
    assert.equal(await store().directory.plan('shop' as PlanId), undefined);
    assert.deepEqual(await store().directory.diversionsOf('shop' as PlanId, 0), []);
    assert.equal(await store().directory.diversion('lunch' as DiversionId, 0), undefined);
  });

  it('of a number is refused while a user may present it, or it tells where help is to go', async () => {
    await refusedAs(remove('companyNumber', '+31851234567'), /user anna may present/);
    await store().directory.save({
      users: [user('anna', bakery)],
      tenants: [tenant(bakery, { locationNumber: '+31851234567' as E164 })],
    });
    await refusedAs(remove('companyNumber', '+31851234567'), /location number/);
    await store().directory.save({ tenants: [tenant(bakery)] });
    await remove('companyNumber', '+31851234567');
    assert.equal(await store().directory.companyNumber('+31851234567' as E164), undefined);
  });

  it('of a tenant is refused while something is its own', async () => {
    await refusedAs(remove('tenant', bakery), /tenant bakery still has users, such as anna/);
    await store().directory.save({ trunks: [trunk('carrier', { tenant: bakery })] });
    await store().directory.save({ users: [user('anna', bakery)], tenants: [tenant(bakery)] });
    await remove('user', 'anna');
    await remove('user', 'bart');
    await remove('companyNumber', '+31851234567');
    await refusedAs(remove('tenant', bakery), /still has plans, such as shop/);
    await remove('plan', 'shop');
    await refusedAs(remove('tenant', bakery), /still has trunks, such as carrier/);
    await remove('trunk', 'carrier');
    await remove('tenant', bakery);
    assert.deepEqual(await store().directory.tenants(), []);
  });

  it('of what is not there writes no line', async () => {
    await remove('diversion', 'nowhere');
    assert.deepEqual(await store().settings.audit(bakery, undefined, 10), []);
  });
}
