import type Database from 'better-sqlite3';
import { attempt } from './failure.ts';

/**
 * Runs synchronous work in a transaction that takes the write lock before the first read, so
 * that no other process writes in between. What the work throws undoes all of it, and rejects.
 */
export function inTransaction(database: Database.Database): <Value>(work: () => Value) => Promise<Value> {
  return (work) => attempt(database.name, () => database.transaction(work).immediate());
}
