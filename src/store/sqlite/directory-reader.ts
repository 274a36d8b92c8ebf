import type Database from 'better-sqlite3';
import type { Diversion } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import { companyNumberRow, deviceRow, planRow, tenantRow, userRow } from './directory-rows.ts';
import { diversionRow } from './diversion-rows.ts';
import type { Memory } from './memory.ts';
import { questions } from './questions.ts';
import { trunkRow } from './trunk-rows.ts';

export type { Question } from './questions.ts';
export type DirectoryReader = ReturnType<typeof directoryReader>;

/** What is asked of the directory's tables, at once: within a transaction, what the transaction sees. */
export function directoryReader(database: Database.Database, memory: Memory) {
  const ask = questions(database, memory);
  return {
    tenant: ask('tenants', tenantRow, 'WHERE id = ?', 'row'),
    tenants: ask('tenants', tenantRow, 'ORDER BY name, id'),
    user: ask('users', userRow, 'WHERE id = ?', 'row'),
    userByExtension: ask('users', userRow, 'WHERE tenant = ? AND extension = ?', 'row'),
    userBySim: ask('users', userRow, 'WHERE vamos_number = ?', 'row'),
    users: ask('users', userRow, 'WHERE tenant = ? ORDER BY extension'),
    device: ask('devices', deviceRow, 'WHERE id = ?', 'row'),
    deviceByUsername: ask('devices', deviceRow, 'WHERE username = ?', 'row'),
    devices: ask('devices', deviceRow, 'WHERE tenant = ? ORDER BY username'),
    devicesOf: ask('devices', deviceRow, 'WHERE user = ? ORDER BY rowid', 'owner'),
    companyNumber: ask('company_numbers', companyNumberRow, 'WHERE number = ?', 'row'),
    firstNumber: ask('company_numbers', companyNumberRow, 'WHERE tenant = ? ORDER BY number LIMIT 1'),
    companyNumbers: ask('company_numbers', companyNumberRow, 'WHERE tenant = ? ORDER BY number'),
    plan: ask('plans', planRow, 'WHERE id = ?', 'row'),
    plans: ask('plans', planRow, 'WHERE tenant = ? ORDER BY name, id'),
    diversion: ask('diversions', diversionRow, 'WHERE id = ?', 'row'),
    diversionsOf: ask('diversions', diversionRow, 'WHERE plan = ? ORDER BY position, id', 'owner'),
    diversions: ask('diversions', diversionRow, 'WHERE tenant = ? ORDER BY plan, position, id'),
    trunk: ask('trunks', trunkRow, 'WHERE id = ?', 'row'),
    trunks: ask('trunks', trunkRow, 'WHERE tenant IS ? ORDER BY priority, id'),
    allTrunks: ask('trunks', trunkRow, 'ORDER BY priority, id'),
  };
}

/** One whose time is over is off, whether or not the sweep was there yet. */
export function diversionAt(diversion: Diversion, now: Instant): Diversion {
  const { on, until } = diversion;
  return on && until !== undefined && until <= now ? { ...diversion, on: false, until: undefined } : diversion;
}
