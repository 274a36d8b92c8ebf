import type Database from 'better-sqlite3';
import type { CallRecord } from '../../call/record.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { RecordStore } from '../port.ts';
import { decode } from './decode.ts';
import { asFault, attempt } from './failure.ts';
import { GroupCommit } from './group-commit.ts';
import { recordRow } from './record-rows.ts';

/** Hundreds of calls can end in a second, and nobody waits for a record. */
const gatherMs = 10;

const columns = `call, tenant, direction, caller, caller_user AS callerUser, dialled, started_at AS startedAt,
  ringing_at AS ringingAt, answered_at AS answeredAt, attended_at AS attendedAt, answered_by AS answeredBy, chain, ended_at AS endedAt, outcome, ended_by AS endedBy, fault, status,
  legs, media`;

type Row = Record<string, unknown>;

export function sqliteRecords(database: Database.Database, clock: Clock): RecordStore & { flush(): void } {
  const insert = database.prepare(
    `INSERT INTO call_records (call, tenant, direction, caller, caller_user, dialled, started_at, ringing_at,
       answered_at, attended_at, answered_by, chain, ended_at, outcome, ended_by, fault, status, legs, media)
     VALUES (@call, @tenant, @direction, @caller, @callerUser, @dialled, @startedAt, @ringingAt,
       @answeredAt, @attendedAt, @answeredBy, @chain, @endedAt, @outcome, @endedBy, @fault, @status, @legs, @media)
     ON CONFLICT (call) DO NOTHING`,
  );
  const byCall = database.prepare<[string], Row>(`SELECT ${columns} FROM call_records WHERE call = ?`);
  const newestFirst = 'ORDER BY ended_at DESC, rowid DESC LIMIT ?';
  const latest = database.prepare<[number], Row>(`SELECT ${columns} FROM call_records ${newestFirst}`);
  const latestOf = database.prepare<[string, number], Row>(
    `SELECT ${columns} FROM call_records WHERE tenant = ? ${newestFirst}`,
  );
  const count = database.prepare<[], number>('SELECT count(*) FROM call_records').pluck();

  const read = (row: Row): CallRecord => decode(recordRow, 'call_records', String(row['call']), row);
  const writeAll = database.transaction((records: readonly CallRecord[]) => {
    records.forEach((record) => insert.run(toRow(record)));
  });
  const group = new GroupCommit<CallRecord>(
    clock,
    gatherMs,
    (records) => {
      writeAll.immediate(records);
    },
    (thrown) => asFault(database.name, thrown),
  );

  return {
    save: (record) => group.add(record),
    get: (call) =>
      attempt(database.name, () => {
        const row = byCall.get(call);
        return row === undefined ? undefined : read(row);
      }),
    latest: (tenant, limit) =>
      attempt(database.name, () => (tenant === undefined ? latest.all(limit) : latestOf.all(tenant, limit)).map(read)),
    count: () => attempt(database.name, () => count.get() ?? 0),
    flush: () => {
      group.flush();
    },
  };
}

function toRow({ legs, media, chain, ...record }: CallRecord): Row {
  const { tenant = null, callerUser = null, ringingAt = null, answeredAt = null, fault = null } = record;
  return {
    ...record,
    ...{ tenant, callerUser, ringingAt, answeredAt, fault },
    ...{ attendedAt: record.attendedAt ?? null, answeredBy: record.answeredBy ?? null },
    chain: JSON.stringify(chain),
    legs: JSON.stringify(legs),
    media: media === undefined ? null : JSON.stringify(media),
  };
}
