import assert from 'node:assert/strict';
import { TrunkDirectory } from '../../../src/app/trunk-directory.ts';
import { newTrunk } from '../../../src/directory/new.ts';
import type { Trunk, TrunkId } from '../../../src/directory/types.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const trunk = (id: string, changes: Partial<Trunk> = {}): Trunk =>
  newTrunk({ id: id as TrunkId, host: 'sip.example.com', ...changes });

describe('the trunks of configuration and store', () => {
  let clock: VirtualClock;
  let stored: readonly Trunk[] | Error;
  let directory: TrunkDirectory;
  let told: string[];

  beforeEach(async () => {
    clock = new VirtualClock();
    stored = [trunk('stored', { priority: 1 }), trunk('both', { host: 'stored.example.com' })];
    directory = await TrunkDirectory.open({
      configured: [trunk('last', { priority: 2 }), trunk('both')],
      stored: () => (stored instanceof Error ? Promise.reject(stored) : Promise.resolve(stored)),
      clock,
      log: createLogger({ level: 'silent', pretty: false }),
    });
    told = [];
    directory.follow((all) => told.push(all.map(({ id }) => id).join()));
  });

  async function passes(milliseconds: number): Promise<void> {
    clock.advance(milliseconds);
    await new Promise(setImmediate);
  }

  it('are one list, by priority, in which the configuration’s counts where both have one of the id', () => {
    assert.deepEqual(told, ['both,stored,last']);
    assert.equal(directory.all()[0]?.host, 'sip.example.com');
  });

  it('are read again within a second, and are the same list as long as none has changed', async () => {
    const before = directory.all();
    await passes(1000);
    assert.equal(directory.all(), before);
    stored = [trunk('new')];
    await passes(1000);
    assert.deepEqual(told, ['both,stored,last', 'both,new,last']);
  });

  it('stay as they are while the store cannot be read', async () => {
    stored = new Error('no disk');
    await passes(1000);
    assert.equal(directory.all().length, 3);
    stored = [];
    await passes(1000);
    assert.equal(told.at(-1), 'both,last');
  });

  it('are asked for no more once it is closed', async () => {
    directory.close();
    stored = [];
    await passes(2000);
    await directory.refresh();
    assert.equal(directory.all().length, 3);
    assert.equal(clock.pending, 0);
  });
});
