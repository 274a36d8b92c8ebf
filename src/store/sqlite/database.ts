import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Fault } from '../../faults/fault.ts';
import { asFault } from './failure.ts';
import { migrations } from './migrations.ts';
import { keepPrivate } from './private-file.ts';

export const inMemory = ':memory:';

/** "QALR": tells our files from those of other programs. */
const applicationId = 0x51_41_4c_52;

/**
 * While SQLite waits for another process, the whole program waits with it: it is
 * synchronous. So at work it waits no longer than a caller would notice.
 */
const patience = { openingMs: 2_000, workingMs: 100 };

/**
 * Opens the file, makes it and its folder when missing, keeps it from other users of the machine, and brings its schema up to date.
 * @param file a path, or `:memory:`
 * @throws Fault STORE_FAILED whose message says what to do
 */
export function openDatabase(file: string): Database.Database {
  if (file !== inMemory) {
    makeFolder(file);
    keepPrivate(file);
  }
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: patience.openingMs });
    refuseStrangers(database, file);
    // In WAL mode, NORMAL leaves out the sync of the log at each commit. A commit is in the system's hands by then: it
    // survives a crash of this process, call records included. Only a power failure can take the last ones.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    migrate(database);
    database.pragma(`busy_timeout = ${String(patience.workingMs)}`);
    return database;
  } catch (thrown) {
    database?.close();
    throw asFault(file, thrown);
  }
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const advice = 'make it yourself, or name another file in store.file';
    throw new Fault('STORE_FAILED', `the folder of ${file} cannot be made: ${advice} (${why})`, thrown);
  }
}

function refuseStrangers(database: Database.Database, file: string): void {
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (tables !== 0 && database.pragma('application_id', { simple: true }) !== applicationId) {
    throw new Fault('STORE_FAILED', `${file} is the database of another program: name another file in store.file`);
  }
  if (versionOf(database) > migrations.length) {
    throw new Fault(
      'STORE_FAILED',
      `${file} was written by a newer version of this program: run that one, or restore the backup made before it`,
    );
  }
}

function migrate(database: Database.Database): void {
  // The version is read again inside: two processes that start at once take turns here.
  const bringUpToDate = database.transaction(() => {
    migrations.slice(versionOf(database)).forEach((step) => database.exec(step));
    database.pragma(`application_id = ${String(applicationId)}`);
    database.pragma(`user_version = ${String(migrations.length)}`);
  });
  if (versionOf(database) < migrations.length) bringUpToDate.immediate();
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
