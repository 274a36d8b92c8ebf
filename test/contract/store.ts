import assert from 'node:assert/strict';
import type { Device, DeviceId, E164, Extension, PlanId, UserId } from '../../src/directory/types.ts';
import { Fault } from '../../src/faults/fault.ts';
import type { Binding } from '../../src/registrar/binding.ts';
import type { DirectoryChange, Store } from '../../src/store/port.ts';
import {
  bakery,
  bakeryDirectory,
  binding,
  companyNumber,
  device,
  garage,
  plan,
  record,
  tenant,
  user,
} from './store-samples.ts';

/** Where an adapter keeps things for the length of one test. */
export interface StorePlace {
  /** May be called again, after close() or while another is open: the same place. */
  open(): Promise<Store>;
  /** Forgets the place. */
  clear(): Promise<void>;
}

/** What every adapter of the store must do. */
export function storeContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`store: ${name}`, () => {
    let here: StorePlace;
    let store: Store;

    beforeEach(async () => {
      here = await place();
      store = await here.open();
    });

    afterEach(async () => {
      await store.close();
      await here.clear();
    });

    const reopen = async (): Promise<void> => {
      await store.close();
      store = await here.open();
    };

    it('is healthy when open, and not when closed', async () => {
      await store.healthy();
      await store.close();
      await assert.rejects(store.healthy(), { code: 'STORE_FAILED' });
    });

    it('can be closed twice', async () => {
      await store.close();
      await store.close();
    });

    describe('directory', () => {
      directoryContract(() => store, reopen);
    });
    describe('bindings', () => {
      bindingContract(
        () => store,
        reopen,
        () => here.open(),
      );
    });
    describe('call records', () => {
      recordContract(() => store, reopen);
    });
  });
}

function directoryContract(store: () => Store, reopen: () => Promise<void>): void {
  const save = (change: DirectoryChange): Promise<void> => store().directory.save(change);
  const refused = (change: DirectoryChange, message: RegExp): Promise<void> =>
    assert.rejects(save(change), (thrown) => {
      assert.ok(thrown instanceof Fault);
      assert.equal(thrown.code, 'BAD_REQUEST');
      assert.match(thrown.message, message);
      return true;
    });

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

  describe('with two tenants', () => {
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
  });
}

function bindingContract(store: () => Store, reopen: () => Promise<void>, another: () => Promise<Store>): void {
  const desk = 'anna-desk' as DeviceId;
  const put = (...bindings: readonly Binding[]): Promise<void> =>
    store().bindings.change(desk, 0, () => ({ outcome: undefined, bindings }));

  it('gives back what was written, the latest registered first, also after reopening', async () => {
    const first = binding();
    const second = binding({ key: 'sip:b', registeredAt: 2_000, instance: undefined, userAgent: undefined });
    await put(first, second);
    await reopen();
    assert.deepEqual(await store().bindings.of(desk, 2_000), [second, first]);
    assert.deepEqual(await store().bindings.of('other' as DeviceId, 2_000), []);
  });

  it('does not show what has expired', async () => {
    await put(binding({ expiresAt: 61_000 }));
    assert.equal((await store().bindings.of(desk, 60_999)).length, 1);
    assert.equal((await store().bindings.of(desk, 61_000)).length, 0);
    const seen = await store().bindings.change(desk, 61_000, (bindings) => ({ outcome: bindings.length, bindings }));
    assert.equal(seen, 0);
  });

  it('replaces, adds and removes by key, and gives the outcome', async () => {
    await put(binding({ key: 'a' }), binding({ key: 'b' }));
    const outcome = await store().bindings.change(desk, 5_000, (before) => ({
      outcome: before.length,
      bindings: [
        ...before.filter(({ key }) => key === 'a').map((old) => ({ ...old, cseq: 2 })),
        binding({ key: 'c', registeredAt: 5_000 }),
      ],
    }));
    assert.equal(outcome, 2);
    const after = await store().bindings.of(desk, 5_000);
    assert.deepEqual(
      after.map(({ key, cseq }) => [key, cseq]),
      [
        ['c', 1],
        ['a', 2],
      ],
    );
  });

  it('leaves all as it was when the decision throws', async () => {
    await put(binding());
    const failed = store().bindings.change(desk, 5_000, () => {
      throw new RangeError('a bug');
    });
    await assert.rejects(failed, RangeError);
    assert.equal((await store().bindings.of(desk, 5_000)).length, 1);
  });

  it('serialises changes of one device, also from two connections', async () => {
    const other = await another();
    const increment = (by: Store): Promise<number> =>
      by.bindings.change(desk, 5_000, (before) => {
        const cseq = (before[0]?.cseq ?? 0) + 1;
        return { outcome: cseq, bindings: [binding({ cseq })] };
      });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) => increment(at % 2 === 0 ? store() : other)),
    );
    await other.close();
    assert.deepEqual(
      [...outcomes].sort((one, two) => one - two),
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    assert.equal((await store().bindings.of(desk, 5_000))[0]?.cseq, 20);
  });

  it('counts the live ones and sweeps the expired', async () => {
    await put(binding({ key: 'a', expiresAt: 10_000 }), binding({ key: 'b', expiresAt: 20_000 }));
    assert.equal(await store().bindings.count(9_999), 2);
    assert.equal(await store().bindings.count(10_000), 1);
    assert.equal(await store().bindings.sweep(10_000), 1);
    assert.equal(await store().bindings.sweep(10_000), 0);
    assert.deepEqual(
      (await store().bindings.of(desk, 0)).map(({ key }) => key),
      ['b'],
    );
  });
}

function recordContract(store: () => Store, reopen: () => Promise<void>): void {
  it('gives back what was saved, to the last counter, also after reopening', async () => {
    const answered = record('call-1');
    const refused = record('call-2', {
      tenant: undefined,
      ringingAt: undefined,
      answeredAt: undefined,
      outcome: 'refused',
      endedBy: 'us',
      fault: 'NO_SUCH_NUMBER',
      status: 404,
      legs: [],
      media: undefined,
      callerUser: 'anna' as UserId,
    });
    await Promise.all([store().records.save(answered), store().records.save(refused)]);
    await reopen();
    assert.deepEqual(await store().records.get('call-1'), answered);
    assert.deepEqual(await store().records.get('call-2'), refused);
    assert.equal(await store().records.get('call-3'), undefined);
  });

  it('keeps one record of a call that is saved twice', async () => {
    await Promise.all([store().records.save(record('call-1')), store().records.save(record('call-1'))]);
    await store().records.save(record('call-1'));
    assert.equal(await store().records.count(), 1);
  });

  it('lists the latest ended first, of one tenant or of all', async () => {
    await store().records.save(record('a', { endedAt: 3_000 }));
    await store().records.save(record('b', { endedAt: 1_000, tenant: garage }));
    await store().records.save(record('c', { endedAt: 2_000 }));
    const calls = async (...ask: Parameters<Store['records']['latest']>): Promise<readonly string[]> =>
      (await store().records.latest(...ask)).map(({ call }) => call);
    assert.deepEqual(await calls(undefined, 10), ['a', 'c', 'b']);
    assert.deepEqual(await calls(bakery, 10), ['a', 'c']);
    assert.deepEqual(await calls(undefined, 1), ['a']);
  });

  it('saves what was handed in just before close()', async () => {
    const saved = store().records.save(record('last'));
    await reopen();
    await saved;
    assert.equal(await store().records.count(), 1);
  });

  it('takes a thousand at once', async () => {
    await Promise.all(Array.from({ length: 1_000 }, (_, at) => store().records.save(record(`call-${String(at)}`))));
    assert.equal(await store().records.count(), 1_000);
  });
}
