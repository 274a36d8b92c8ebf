import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { DeviceId } from '../../directory/types.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Binding } from '../../registrar/binding.ts';
import type { BindingStore } from '../port.ts';
import { branded, decode, json, nullable } from './decode.ts';
import { attempt } from './failure.ts';
import { about, type Memory } from './memory.ts';
import { inTransaction } from './transaction.ts';

/** As their SELECTs name them. */
export const bindingColumns = `device, key, contact, instance, flow, call_id AS callId, cseq, user_agent AS userAgent,
  registered_at AS registeredAt, expires_at AS expiresAt`;

export const bindingRow: z.ZodType<Binding> = z.object({
  device: branded<DeviceId>(),
  key: z.string(),
  contact: z.string(),
  instance: nullable(z.string()),
  flow: json(
    z.strictObject({
      transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']),
      remoteAddress: z.string(),
      remotePort: z.int(),
      localAddress: z.string(),
      localPort: z.int(),
    }),
  ),
  callId: z.string(),
  cseq: z.int(),
  userAgent: nullable(z.string()),
  registeredAt: z.int(),
  expiresAt: z.int(),
});

export function sqliteBindings(database: Database.Database, memory: Memory): BindingStore {
  const alone = inTransaction(database);
  const remembered = memory.of<readonly Binding[]>();
  const all = database.prepare<[string]>(
    `SELECT ${bindingColumns} FROM bindings WHERE device = ? ORDER BY registered_at DESC, rowid DESC`,
  );
  const put = database.prepare(
    `INSERT INTO bindings (device, key, contact, instance, flow, call_id, cseq, user_agent, registered_at, expires_at)
     VALUES (@device, @key, @contact, @instance, @flow, @callId, @cseq, @userAgent, @registeredAt, @expiresAt)
     ON CONFLICT (device, key) DO UPDATE SET contact = excluded.contact, instance = excluded.instance,
       flow = excluded.flow, call_id = excluded.call_id, cseq = excluded.cseq, user_agent = excluded.user_agent,
       registered_at = excluded.registered_at, expires_at = excluded.expires_at`,
  );
  const remove = database.prepare<[string, string]>('DELETE FROM bindings WHERE device = ? AND key = ?');
  const removeExpired = database
    .prepare<[number], DeviceId>('DELETE FROM bindings WHERE expires_at <= ? RETURNING device')
    .pluck();
  const countLive = database.prepare<[number], number>('SELECT count(*) FROM bindings WHERE expires_at > ?').pluck();

  const allOf = (device: DeviceId): readonly Binding[] => {
    const holds = memory.holds();
    const known = holds ? remembered.known(device) : undefined;
    if (known !== undefined) return known;
    const found = all.all(device).map((row) => decode(bindingRow, 'bindings', device, row));
    if (holds) remembered.keep(device, found, [about.row('bindings', device)], found.length + 1);
    return found;
  };
  const read = (device: DeviceId, now: Instant): readonly Binding[] =>
    allOf(device).filter(({ expiresAt }) => expiresAt > now);

  const replace = (device: DeviceId, before: readonly Binding[], after: readonly Binding[]): void => {
    const kept = new Set(after.map(({ key }) => key));
    before.filter(({ key }) => !kept.has(key)).forEach(({ key }) => remove.run(device, key));
    // A binding that was handed back untouched is the same object: a refresh writes one row, and a query none.
    after
      .filter((binding) => !before.includes(binding))
      .forEach(({ instance = null, userAgent = null, flow, ...rest }) =>
        put.run({ ...rest, device, instance, userAgent, flow: JSON.stringify(flow) }),
      );
  };

  return {
    of: (device, now) => attempt(database.name, () => read(device, now)),
    change: (device, now, decide) =>
      alone(() => {
        const before = read(device, now);
        const { outcome, bindings } = decide(before);
        replace(device, before, bindings);
        memory.wrote('bindings', device);
        return outcome;
      }),
    sweep: (now) =>
      alone(() => {
        const gone = removeExpired.all(now);
        for (const device of gone) memory.wrote('bindings', device);
        return gone.length;
      }),
    count: (now) => attempt(database.name, () => countLive.get(now) ?? 0),
  };
}
