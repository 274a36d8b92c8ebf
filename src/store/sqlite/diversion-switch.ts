import type Database from 'better-sqlite3';
import type { Actor } from '../../directory/audit.ts';
import type { Diversion, DiversionId } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { DiversionSwitched } from '../port.ts';
import type { AuditTrail } from './audit.ts';
import { demand } from './directory-rules.ts';
import { diversionRow } from './diversion-rows.ts';
import type { Memory } from './memory.ts';
import { questions } from './questions.ts';

interface Wanted {
  readonly on: boolean;
  readonly until: Instant | undefined;
}

/** Puts diversions on and off, within a transaction of whoever asks, each with its line in the audit trail. */
export function diversionSwitch(database: Database.Database, audit: AuditTrail, memory: Memory) {
  const ask = questions(database);
  const byId = ask('diversions', diversionRow, 'WHERE id = ?');
  const over = ask('diversions', diversionRow, 'WHERE until <= ? ORDER BY until, id');
  const overOf = ask('diversions', diversionRow, 'WHERE plan = ? AND until <= ? ORDER BY until, id');
  const onInGroup = ask('diversions', diversionRow, 'WHERE plan = ? AND grp = ? AND is_on = 1 AND id <> ?');
  const update = database.prepare<[number, number | null, string]>(
    'UPDATE diversions SET is_on = ?, until = ? WHERE id = ?',
  );
  const put = (on: 0 | 1, until: Instant | null, { id, plan }: Diversion): void => {
    update.run(on, until, id);
    memory.wrote('diversions', id, plan);
  };

  const toOff = (diversion: Diversion, by: Actor, now: Instant): Diversion => {
    put(0, null, diversion);
    audit.add({ ...about(diversion), at: now, by, what: { did: 'switched-off' } });
    return { ...diversion, on: false, until: undefined };
  };

  const toOn = (diversion: Diversion, until: Instant | undefined, by: Actor, now: Instant): DiversionSwitched => {
    const [other] = diversion.group === undefined ? [] : onInGroup.all(diversion.plan, diversion.group, diversion.id);
    if (other !== undefined) put(0, null, other);
    put(1, until ?? null, diversion);
    audit.add({ ...about(diversion), at: now, by, what: { did: 'switched-on', until, switchedOff: other?.id } });
    return {
      diversion: { ...diversion, on: true, until },
      switchedOff: other === undefined ? undefined : { ...other, on: false, until: undefined },
    };
  };

  const end = (ended: readonly Diversion[], now: Instant): readonly Diversion[] =>
    ended.map((diversion) => toOff(diversion, { kind: 'clock' }, now));

  return {
    to: (id: DiversionId, { on, until }: Wanted, by: Actor, now: Instant): DiversionSwitched | undefined => {
      const found = byId.one(id);
      if (found === undefined) return undefined;
      demand(on || until === undefined, `diversion ${id}: it goes off, so leave out until when it is on`);
      demand(
        until === undefined || until > now,
        `diversion ${id}: the time until when it is on is over: name a later one`,
      );
      // By now these are off, and not by whoever comes now.
      end(overOf.all(found.plan, now), now);
      const diversion = byId.one(id) ?? found;
      if (diversion.on === on && diversion.until === until) return { diversion, switchedOff: undefined };
      if (on) return toOn(diversion, until, by, now);
      return { diversion: toOff(diversion, by, now), switchedOff: undefined };
    },
    due: (now: Instant): boolean => over.all(now).length > 0,
    sweep: (now: Instant): readonly Diversion[] => end(over.all(now), now),
  };
}

function about({ id, tenant }: Diversion) {
  return { tenant, object: { kind: 'diversion', id } };
}
