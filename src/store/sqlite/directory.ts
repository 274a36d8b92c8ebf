import type Database from 'better-sqlite3';
import type { DirectoryStore } from '../port.ts';
import { diversionAt, type DirectoryReader } from './directory-reader.ts';
import type { DirectoryWriter } from './directory-writer.ts';
import { attempt } from './failure.ts';
import { memberReader } from './members.ts';
import type { Memory } from './memory.ts';

interface Parts {
  readonly database: Database.Database;
  readonly read: DirectoryReader;
  readonly write: DirectoryWriter;
  readonly memory: Memory;
}

export function sqliteDirectory({ database, read, write, memory }: Parts): DirectoryStore {
  const ask = <Value>(question: () => Value): Promise<Value> => attempt(database.name, question);
  const save = database.transaction(write);
  const membersOf = memberReader(database, read, memory);
  return {
    tenant: (id) => ask(() => read.tenant.one(id)),
    tenants: () => ask(() => read.tenants.all()),
    user: (id) => ask(() => read.user.one(id)),
    userByExtension: (of, extension) => ask(() => read.userByExtension.one(of, extension)),
    userBySim: (number) => ask(() => read.userBySim.one(number)),
    users: (of) => ask(() => read.users.all(of)),
    device: (id) => ask(() => read.device.one(id)),
    deviceByUsername: (username) => ask(() => read.deviceByUsername.one(username)),
    devices: (of) => ask(() => read.devices.all(of)),
    devicesOf: (owner) => ask(() => read.devicesOf.all(owner)),
    companyNumber: (number) => ask(() => read.companyNumber.one(number)),
    firstNumber: (of) => ask(() => read.firstNumber.one(of)?.number),
    companyNumbers: (of) => ask(() => read.companyNumbers.all(of)),
    plan: (id) => ask(() => read.plan.one(id)),
    plans: (of) => ask(() => read.plans.all(of)),
    diversion: (id, now) =>
      ask(() => {
        const found = read.diversion.one(id);
        return found === undefined ? undefined : diversionAt(found, now);
      }),
    diversionsOf: (plan, now) => ask(() => read.diversionsOf.all(plan).map((one) => diversionAt(one, now))),
    diversions: (of, now) => ask(() => read.diversions.all(of).map((one) => diversionAt(one, now))),
    trunk: (id) => ask(() => read.trunk.one(id)),
    trunks: (of) => ask(() => read.trunks.all(of ?? null)),
    allTrunks: () => ask(() => read.allTrunks.all()),
    members: (of, who, now) => ask(() => membersOf(of, who, now)),
    save: (change) =>
      ask(() => {
        save.immediate(change);
      }),
  };
}
