import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { decode } from './decode.ts';
import { about, type Memory } from './memory.ts';

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

/**
 * What the answer to a question stands and falls with: `row`, the one row that is found, by what no two rows have alike;
 * `owner`, the rows of whom the first key names; `table`, any row of the table.
 */
type Reach = 'row' | 'owner' | 'table';

type Row = Readonly<Record<string, unknown>>;

export interface Question<Value> {
  one(...keys: readonly Key[]): Value | undefined;
  all(...keys: readonly Key[]): readonly Value[];
}

/**
 * Prepares SELECTs whose rows are decoded; a damaged row throws a Fault STORE_FAILED that names it.
 * @param memory for what is asked again and again; who writes in these tables must tell it
 */
export function questions(database: Database.Database, memory?: Memory) {
  return <Value>(
    table: keyof typeof columns,
    row: z.ZodType<Value>,
    rest: string,
    reach: Reach = 'table',
  ): Question<Value> => {
    const statement = database.prepare<Key[], Row>(`SELECT ${columns[table]} FROM ${table} ${rest}`);
    const read = (found: Row): Value => decode(row, table, idOf(found), found);
    if (memory === undefined) {
      return {
        one: (...keys) => {
          const found = statement.get(...keys);
          return found === undefined ? undefined : read(found);
        },
        all: (...keys) => statement.all(...keys).map(read),
      };
    }
    const topics = (keys: readonly Key[], found: readonly Row[]): readonly string[] => {
      if (reach === 'table') return [about.table(table)];
      const rows = found.map((one) => about.row(table, idOf(one)));
      return reach === 'row' ? rows : [about.rowsOf(table, String(keys[0])), ...rows];
    };
    const single = memory.of<Value>();
    const lists = memory.of<readonly Value[]>();
    return {
      one: (...keys) => {
        const holds = memory.holds();
        const key = keyOf(keys);
        const known = holds ? single.known(key) : undefined;
        if (known !== undefined) return known;
        const found = statement.get(...keys);
        if (found === undefined) return undefined;
        const value = read(found);
        if (holds) single.keep(key, value, topics(keys, [found]), 1);
        return value;
      },
      all: (...keys) => {
        const holds = memory.holds();
        const key = keyOf(keys);
        const known = holds ? lists.known(key) : undefined;
        if (known !== undefined) return known;
        const found = statement.all(...keys);
        const values = found.map(read);
        if (holds) lists.keep(key, values, topics(keys, found), found.length + 1);
        return values;
      },
    };
  };
}

function keyOf(keys: readonly Key[]): string {
  return keys.length === 1 ? String(keys[0]) : JSON.stringify(keys);
}

/** What tells the rows of a table apart, in messages and in the memory. */
function idOf(found: Row): string {
  return String(found['id'] ?? found['user'] ?? found['number']);
}
