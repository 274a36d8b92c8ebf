import assert from 'node:assert/strict';
import type { UserId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { bakeryDirectory, verification } from '../store-samples.ts';
import { refusedAs } from './refused.ts';

export function verificationContract(store: () => Store, another: () => Promise<Store>): void {
  const anna = 'anna' as UserId;
  const kept = () => store().accounts.changeVerification(anna, (found) => ({ outcome: found, write: undefined }));

  beforeEach(() => store().directory.save(bakeryDirectory));

  it('are kept, replaced and forgotten, one for each user', async () => {
    const { accounts } = store();
    assert.equal(await kept(), undefined);
    await accounts.changeVerification(anna, () => ({ outcome: 0, write: verification('anna') }));
    assert.deepEqual(await kept(), verification('anna'));
    const again = verification('anna', { toldAt: [1_000, 2_000], wrongCodes: 1 });
    await accounts.changeVerification(anna, () => ({ outcome: 0, write: again }));
    assert.deepEqual(await kept(), again);
    await accounts.changeVerification(anna, () => ({ outcome: 0, write: null }));
    assert.equal(await kept(), undefined);
  });

  it('count every wrong code, of many at once and from two connections', async () => {
    const other = await another();
    await store().accounts.changeVerification(anna, () => ({ outcome: 0, write: verification('anna') }));
    const guess = (by: Store): Promise<number | undefined> =>
      by.accounts.changeVerification(anna, (found) => {
        if (found === undefined || found.wrongCodes >= 5) return { outcome: undefined, write: undefined };
        return { outcome: found.wrongCodes, write: { ...found, wrongCodes: found.wrongCodes + 1 } };
      });
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, at) => guess(at % 2 === 0 ? store() : other)));
    await other.close();
    assert.deepEqual(
      guesses.filter((counted) => counted !== undefined).sort((one, two) => one - two),
      [0, 1, 2, 3, 4],
    );
    assert.equal((await kept())?.wrongCodes, 5);
  });

  it('are as they were when the decision throws', async () => {
    await store().accounts.changeVerification(anna, () => ({ outcome: 0, write: verification('anna') }));
    const thrown = store().accounts.changeVerification(anna, () => {
      throw new RangeError('a bug');
    });
    await assert.rejects(thrown, RangeError);
    assert.deepEqual(await kept(), verification('anna'));
  });

  it("do not become another user's, and are not made for nobody", async () => {
    const { accounts } = store();
    const swapped = accounts.changeVerification(anna, () => ({ outcome: 0, write: verification('bart') }));
    await refusedAs(swapped, /cannot become bart's/);
    const nobody = 'nobody' as UserId;
    const made = accounts.changeVerification(nobody, () => ({ outcome: 0, write: verification('nobody') }));
    await refusedAs(made, /no user nobody/);
  });

  it('are swept when they are over', async () => {
    await store().accounts.changeVerification(anna, () => ({ outcome: 0, write: verification('anna') }));
    assert.equal(await store().accounts.sweepVerifications(599_999), 0);
    assert.equal(await store().accounts.sweepVerifications(600_000), 1);
    assert.equal(await kept(), undefined);
  });
}
