import assert from 'node:assert/strict';
import type { DiversionId, PlanId, UserId } from '../../../src/directory/types.ts';
import { startSweeper } from '../../../src/app/sweeper.ts';
import type { Store } from '../../../src/store/port.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { storeOn } from '../../../src/store/sqlite/open.ts';
import type { Log } from '../../../src/telemetry/port.ts';
import { bakery, bakeryDirectory, diversion, session } from '../../contract/store-samples.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('sweeper', () => {
  const clock = new VirtualClock();
  const started = clock.now();
  const lines: string[] = [];
  const removed: string[] = [];
  const note = (_fields: unknown, message: string): void => void lines.push(message);
  const log: Log = {
    ...{ trace: note, debug: note, info: note, warn: note, error: note, fatal: note },
    child: () => log,
  };
  const database = openDatabase(':memory:');
  const store: Store = storeOn(database, clock);
  const sweeper = startSweeper({
    ...{ store, clock, log },
    removeVoicemail: (file) => {
      if (file === 'stuck.wav') return Promise.reject(new Error('the disk is read-only'));
      removed.push(file);
      return Promise.resolve();
    },
  });
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 1_000) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
  };

  before(async () => {
    const lunch = diversion('lunch', 'shop', { on: true, until: started + 2_500 });
    await store.directory.save({ ...bakeryDirectory, diversions: [lunch] });
    await store.accounts.openSession(session('phone', 'anna', { expiresAt: started + 10_000 }));
  });

  after(async () => {
    sweeper.cancel();
    assert.equal(clock.pending, 0);
    await store.close();
  });

  it('puts a diversion off within a second of its time, and says so in the log and the audit trail', async () => {
    await pass(2_000);
    assert.deepEqual(await store.settings.audit(bakery, undefined, 1), []);
    await pass(1_000);
    assert.ok(lines.includes('diversion went off: its time was over'));
    const [entry] = await store.settings.audit(bakery, undefined, 1);
    assert.deepEqual([entry?.by, entry?.at], [{ kind: 'clock' }, started + 3_000]);
    assert.equal((await store.directory.diversion('lunch' as DiversionId, started))?.on, false);
    assert.equal((await store.directory.diversionsOf('shop' as PlanId, started)).length, 1);
  });

  it('forgets sessions that are over', async () => {
    await pass(60_000);
    assert.ok(lines.includes('sessions expired'), lines.join());
  });

  it('removes the messages of users who are gone, with their sound, and leaves what cannot be removed for later', async () => {
    const message = (id: string, user: string) => ({
      ...{ id, tenant: bakery, user: user as UserId, call: id, from: undefined, fromName: undefined },
      ...{ at: started, milliseconds: 4_000, file: `${id}.wav` },
    });
    await store.voicemail.save(message('stuck', 'nobody'));
    await store.voicemail.save(message('old', 'nobody'));
    await store.voicemail.save(message('annas', 'anna'));
    await pass(60_000);
    assert.deepEqual(removed, ['old.wav']);
    assert.equal(await store.voicemail.get('old'), undefined);
    assert.ok((await store.voicemail.get('stuck')) !== undefined, 'its sound would be left behind');
    assert.ok((await store.voicemail.get('annas')) !== undefined);
    assert.ok(lines.includes('message stuck could not be swept'), lines.join());
  });

  it('says that it cannot sweep, and tries again', async () => {
    database.exec('ALTER TABLE diversions RENAME TO gone');
    await pass(2_000);
    database.exec('ALTER TABLE gone RENAME TO diversions');
    assert.equal(lines.filter((line) => line === 'diversions could not be swept').length, 2);
  });
});
