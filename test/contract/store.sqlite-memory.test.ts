import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RingMember } from '../../src/directory/plan-step.ts';
import type { DeviceId, Extension, PlanId, UserId } from '../../src/directory/types.ts';
import type { Store } from '../../src/store/port.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { about, Memory } from '../../src/store/sqlite/memory.ts';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import { bakery, bakeryDirectory, binding, device, diversion, plan, user } from './store-samples.ts';

/** One object is handed to all who ask, for as long as it is remembered: it shows what was forgotten. */
describe('store: what SQLite is not asked again', () => {
  const anna = 'anna' as UserId;
  const bart = 'bart' as UserId;
  const who: readonly RingMember[] = [anna, bart].map((one) => ({ kind: 'user', user: one }));
  let folder: string;
  let store: Store;

  const members = async () => store.directory.members(bakery, who, 0);
  const open = (): Promise<Store> => openSqlite({ file: join(folder, 'qaller.db') });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qaller-memory-'));
    store = await open();
    await store.directory.save({ ...bakeryDirectory, plans: [plan('shop', bakery, []), plan('yard', bakery, [])] });
    await store.directory.save({ diversions: [diversion('lunch', 'shop'), diversion('night', 'yard')] });
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('is another user than the one who was written', async () => {
    const [one, two] = await members();
    await store.directory.save({ users: [user('anna', bakery, { name: 'Anna Example' })] });
    const [annaNow, bartNow] = await members();
    assert.equal(annaNow?.user.name, 'Anna Example');
    assert.notEqual(annaNow, one);
    assert.equal(bartNow, two);
    assert.equal(await store.directory.user(bart), await store.directory.user(bart));
  });

  it('is everybody else, when a telephone registers or goes', async () => {
    const [one, two] = await members();
    const before = await store.directory.user(anna);
    await store.bindings.change('anna-desk' as DeviceId, 0, () => ({ outcome: 0, bindings: [binding()] }));
    const [annaNow, bartNow] = await members();
    assert.deepEqual(annaNow, { user: one?.user, devices: [{ ...one?.devices[0], bindings: [binding()] }] });
    assert.equal(bartNow, two);
    assert.equal(await store.bindings.sweep(61_000), 1);
    assert.deepEqual((await members())[0], one);
    assert.equal((await members())[1], two);
    assert.equal(await store.directory.user(anna), before);
  });

  it('is neither who gives a device nor who gets it', async () => {
    await members();
    await store.directory.devicesOf(anna);
    await store.directory.devicesOf(bart);
    await store.directory.save({ devices: [device('anna-desk', bakery, 'bart')] });
    assert.deepEqual(
      (await members()).map(({ devices }) => devices.map((one) => one.device.id)),
      [[], ['anna-desk', 'bart-desk']],
    );
    assert.deepEqual(await store.directory.devicesOf(anna), []);
    assert.equal((await store.directory.devicesOf(bart)).length, 2);
  });

  it('is neither the plan that loses a diversion nor the one that gets it', async () => {
    const of = async (one: string) =>
      (await store.directory.diversionsOf(one as PlanId, 0)).map(({ id, on }) => `${id} ${String(on)}`);
    assert.deepEqual([await of('shop'), await of('yard')], [['lunch false'], ['night false']]);
    await store.directory.save({ diversions: [diversion('lunch', 'yard', { position: 2, on: true })] });
    assert.deepEqual([await of('shop'), await of('yard')], [[], ['night false', 'lunch true']]);
  });

  it('is not whom two users are by extension, after they swapped these', async () => {
    const named = async (extension: string) =>
      (await store.directory.userByExtension(bakery, extension as Extension))?.id;
    assert.deepEqual([await named('201'), await named('202')], [anna, bart]);
    await store.directory.save({
      users: [
        user('anna', bakery, { extension: '202' as Extension }),
        user('bart', bakery, { extension: '201' as Extension }),
      ],
    });
    assert.deepEqual([await named('201'), await named('202')], [bart, anna]);
  });

  it('is nothing, after another process wrote', async () => {
    const [, two] = await members();
    const other = await open();
    await other.directory.save({ users: [user('anna', bakery, { name: 'Anna Example' })] });
    const [annaNow, bartNow] = await members();
    assert.equal(annaNow?.user.name, 'Anna Example');
    assert.deepEqual(bartNow, two);
    assert.notEqual(bartNow, two);
    await other.close();
  });

  it('grows to so many rows and no further: the oldest answer goes first', () => {
    const database = openDatabase(':memory:');
    const memory = new Memory(database, 10);
    const answers = memory.of<string>();
    for (const at of Array.from({ length: 100 }, (_, index) => index)) {
      assert.ok(memory.holds());
      answers.keep(`q${at}`, `answer ${at}`, [about.row('users', `u${at}`), about.rowsOf('devices', 'anna')], 3);
      assert.ok(memory.rows <= 10);
    }
    assert.deepEqual(
      [96, 97, 98, 99].map((at) => answers.known(`q${at}`)),
      [undefined, 'answer 97', 'answer 98', 'answer 99'],
    );
    memory.wrote('users', 'u98');
    assert.equal(answers.known('q98'), undefined);
    memory.wrote('devices', 'desk', 'anna');
    assert.equal(memory.rows, 0);
    database.close();
  });
});
