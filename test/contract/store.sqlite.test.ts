import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import { storeContract } from './store.ts';

storeContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qaller-store-'));
  return {
    open: () => openSqlite({ file: join(folder, 'qaller.db') }),
    clear: () => rm(folder, { recursive: true }),
  };
});
