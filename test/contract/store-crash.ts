import { openSqlite } from '../../src/store/sqlite/open.ts';
import { record } from './store-samples.ts';

/** Saves one record in the file that is named, and dies without a word as soon as it is told that it was saved. */
const store = await openSqlite({ file: process.argv[2] ?? ':memory:' });
await store.records.save(record('call-1'));
process.kill(process.pid, 'SIGKILL');
