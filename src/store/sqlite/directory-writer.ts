import type Database from 'better-sqlite3';
import type { DirectoryChange } from '../port.ts';
import type { DirectoryReader } from './directory-reader.ts';
import { directoryRules } from './directory-rules.ts';
import type { Memory } from './memory.ts';
import { objectWriters } from './object-writers.ts';

export type DirectoryWriter = (change: DirectoryChange) => void;

/**
 * Writes a change, within a transaction of whoever asks. What would break a rule of the
 * directory is refused with a Fault BAD_REQUEST that names the object and the rule.
 */
export function directoryWriter(database: Database.Database, read: DirectoryReader, memory: Memory): DirectoryWriter {
  const put = objectWriters(database);
  const rulesFor = directoryRules(database, read);
  // Two users may swap their extensions in one change: what they had is given up before either takes the other's.
  const vacateUser = database.prepare<[string]>(
    "UPDATE users SET extension = 'vacant ' || id, vamos_number = NULL WHERE id = ?",
  );
  const vacateUsername = database.prepare<[string]>("UPDATE devices SET username = 'vacant ' || id WHERE id = ?");
  const vacateGroup = database.prepare<[string]>('UPDATE diversions SET is_on = 0, until = NULL WHERE id = ?');

  return (change) => {
    const refuseBroken = rulesFor(change);
    change.tenants?.forEach(({ id }) => {
      memory.wrote('tenants', id);
    });
    change.plans?.forEach(({ id }) => {
      memory.wrote('plans', id);
    });
    change.companyNumbers?.forEach(({ number }) => {
      memory.wrote('company_numbers', number);
    });
    change.users?.forEach(({ id }) => {
      memory.wrote('users', id);
    });
    change.devices?.forEach(({ id, user }) => {
      memory.wrote('devices', id, user);
    });
    change.diversions?.forEach(({ id, plan }) => {
      memory.wrote('diversions', id, plan);
    });
    change.trunks?.forEach(({ id }) => {
      memory.wrote('trunks', id);
    });
    change.users?.forEach(({ id }) => vacateUser.run(id));
    change.devices?.forEach(({ id }) => vacateUsername.run(id));
    change.diversions?.forEach(({ id }) => vacateGroup.run(id));
    change.tenants?.forEach(put.tenant);
    change.plans?.forEach(put.plan);
    change.companyNumbers?.forEach(put.companyNumber);
    change.users?.forEach(put.user);
    change.devices?.forEach(put.device);
    change.diversions?.forEach(put.diversion);
    change.trunks?.forEach(put.trunk);
    refuseBroken();
  };
}
