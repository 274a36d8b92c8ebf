import type Database from 'better-sqlite3';
import type { z } from 'zod';
import type { RingMember } from '../../directory/plan-step.ts';
import type { TenantId, UserId } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Member } from '../port.ts';
import { bindingColumns, bindingRow } from './bindings.ts';
import { decode } from './decode.ts';
import type { DirectoryReader } from './directory-reader.ts';
import { deviceRow, userRow } from './directory-rows.ts';
import { about, type Memory } from './memory.ts';
import { columns } from './questions.ts';

/** A member with all that is in the file, also what has expired. */
interface Known {
  readonly member: Member;
  /** When the first of the bindings expires; `Infinity` without any. */
  readonly until: Instant;
}

type MembersOf = (tenant: TenantId, who: readonly RingMember[], now: Instant) => readonly Member[];

/**
 * Who is rung, and where: the users of one tenant, each once, in the order in which they are named. Those who are not
 * remembered are asked for all at once: each question costs SQLite as much as the rows of a few people.
 */
export function memberReader(database: Database.Database, read: DirectoryReader, memory: Memory): MembersOf {
  const remembered = memory.of<Known>();
  const ofUsers = <Value>(table: string, what: string, row: z.ZodType<Value>, id: string, rest: string) => {
    const statement = database.prepare<[string], Record<string, unknown>>(
      `WITH asked AS (SELECT value FROM json_each(?)) SELECT ${what} FROM ${table} WHERE ${rest}`,
    );
    return (users: string): readonly Value[] =>
      statement.all(users).map((found) => decode(row, table, String(found[id]), found));
  };
  const readUsers = ofUsers('users', columns.users, userRow, 'id', 'id IN asked');
  const readDevices = ofUsers('devices', columns.devices, deviceRow, 'id', 'user IN asked ORDER BY rowid');
  const readBindings = ofUsers(
    'bindings',
    bindingColumns,
    bindingRow,
    'device',
    'device IN (SELECT id FROM devices WHERE user IN asked) ORDER BY registered_at DESC, rowid DESC',
  );

  /** Within a transaction, so that what is read is of one moment. */
  const readAll = (ids: readonly UserId[]): ReadonlyMap<UserId, Known> => {
    const asked = JSON.stringify(ids);
    const bindings = grouped(readBindings(asked), ({ device }) => device);
    const devices = grouped(readDevices(asked), ({ user }) => user);
    const holds = memory.holds();
    return new Map(
      readUsers(asked).map((user): [UserId, Known] => {
        const own = (devices.get(user.id) ?? []).map((device) => ({ device, bindings: bindings.get(device.id) ?? [] }));
        const all = own.flatMap((one) => one.bindings);
        const known = { member: { user, devices: own }, until: Math.min(...all.map(({ expiresAt }) => expiresAt)) };
        const topics = own.flatMap(({ device: { id } }) => [about.row('devices', id), about.row('bindings', id)]);
        const rows = 1 + own.length + all.length;
        if (holds)
          remembered.keep(
            user.id,
            known,
            [about.row('users', user.id), ...topics, about.rowsOf('devices', user.id)],
            rows,
          );
        return [user.id, known];
      }),
    );
  };

  const idsOf = (tenant: TenantId, who: readonly RingMember[]): ReadonlySet<UserId> => {
    const ids = new Set<UserId>();
    for (const one of who) {
      const id = one.kind === 'user' ? one.user : read.userByExtension.one(tenant, one.extension)?.id;
      if (id !== undefined) ids.add(id);
    }
    return ids;
  };

  /** @returns what is remembered of each; undefined: not all is */
  const recall = (who: readonly RingMember[]): ReadonlyMap<UserId, Known> | undefined => {
    const found = new Map<UserId, Known>();
    for (const one of who) {
      const known = one.kind === 'user' ? remembered.known(one.user) : undefined;
      if (known === undefined) return undefined;
      found.set(known.member.user.id, known);
    }
    return found;
  };

  /** In a transaction. */
  const find = (tenant: TenantId, who: readonly RingMember[]): ReadonlyMap<UserId, Known> => {
    const holds = memory.holds();
    const found = new Map(
      Array.from(idsOf(tenant, who), (id): [UserId, Known | undefined] => [
        id,
        holds ? remembered.known(id) : undefined,
      ]),
    );
    const missing = Array.from(found).flatMap(([id, known]) => (known === undefined ? [id] : []));
    const asked = missing.length === 0 ? undefined : readAll(missing);
    const all = new Map<UserId, Known>();
    for (const [id, recalled] of found) {
      const known = recalled ?? asked?.get(id);
      if (known !== undefined) all.set(id, known);
    }
    return all;
  };

  return (tenant, who, now) => {
    const found = (memory.holds() ? recall(who) : undefined) ?? memory.together(() => find(tenant, who));
    const members: Member[] = [];
    for (const known of found.values()) {
      // The id of a user who was removed may have become another tenant's.
      if (known.member.user.tenant === tenant) members.push(memberAt(known, now));
    }
    return members;
  };
}

function memberAt({ member, until }: Known, now: Instant): Member {
  if (until > now) return member;
  const { user, devices } = member;
  return {
    user,
    devices: devices.map(({ device, bindings }) => ({
      device,
      bindings: bindings.filter(({ expiresAt }) => expiresAt > now),
    })),
  };
}

function grouped<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
