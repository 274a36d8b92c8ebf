import assert from 'node:assert/strict';
import type { RingMember } from '../../../src/directory/plan-step.ts';
import type { DeviceId, Extension, UserId } from '../../../src/directory/types.ts';
import type { Store } from '../../../src/store/port.ts';
import { bakery, bakeryDirectory, binding, device, garage, tenant, user } from '../store-samples.ts';

export function memberContract(store: () => Store, another: () => Promise<Store>): void {
  const anna: RingMember = { kind: 'user', user: 'anna' as UserId };
  const bart: RingMember = { kind: 'user', user: 'bart' as UserId };
  const desk = 'anna-desk' as DeviceId;
  const names = async (who: readonly RingMember[], now = 0): Promise<readonly string[]> =>
    (await store().directory.members(bakery, who, now)).map(({ user: { name } }) => name);
  const contacts = async (now = 0): Promise<readonly string[]> =>
    (await store().directory.members(bakery, [anna], now)).flatMap(({ devices }) =>
      devices.flatMap(({ bindings }) => bindings.map(({ contact }) => contact)),
    );

  beforeEach(async () => {
    await store().directory.save(bakeryDirectory);
    await store().bindings.change(desk, 0, () => ({ outcome: 0, bindings: [binding()] }));
  });

  it('are given once each, in the order in which they are named, with devices and what is registered', async () => {
    const [first, second] = bakeryDirectory.users ?? [];
    const [annas, barts] = bakeryDirectory.devices ?? [];
    const who: readonly RingMember[] = [{ kind: 'extension', extension: '202' as Extension }, anna, bart];
    assert.deepEqual(await store().directory.members(bakery, who, 60_999), [
      { user: second, devices: [{ device: barts, bindings: [] }] },
      { user: first, devices: [{ device: annas, bindings: [binding()] }] },
    ]);
    assert.deepEqual(await contacts(61_000), []);
  });

  it('are of that tenant, and there', async () => {
    await store().directory.save({ tenants: [tenant(garage)], users: [user('carl', garage)] });
    const carl: RingMember = { kind: 'user', user: 'carl' as UserId };
    assert.deepEqual(await names([carl, { kind: 'user', user: 'gone' as UserId }]), []);
    assert.deepEqual(await names([{ kind: 'extension', extension: '999' as Extension }]), []);
  });

  it('are as they were written last, whoever wrote: this program or another', async () => {
    const other = await another();
    for (const writer of [store(), other]) {
      const name = writer === other ? 'by another' : 'by us';
      await names([anna]);
      await writer.directory.save({ users: [user('anna', bakery, { name })] });
      assert.deepEqual(await names([anna]), [name]);
      assert.equal((await store().directory.user('anna' as UserId))?.name, name);
      assert.equal((await store().directory.userByExtension(bakery, '201' as Extension))?.name, name);
      assert.equal((await store().directory.users(bakery))[0]?.name, name);

      const contact = `sip:${name === 'by us' ? 'us' : 'another'}@192.0.2.1`;
      await contacts();
      await writer.bindings.change(desk, 0, () => ({ outcome: 0, bindings: [binding({ contact })] }));
      assert.deepEqual(await contacts(), [contact]);
      assert.equal((await store().bindings.of(desk, 0))[0]?.contact, contact);
    }
    await other.close();
  });

  it('are as they were after a change that was refused, or whose decision threw', async () => {
    const refused = store().directory.save({
      users: [user('anna', bakery, { name: 'never' })],
      devices: [device('x', bakery, 'nobody')],
    });
    await assert.rejects(refused);
    const thrown = store().settings.change('user', 'anna', 0, () => {
      throw new RangeError('a bug');
    });
    await assert.rejects(thrown, RangeError);
    assert.deepEqual(await names([anna]), ['Person anna']);
  });

  it('cannot be changed by who was handed them', async () => {
    const found = await store().directory.user('anna' as UserId);
    assert.throws(() => Object.assign(found ?? {}, { name: 'changed' }), TypeError);
    assert.deepEqual(await names([anna]), ['Person anna']);
  });
}
