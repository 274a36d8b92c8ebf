import assert from 'node:assert/strict';
import type { UserId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { bakeryDirectory, garage, message, tenant } from '../store-samples.ts';
import { refusedAs } from './refused.ts';

export function voicemailContract(store: () => Store, reopen: () => Promise<void>): void {
  beforeEach(() => store().directory.save(bakeryDirectory));

  it('keeps what was said, the latest first, each once', async () => {
    const withheld = message('withheld', 'anna', { at: 2_000, from: undefined, fromName: undefined });
    await store().voicemail.save(message('hello', 'anna'));
    await store().voicemail.save(withheld);
    await store().voicemail.save(message('hello', 'anna', { milliseconds: 1 }));
    await store().voicemail.save(message('other', 'bart'));
    await reopen();
    const anna = 'anna' as UserId;
    assert.deepEqual(await store().voicemail.of(anna, 10), [withheld, message('hello', 'anna')]);
    assert.deepEqual(await store().voicemail.of(anna, 1), [withheld]);
    assert.deepEqual(await store().voicemail.get('hello'), message('hello', 'anna'));
    assert.equal(await store().voicemail.get('never'), undefined);
  });

  it("keeps no message of one tenant in another's box", async () => {
    await store().directory.save({ tenants: [tenant(garage)] });
    await refusedAs(store().voicemail.save(message('x', 'anna', { tenant: garage })), /user anna is another tenant's/);
  });
}
