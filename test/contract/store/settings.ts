import assert from 'node:assert/strict';
import type { Actor } from '../../../src/directory/audit.ts';
import type { Extension, PlanId, TenantId, User, UserId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { bakery, bakeryDirectory, diversion, trunk, user } from '../store-samples.ts';
import { refusedAs } from './refused.ts';

const admin: Actor = { kind: 'user', user: 'anna' as UserId };

/** Single objects, each read, decided on and written with nobody in between. */
export function settingContract(store: () => Store, another: () => Promise<Store>): void {
  const trailOf = (tenant: TenantId | undefined) => store().settings.audit(tenant, undefined, 10);
  const trail = () => trailOf(bakery);

  beforeEach(() => store().directory.save(bakeryDirectory));

  it('makes, changes and removes an object, each with its line in the audit trail', async () => {
    const { settings, directory } = store();
    const carl = user('carl', bakery, { extension: '203' as Extension });
    const made = await settings.change('user', 'carl', 1_000, (current) => {
      assert.equal(current, undefined);
      return { outcome: 'made', write: carl, by: admin, what: { did: 'made' } };
    });
    assert.equal(made, 'made');
    await settings.change('user', 'carl', 2_000, (current) => {
      assert.deepEqual(current, carl);
      const write: User = { ...carl, anonymous: true };
      return { outcome: 0, write, by: { kind: 'operator' }, what: { did: 'changed', settings: ['anonymous'] } };
    });
    assert.equal((await directory.user(carl.id))?.anonymous, true);
    await settings.change('user', 'carl', 3_000, () => ({
      outcome: 0,
      write: 'remove',
      by: admin,
      what: { did: 'removed' },
    }));
    assert.equal(await directory.user(carl.id), undefined);
    const object = { kind: 'user', id: 'carl' };
    const [removed, changed, first] = await trail();
    assert.deepEqual(
      { ...first, id: 0 },
      { id: 0, tenant: bakery, at: 1_000, by: admin, object, what: { did: 'made' } },
    );
    assert.deepEqual(changed?.what, { did: 'changed', settings: ['anonymous'] });
    assert.deepEqual(changed.by, { kind: 'operator' });
    assert.deepEqual([removed?.what, removed?.at], [{ did: 'removed' }, 3_000]);
  });

  it('writes nothing, and no line, when that is the decision', async () => {
    const outcome = await store().settings.change('plan', 'shop', 0, (current) => ({
      outcome: current?.name,
      write: undefined,
    }));
    assert.equal(outcome, 'Plan shop');
    assert.deepEqual(await trail(), []);
  });

  it('writes no line of a change that is refused', async () => {
    const rename = store().settings.change('user', 'anna', 0, () => ({
      outcome: 0,
      write: user('anna', bakery, { extension: '202' as Extension }),
      by: admin,
      what: { did: 'changed', settings: ['extension'] },
    }));
    await refusedAs(rename, /extension 202 is in use/);
    assert.deepEqual(await trail(), []);
  });

  it('does not let an object take the id of another', () =>
    refusedAs(
      store().settings.change('user', 'anna', 0, () => ({
        outcome: 0,
        write: user('bart', bakery),
        by: admin,
        what: { did: 'made' },
      })),
      /id cannot be changed/,
    ));

  it('leaves putting a diversion on or off to the switch, so that the trail tells it all', async () => {
    await store().directory.save({ diversions: [diversion('lunch', 'shop', { on: true })] });
    const write = (id: string, on: boolean, name = 'new') =>
      store().settings.change('diversion', id, 0, () => ({
        outcome: 0,
        write: diversion(id, 'shop', { on, name }),
        by: admin,
        what: { did: 'changed', settings: ['name'] },
      }));
    await refusedAs(write('lunch', false), /change of its own/);
    await refusedAs(write('second', true), /change of its own/);
    await write('lunch', true, 'Lunch break');
    const [lunch] = await store().directory.diversionsOf('shop' as PlanId, 0);
    assert.deepEqual([lunch?.name, lunch?.on], ['Lunch break', true]);
  });

  it('does not let a diversion that is on move into a group where one is', async () => {
    const there = diversion('there', 'shop', { on: true, group: 'B' });
    await store().directory.save({ diversions: [diversion('lunch', 'shop', { on: true }), there] });
    const move = store().settings.change('diversion', 'lunch', 0, () => ({
      outcome: 0,
      write: diversion('lunch', 'shop', { on: true, group: 'B' }),
      by: admin,
      what: { did: 'changed', settings: ['group'] },
    }));
    await refusedAs(move, /on in group B is in use/);
  });

  it("keeps everybody's trunks in a trail that is no tenant's", async () => {
    await store().settings.change('trunk', 'carrier', 5, () => ({
      outcome: 0,
      write: trunk('carrier'),
      by: { kind: 'operator' },
      what: { did: 'made' },
    }));
    assert.deepEqual(await trail(), []);
    assert.equal((await trailOf(undefined))[0]?.object.id, 'carrier');
  });

  it('serialises changes of one object, also from two connections', async () => {
    const other = await another();
    const add = (by: Store, at: number): Promise<number> =>
      by.settings.change('plan', 'shop', at, (plan) => {
        assert.ok(plan !== undefined);
        const count = plan.name === 'Plan shop' ? 1 : Number(plan.name) + 1;
        const write = { ...plan, name: String(count) };
        return { outcome: count, write, by: admin, what: { did: 'changed', settings: ['name'] } };
      });
    const counts = await Promise.all(Array.from({ length: 20 }, (_, at) => add(at % 2 === 0 ? store() : other, at)));
    await other.close();
    assert.equal(new Set(counts).size, 20);
    assert.equal((await store().directory.plan('shop' as PlanId))?.name, '20');
    assert.equal((await store().settings.audit(bakery, undefined, 100)).length, 20);
  });
}
