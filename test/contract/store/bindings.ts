import assert from 'node:assert/strict';
import type { DeviceId } from '../../../src/directory/types.ts';
import type { Binding } from '../../../src/registrar/binding.ts';
import type { Store } from '../../../src/store/port.ts';
import { binding } from '../store-samples.ts';

export function bindingContract(store: () => Store, reopen: () => Promise<void>, another: () => Promise<Store>): void {
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
