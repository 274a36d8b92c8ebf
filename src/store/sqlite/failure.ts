import Database from 'better-sqlite3';
import { Fault } from '../../faults/fault.ts';

/** Runs synchronous work on the database file; what SQLite throws becomes a rejection with a Fault that says what to do. */
export function attempt<Value>(file: string, work: () => Value): Promise<Value> {
  try {
    return Promise.resolve(work());
  } catch (thrown) {
    return Promise.reject(asFault(file, thrown));
  }
}

/** A bug of ours stays what it is; only SQLite's own errors are translated. */
export function asFault(file: string, thrown: unknown): Error {
  if (thrown instanceof Database.SqliteError) {
    return new Fault('STORE_FAILED', `${adviceOn(file, thrown.code)} (SQLite: ${thrown.message})`, thrown);
  }
  if (thrown instanceof TypeError && thrown.message.includes('connection is not open')) {
    return new Fault('STORE_FAILED', `${file} was closed: it is used after the end of the program's work`, thrown);
  }
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function adviceOn(file: string, code: string): string {
  // An extended code, SQLITE_IOERR_WRITE, is its primary one with a word more.
  const [, primary = code] = /^SQLITE_([A-Z]+)/.exec(code) ?? [];
  switch (primary) {
    case 'FULL':
      return `the disk that holds ${file} is full: free space on it`;
    case 'BUSY':
    case 'LOCKED':
      return `${file} is locked by another process: stop the other one that writes to it`;
    case 'READONLY':
    case 'PERM':
    case 'AUTH':
      return `${file} cannot be written: let the user that runs this program write to it and to its folder`;
    case 'CANTOPEN':
      return `${file} cannot be opened: check that it is a file in a folder that this program may write to`;
    case 'NOTADB':
      return `${file} is not a database: name another file in store.file, or put a backup in its place`;
    case 'CORRUPT':
      return `${file} is damaged: stop the program and put a backup in its place, or recover it with \`sqlite3 ${file} .recover\``;
    case 'IOERR':
      return `${file} cannot be read or written: check the disk, and the system's log for errors of it`;
    default:
      return `${file} could not be used`;
  }
}
