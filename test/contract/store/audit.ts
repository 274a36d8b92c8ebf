import assert from 'node:assert/strict';
import type { Actor } from '../../../src/directory/audit.ts';
import type { TenantId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { bakery, bakeryDirectory, garage, plan, tenant } from '../store-samples.ts';

const operator: Actor = { kind: 'operator' };

export function auditContract(store: () => Store, reopen: () => Promise<void>): void {
  const note = (id: string, of: TenantId, at: number): Promise<void> =>
    store().settings.change('plan', id, at, () => ({
      outcome: undefined,
      write: plan(id, of, []),
      by: operator,
      what: { did: 'changed', settings: ['steps'] },
    }));
  const page = async (of: TenantId, before: number | undefined, limit: number) => {
    const entries = await store().settings.audit(of, before, limit);
    return { at: entries.map(({ at }) => at), next: entries.at(-1)?.id };
  };

  beforeEach(async () => {
    await store().directory.save(bakeryDirectory);
    await store().directory.save({ tenants: [tenant(garage)] });
  });

  it('is read page by page, the latest first, while lines are added', async () => {
    for (const at of [1, 2, 3, 4, 5]) await note('shop', bakery, at);
    const first = await page(bakery, undefined, 2);
    assert.deepEqual(first.at, [5, 4]);
    await note('shop', bakery, 6);
    const second = await page(bakery, first.next, 2);
    assert.deepEqual(second.at, [3, 2]);
    const third = await page(bakery, second.next, 2);
    assert.deepEqual(third.at, [1]);
    assert.deepEqual((await page(bakery, third.next, 2)).at, []);
  });

  it('shows each tenant its own, and keeps it', async () => {
    await note('shop', bakery, 1);
    await note('pit', garage, 2);
    await reopen();
    assert.deepEqual((await page(bakery, undefined, 10)).at, [1]);
    assert.deepEqual((await page(garage, undefined, 10)).at, [2]);
  });
}
