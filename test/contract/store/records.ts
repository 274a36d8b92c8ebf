import assert from 'node:assert/strict';
import type { UserId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { bakery, garage, record } from '../store-samples.ts';

export function recordContract(store: () => Store, reopen: () => Promise<void>): void {
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
