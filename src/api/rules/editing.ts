import type { Actor } from '../../directory/audit.ts';
import { Fault } from '../../faults/fault.ts';
import type { Decision, DirectoryObjects, SettingsStore } from '../../store/port.ts';
import type { Instant } from '../../kernel/clock.ts';

/** What is not there, or not the asker's, looks the same. */
export function notFound(what: string): Fault {
  return new Fault('NOT_FOUND', `there is no such ${what}: somebody may have removed it; read the list again`);
}

/** Names of the settings in which two objects differ, for the audit trail. */
export function changedSettings(before: object, after: object): readonly string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const names = new Set([...old.keys(), ...Object.keys(after)]);
  const now = new Map<string, unknown>(Object.entries(after));
  return [...names].filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)));
}

/** Writes the object when it is another than it was. The outcome is the object. */
export function replaced<Value extends object>(
  current: Value | undefined,
  wanted: Value,
  by: Actor,
): Decision<Value, Value> {
  if (current === undefined) return { outcome: wanted, write: wanted, by, what: { did: 'made' } };
  const settings = changedSettings(current, wanted);
  if (settings.length === 0) return { outcome: current, write: undefined };
  return { outcome: wanted, write: wanted, by, what: { did: 'changed', settings } };
}

/** As the store's own `change`; what breaks a rule of the directory is told as a conflict. */
export async function change<Kind extends keyof DirectoryObjects, Outcome>(
  settings: SettingsStore,
  kind: Kind,
  id: string,
  now: Instant,
  decide: (current: DirectoryObjects[Kind] | undefined) => Decision<DirectoryObjects[Kind], Outcome>,
): Promise<Outcome> {
  try {
    return await settings.change(kind, id, now, decide);
  } catch (thrown) {
    throw asConflict(thrown);
  }
}

export function asConflict(thrown: unknown): unknown {
  if (!(thrown instanceof Fault) || thrown.code !== 'BAD_REQUEST') return thrown;
  return new Fault('CONFLICT', thrown.message, thrown);
}
