import type Database from 'better-sqlite3';
import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/system-clock.ts';
import type { Store } from '../port.ts';
import { sqliteAccounts } from './accounts.ts';
import { sqliteBindings } from './bindings.ts';
import { openDatabase } from './database.ts';
import { sqliteDirectory } from './directory.ts';
import { directoryReader } from './directory-reader.ts';
import { directoryWriter } from './directory-writer.ts';
import { attempt } from './failure.ts';
import { Memory } from './memory.ts';
import { sqliteRecords } from './records.ts';
import { sqliteSettings } from './settings.ts';
import { sqliteVoicemail } from './voicemail.ts';

/**
 * Opens the store in a file, which is made when missing.
 * @param file a path, or `:memory:` for a store that ends with the process
 * @returns rejects with a Fault STORE_FAILED when the file cannot be used; its message says why and what to do
 */
export function openSqlite({
  file,
  clock = systemClock,
}: {
  readonly file: string;
  readonly clock?: Clock;
}): Promise<Store> {
  return attempt(file, () => storeOn(openDatabase(file), clock));
}

/** The store on a database that `openDatabase` opened; closing it closes the database. */
export function storeOn(database: Database.Database, clock: Clock = systemClock): Store {
  const records = sqliteRecords(database, clock);
  const memory = new Memory(database);
  const read = directoryReader(database, memory);
  const write = directoryWriter(database, read, memory);
  const beat = database.prepare('UPDATE pulse SET beats = beats + 1');
  return {
    directory: sqliteDirectory({ database, read, write, memory }),
    bindings: sqliteBindings(database, memory),
    records,
    settings: sqliteSettings(database, read, write, memory),
    accounts: sqliteAccounts(database),
    voicemail: sqliteVoicemail(database),
    healthy: () =>
      attempt(database.name, () => {
        beat.run();
      }),
    close: () =>
      attempt(database.name, () => {
        if (!database.open) return;
        records.flush();
        database.close();
      }),
  };
}
