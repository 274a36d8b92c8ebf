import type Database from 'better-sqlite3';
import type { z } from 'zod';
import type { DirectoryStore } from '../port.ts';
import { decode } from './decode.ts';
import { companyNumberRow, deviceRow, planRow, tenantRow, userRow } from './directory-rows.ts';
import { directoryWriter } from './directory-writer.ts';
import { attempt } from './failure.ts';

const columns = {
  tenants: 'id, name, country, time_zone AS timeZone, language, location_number AS locationNumber',
  users: `id, tenant, name, extension, role, ring_targets AS ringTargets, personal_route AS personalRoute,
    mobile_number AS mobileNumber, vamos_number AS vamosNumber, anonymous, presented_number AS presentedNumber,
    presentable_numbers AS presentableNumbers, bookmarks`,
  devices: 'id, tenant, user, kind, username, realm, md5, sha256',
  company_numbers: 'number, tenant, plan',
  plans: 'id, tenant, name, prefix, outside_sees AS outsideSees, steps',
};

export function sqliteDirectory(database: Database.Database): DirectoryStore {
  const ask = questions(database);
  const tenant = ask('tenants', tenantRow, 'WHERE id = ?');
  const tenants = ask('tenants', tenantRow, 'ORDER BY name, id');
  const user = ask('users', userRow, 'WHERE id = ?');
  const userByExtension = ask('users', userRow, 'WHERE tenant = ? AND extension = ?');
  const users = ask('users', userRow, 'WHERE tenant = ? ORDER BY extension');
  const device = ask('devices', deviceRow, 'WHERE id = ?');
  const deviceByUsername = ask('devices', deviceRow, 'WHERE username = ?');
  const devicesOf = ask('devices', deviceRow, 'WHERE user = ? ORDER BY rowid');
  const companyNumber = ask('company_numbers', companyNumberRow, 'WHERE number = ?');
  const companyNumbers = ask('company_numbers', companyNumberRow, 'WHERE tenant = ? ORDER BY number');
  const plan = ask('plans', planRow, 'WHERE id = ?');
  const write = directoryWriter(database);

  return {
    tenant: (id) => tenant.one(id),
    tenants: () => tenants.all(),
    user: (id) => user.one(id),
    userByExtension: (of, extension) => userByExtension.one(of, extension),
    users: (of) => users.all(of),
    device: (id) => device.one(id),
    deviceByUsername: (username) => deviceByUsername.one(username),
    devicesOf: (owner) => devicesOf.all(owner),
    companyNumber: (number) => companyNumber.one(number),
    companyNumbers: (of) => companyNumbers.all(of),
    plan: (id) => plan.one(id),
    save: (change) =>
      attempt(database.name, () => {
        write(change);
      }),
  };
}

function questions(database: Database.Database) {
  return <Value>(table: keyof typeof columns, row: z.ZodType<Value>, where: string) => {
    const statement = database.prepare<string[], Record<string, unknown>>(
      `SELECT ${columns[table]} FROM ${table} ${where}`,
    );
    const read = (found: Record<string, unknown>): Value =>
      decode(row, table, String(found['id'] ?? found['number']), found);
    return {
      one: (...keys: string[]): Promise<Value | undefined> =>
        attempt(database.name, () => {
          const found = statement.get(...keys);
          return found === undefined ? undefined : read(found);
        }),
      all: (...keys: string[]): Promise<readonly Value[]> =>
        attempt(database.name, () => statement.all(...keys).map(read)),
    };
  };
}
