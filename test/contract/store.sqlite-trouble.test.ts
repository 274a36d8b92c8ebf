import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { newTenant, ringTogether } from '../../src/directory/new.ts';
import type { DeviceId, DiversionId, PlanId, UserId } from '../../src/directory/types.ts';
import { Fault } from '../../src/faults/fault.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { openSqlite, storeOn } from '../../src/store/sqlite/open.ts';
import {
  account,
  bakery,
  bakeryDirectory,
  binding,
  diversion,
  message,
  record,
  session,
  trunk,
  verification,
} from './store-samples.ts';

/** What can happen to a file, and what the operator is told. */
describe('store: SQLite in trouble', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qaller-trouble-'));
    file = join(folder, 'qaller.db');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const fails = (work: Promise<unknown>, message: RegExp): Promise<void> =>
    assert.rejects(work, (thrown) => {
      assert.ok(thrown instanceof Fault, String(thrown));
      assert.equal(thrown.code, 'STORE_FAILED');
      assert.match(thrown.message, message);
      return true;
    });

  const raw = (change: (database: Database.Database) => void): void => {
    const database = new Database(file);
    change(database);
    database.close();
  };

  it('makes the folder of a file that is not there yet', async () => {
    const store = await openSqlite({ file: join(folder, 'a', 'b', 'qaller.db') });
    await store.healthy();
    await store.close();
    assert.ok(existsSync(join(folder, 'a', 'b', 'qaller.db')));
  });

  it('keeps the file, and those beside it, from other users of the machine, also one that was open to them', async () => {
    const modes = (): readonly number[] => [file, `${file}-wal`].map((one) => statSync(one).mode & 0o777);
    const store = await openSqlite({ file });
    await store.healthy();
    assert.deepEqual(modes(), [0o600, 0o600]);
    chmodSync(file, 0o644);
    chmodSync(`${file}-wal`, 0o644);
    const other = await openSqlite({ file });
    assert.deepEqual(modes(), [0o600, 0o600]);
    await other.close();
    await store.close();
  });

  it('has one diversion of a group on, while two other processes put them on as fast as they can', async () => {
    const store = await openSqlite({ file });
    const lunch = ['a1', 'a2', 'a3', 'a4'].map((id) => diversion(id, 'shop'));
    await store.directory.save({ ...bakeryDirectory, diversions: lunch });
    const script = fileURLToPath(new URL('store-flipper.ts', import.meta.url));
    const flipper = (...ids: readonly string[]): Promise<unknown> =>
      once(spawn(process.execPath, ['--import', 'tsx', script, file, '60', ...ids], { stdio: 'inherit' }), 'exit');
    let running = true;
    const flipping = Promise.all([flipper('a1', 'a2'), flipper('a3', 'a4')]).finally(() => (running = false));
    while (running) {
      const on = (await store.directory.diversionsOf('shop' as PlanId, 0)).filter((one) => one.on);
      assert.ok(on.length <= 1, on.map(({ id }) => id).join());
      await new Promise(setImmediate);
    }
    assert.deepEqual(await flipping, [
      [0, null],
      [0, null],
    ]);
    const trail = (await store.settings.audit(bakery, undefined, 1_000)).toReversed();
    assert.equal(trail.length, 120);
    // Every line takes up where the one before it ended.
    let on: string | undefined;
    for (const { object, what } of trail) {
      assert.ok(what.did === 'switched-on');
      assert.equal(what.switchedOff, on);
      on = object.id;
    }
    assert.equal((await store.directory.diversionsOf('shop' as PlanId, 0)).find((one) => one.on)?.id, on);
    await store.close();
  });

  it('cannot make a folder where a file is', async () => {
    writeFileSync(join(folder, 'file'), '');
    await fails(
      openSqlite({ file: join(folder, 'file', 'qaller.db') }),
      /folder of .* cannot be made: make it yourself/,
    );
  });

  it('cannot open a folder', () => fails(openSqlite({ file: folder }), /cannot be opened: check that it is a file/));

  it('keeps its records when the process is killed right after', async () => {
    const script = fileURLToPath(new URL('store-crash.ts', import.meta.url));
    const child = spawnSync(process.execPath, ['--import', 'tsx', script, file], { encoding: 'utf8' });
    assert.equal(child.signal, 'SIGKILL', child.stderr);
    const store = await openSqlite({ file });
    assert.deepEqual(await store.records.get('call-1'), record('call-1'));
    await store.close();
  });

  it('says that the disk is full, goes on reading, and writes again when there is space', async () => {
    const database = openDatabase(file);
    const store = storeOn(database);
    await store.records.save(record('before'));
    database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
    const long = 'x'.repeat(20_000);
    await fails(store.records.save(record('full', { dialled: long })), /disk that holds .* is full: free space/);
    await fails(
      store.directory.save({ ...bakeryDirectory, tenants: [newTenant({ id: 'bakery' as never, name: long })] }),
      /free space/,
    );
    await fails(store.voicemail.save(message('full', 'anna', { from: long })), /free space/);
    assert.equal((await store.records.get('before'))?.call, 'before');
    assert.deepEqual(await store.directory.tenants(), []);
    database.pragma('max_page_count = 100000');
    await store.records.save(record('full', { dialled: long }));
    assert.equal(await store.records.count(), 2);
    await store.close();
  });

  it('lets one record that cannot be written not take the others with it', async () => {
    const store = await openSqlite({ file });
    const outcomes = await Promise.allSettled([
      store.records.save(record('good-1')),
      store.records.save(record('bad', { startedAt: 0.5 })),
      store.records.save(record('good-2')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(await store.records.count(), 2);
    await store.close();
  });

  it('says that the file cannot be written', async () => {
    await (await openSqlite({ file })).close();
    chmodSync(file, 0o444);
    chmodSync(folder, 0o555);
    await asNobody(async () => {
      await fails(openSqlite({ file }), /cannot be (written|opened)/);
    });
    chmodSync(folder, 0o755);
  });

  it('says that another process holds the file', async () => {
    const store = await openSqlite({ file });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const change = store.bindings.change('d' as DeviceId, 0, () => ({ outcome: 1, bindings: [binding()] }));
    await fails(change, /locked by another process/);
    await fails(store.healthy(), /locked by another process/);
    await fails(store.accounts.revokeAll('anna' as UserId), /locked by another process/);
    const on = { on: true, until: undefined };
    await fails(store.settings.switchDiversion('x' as DiversionId, on, { kind: 'clock' }, 0), /locked by another/);
    assert.deepEqual(await store.settings.sweepDiversions(0), []);
    other.exec('COMMIT');
    other.close();
    await store.healthy();
    await store.close();
  });

  it('lets no other process write between the reading and the writing of a change', async () => {
    const store = await openSqlite({ file });
    const other = new Database(file, { timeout: 0 });
    const outcome = await store.bindings.change('d' as DeviceId, 0, (bindings) => {
      assert.throws(() => other.exec('DELETE FROM bindings'), { code: 'SQLITE_BUSY' });
      return { outcome: 'alone', bindings };
    });
    assert.equal(outcome, 'alone');
    other.close();
    await store.close();
  });

  it('says that the file is damaged', async () => {
    const before = await openSqlite({ file });
    await Promise.all(Array.from({ length: 200 }, (_, at) => before.records.save(record(`call-${at}`))));
    await before.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xa5, 4_096));
    await fails(openSqlite({ file }), /is damaged: .* put a backup in its place/);
  });

  it('says that the file is no database', async () => {
    writeFileSync(file, 'This is a letter, and not a database at all.'.repeat(100));
    await fails(openSqlite({ file }), /is not a database: name another file/);
  });

  it('leaves the database of another program alone', async () => {
    raw((database) => database.exec('CREATE TABLE songs (title TEXT)'));
    await fails(openSqlite({ file }), /another program/);
  });

  it('leaves the database of a newer version alone', async () => {
    await (await openSqlite({ file })).close();
    raw((database) => database.pragma(`user_version = ${String(migrations.length + 1)}`));
    await fails(openSqlite({ file }), /newer version/);
  });

  it('brings a database of an older version up to date, with what is in it', async () => {
    await (await openSqlite({ file })).close();
    rmSync(file);
    raw((database) => {
      migrations.slice(0, 4).forEach((step) => database.exec(step));
      database.exec("INSERT INTO tenants VALUES ('old', 'Old Company', 'NL')");
      const steps = [
        { do: 'ring', users: ['anna', 'bart'], seconds: 25 },
        { do: 'ring', users: [], seconds: 5 },
      ];
      database
        .prepare("INSERT INTO plans (id, tenant, name, steps) VALUES ('shop', 'old', 'Shop', ?)")
        .run(JSON.stringify(steps));
      database.pragma(`application_id = ${String(0x51_41_4c_52)}`);
      database.pragma('user_version = 4');
    });
    const store = await openSqlite({ file });
    await store.healthy();
    assert.deepEqual(
      (await store.directory.tenants()).map(({ name, language }) => [name, language]),
      [['Old Company', 'nl']],
    );
    const shop = await store.directory.plan('shop' as PlanId);
    assert.deepEqual(shop?.steps, [ringTogether(['anna' as UserId, 'bart' as UserId], 25), ringTogether([], 5)]);
    await store.close();
  });

  describe('names the row that is damaged', () => {
    const lunch = 'lunch' as DiversionId;
    const anna = 'anna' as UserId;

    beforeEach(async () => {
      const store = await openSqlite({ file });
      await store.directory.save({
        ...bakeryDirectory,
        diversions: [diversion('lunch', 'shop')],
        trunks: [trunk('carrier')],
      });
      await store.settings.switchDiversion(lunch, { on: true, until: undefined }, { kind: 'clock' }, 1_000);
      await store.accounts.save(account('anna'));
      await store.accounts.openSession(session('phone', 'anna'));
      await store.accounts.changeVerification(anna, () => ({ outcome: 0, write: verification('anna') }));
      await store.voicemail.save(message('hello', 'anna'));
      await store.records.save(record('call-1'));
      await store.bindings.change('anna-desk' as DeviceId, 0, () => ({ outcome: 0, bindings: [binding()] }));
      await store.close();
    });

    const damages: readonly (readonly [
      sql: string,
      read: (store: ReturnType<typeof storeOn>) => Promise<unknown>,
      told: RegExp,
    ])[] = [
      [
        "UPDATE plans SET steps = 'oops'",
        (s) => s.directory.plan('shop' as PlanId),
        /row "shop" of table plans.*not JSON/,
      ],
      ["UPDATE plans SET steps = '[{}]'", (s) => s.directory.plan('shop' as PlanId), /row "shop" of table plans/],
      [
        `UPDATE users SET ring_targets = '{"fax":true}'`,
        (s) => s.directory.user('anna' as UserId),
        /row "anna" of table users/,
      ],
      [
        "UPDATE devices SET kind = 'fax'",
        (s) => s.directory.device('anna-desk' as DeviceId),
        /row "anna-desk" of table devices/,
      ],
      [
        "UPDATE bindings SET flow = '{}'",
        (s) => s.bindings.of('anna-desk' as DeviceId, 0),
        /row "anna-desk" of table bindings/,
      ],
      [
        "UPDATE call_records SET fault = 'GONE'",
        (s) => s.records.get('call-1'),
        /row "call-1" of table call_records.*fault/,
      ],
      ["UPDATE diversions SET destination = '{}'", (s) => s.directory.diversion(lunch, 0), /row "lunch" of table div/],
      [
        "UPDATE diversions SET destination = 'oops'",
        (s) => s.settings.switchDiversion(lunch, { on: false, until: undefined }, { kind: 'clock' }, 0),
        /row "lunch" of table diversions.*not JSON/,
      ],
      ["UPDATE trunks SET sources = '{}'", (s) => s.directory.trunks(undefined), /row "carrier" of table trunks/],
      ["UPDATE audit SET what = '{}'", (s) => s.settings.audit(bakery, undefined, 1), /row "1" of table audit/],
      [
        "PRAGMA foreign_keys = OFF; UPDATE accounts SET tenant = ''",
        (s) => s.accounts.of(anna),
        /row "anna" of table accounts/,
      ],
      [
        "PRAGMA foreign_keys = OFF; UPDATE sessions SET user = ''",
        (s) => s.accounts.session('hash-of-phone', 0),
        /row "phone" of table sessions/,
      ],
      [
        "UPDATE verifications SET told_at = 'now'",
        (s) => s.accounts.changeVerification(anna, () => ({ outcome: 0, write: undefined })),
        /row "anna" of table verifications/,
      ],
      ["UPDATE voicemail_messages SET tenant = ''", (s) => s.voicemail.get('hello'), /row "hello" of table voicemail/],
    ];
    for (const [sql, read, told] of damages) {
      it(sql, async () => {
        raw((database) => database.exec(sql));
        const store = await openSqlite({ file });
        await fails(read(store), told);
        await store.close();
      });
    }
  });
});

/** Root may write everything, so the part of the test that must not is done as somebody else. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const nobody = 65_534;
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(nobody);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
