import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { decode } from './decode.ts';
import type { Memory } from './memory.ts';

export const columns = {
  tenants: 'id, name, country, time_zone AS timeZone, language, location_number AS locationNumber',
  users: `id, tenant, name, extension, role, ring_targets AS ringTargets, personal_route AS personalRoute,
    mobile_number AS mobileNumber, vamos_number AS vamosNumber, anonymous, presented_number AS presentedNumber,
    presentable_numbers AS presentableNumbers, bookmarks`,
  devices: 'id, tenant, user, kind, username, realm, md5, sha256',
  company_numbers: 'number, tenant, plan',
  plans: 'id, tenant, name, prefix, outside_sees AS outsideSees, steps',
  diversions: `id, tenant, plan, name, grp AS "group", position, destination AS "to", is_on AS "on", until`,
  trunks: `id, tenant, purpose, host, port, transport, sources, auth, inbound, registers, priority, format, country,
    channels, check_seconds AS checkSeconds`,
  accounts: 'user, tenant, login, password_hash AS passwordHash',
  sessions: `id, token_hash AS tokenHash, user, tenant, opened_at AS openedAt, expires_at AS expiresAt, agent`,
  verifications: `user, number, code_hash AS codeHash, expires_at AS expiresAt, wrong_codes AS wrongCodes,
    told_at AS toldAt`,
  voicemail_messages: `id, tenant, user, call, caller AS "from", caller_name AS fromName, at, milliseconds, file`,
};

type Key = string | number | null;

export interface Question<Value> {
  one(...keys: readonly Key[]): Value | undefined;
  all(...keys: readonly Key[]): readonly Value[];
}

/**
 * Prepares SELECTs whose rows are decoded; a damaged row throws a Fault STORE_FAILED that names it.
 * @param memory for what is asked again and again; who writes in these tables must tell it
 */
export function questions(database: Database.Database, memory?: Memory) {
  return <Value>(table: keyof typeof columns, row: z.ZodType<Value>, rest: string): Question<Value> => {
    const statement = database.prepare<Key[], Record<string, unknown>>(
      `SELECT ${columns[table]} FROM ${table} ${rest}`,
    );
    const read = (found: Record<string, unknown>): Value =>
      decode(row, table, String(found['id'] ?? found['user'] ?? found['number']), found);
    const asked: Question<Value> = {
      one: (...keys) => {
        const found = statement.get(...keys);
        return found === undefined ? undefined : read(found);
      },
      all: (...keys) => statement.all(...keys).map(read),
    };
    return memory === undefined ? asked : remembering(asked, memory, table);
  };
}

function remembering<Value>(asked: Question<Value>, memory: Memory, table: string): Question<Value> {
  const single = memory.of<Value>(table);
  const lists = memory.of<readonly Value[]>(table);
  const keyOf = (keys: readonly Key[]): string => (keys.length === 1 ? String(keys[0]) : JSON.stringify(keys));
  return {
    one: (...keys) => single.answer(keyOf(keys), () => asked.one(...keys)),
    all: (...keys) => lists.answer(keyOf(keys), () => asked.all(...keys)) ?? [],
  };
}
