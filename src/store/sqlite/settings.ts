import type Database from 'better-sqlite3';
import type { Actor, AuditedChange } from '../../directory/audit.ts';
import type { TenantId } from '../../directory/types.ts';
import type { DirectoryObjects, SettingsStore } from '../port.ts';
import { auditTrail } from './audit.ts';
import type { DirectoryReader } from './directory-reader.ts';
import { demand } from './directory-rules.ts';
import type { DirectoryWriter } from './directory-writer.ts';
import { diversionSwitch } from './diversion-switch.ts';
import { attempt } from './failure.ts';
import type { Memory } from './memory.ts';
import { removal, type Removal } from './removal.ts';
import { inTransaction } from './transaction.ts';

/** How one kind of object is read, written and removed, within a transaction. */
interface Kept<Value> {
  read(id: string): Value | undefined;
  write(value: Value, before: Value | undefined): void;
  remove(value: Value): void;
  idOf(value: Value): string;
  tenantOf(value: Value): TenantId | undefined;
}

type KeptObjects = { readonly [Kind in keyof DirectoryObjects]: Kept<DirectoryObjects[Kind]> };

export function sqliteSettings(
  database: Database.Database,
  read: DirectoryReader,
  write: DirectoryWriter,
  memory: Memory,
): SettingsStore {
  const alone = inTransaction(database);
  const audit = auditTrail(database);
  const switches = diversionSwitch(database, audit, memory);
  const administrator = database.prepare<[string | null]>("SELECT 1 FROM users WHERE tenant = ? AND role = 'admin'");
  const demandAdministrator = (tenant: TenantId | undefined): void => {
    const stays = administrator.get(tenant ?? null) !== undefined;
    demand(stays, 'this is the last administrator of the company: make somebody else one first');
  };
  const kept = keptObjects(removal(database, memory), read, write);

  return {
    change: (kind, id, now, decide) =>
      alone(() => {
        const objects: Kept<DirectoryObjects[typeof kind]> = kept[kind];
        // What a diversion is must not depend on when the sweep comes by.
        if (kind === 'diversion') switches.sweep(now);
        const before = objects.read(id);
        const decision = decide(before);
        if (!('by' in decision)) return decision.outcome;
        const line = (by: Actor, what: AuditedChange, tenant: TenantId | undefined): void => {
          audit.add({ tenant, at: now, by, object: { kind, id }, what });
        };
        if (decision.write !== 'remove') {
          const after = decision.write;
          demand(objects.idOf(after) === id, `${kind} ${id}: its id cannot be changed: make another object`);
          objects.write(after, before);
          line(decision.by, decision.what, objects.tenantOf(after));
          if (decision.keepsAdministrator === true) demandAdministrator(objects.tenantOf(after));
        } else if (before !== undefined) {
          objects.remove(before);
          line(decision.by, decision.what, objects.tenantOf(before));
          if (decision.keepsAdministrator === true) demandAdministrator(objects.tenantOf(before));
        }
        return decision.outcome;
      }),
    switchDiversion: (id, to, by, now) => alone(() => switches.to(id, to, by, now)),
    // Asked every second, and mostly for nothing: only what is to be written takes the lock.
    sweepDiversions: async (now) =>
      (await attempt(database.name, () => switches.due(now))) ? alone(() => switches.sweep(now)) : [],
    audit: (tenant, before, limit) => attempt(database.name, () => audit.page(tenant, before, limit)),
  };
}

function keptObjects(remove: Removal, read: DirectoryReader, write: DirectoryWriter): KeptObjects {
  const idOf = ({ id }: { readonly id: string }): string => id;
  const tenantOf = <Owner extends TenantId | undefined>({ tenant }: { readonly tenant: Owner }): Owner => tenant;
  return {
    tenant: {
      ...{ idOf, tenantOf: ({ id }) => id, remove: remove.tenant },
      read: (id) => read.tenant.one(id),
      write: (one) => {
        write({ tenants: [one] });
      },
    },
    user: {
      ...{ idOf, tenantOf, remove: remove.user },
      read: (id) => read.user.one(id),
      write: (one) => {
        write({ users: [one] });
      },
    },
    device: {
      ...{ idOf, tenantOf, remove: remove.device },
      read: (id) => read.device.one(id),
      write: (one) => {
        write({ devices: [one] });
      },
    },
    companyNumber: {
      ...{ idOf: ({ number }) => number, tenantOf, remove: remove.companyNumber },
      read: (id) => read.companyNumber.one(id),
      write: (one) => {
        write({ companyNumbers: [one] });
      },
    },
    plan: {
      ...{ idOf, tenantOf, remove: remove.plan },
      read: (id) => read.plan.one(id),
      write: (one) => {
        write({ plans: [one] });
      },
    },
    diversion: {
      ...{ idOf, tenantOf, remove: remove.diversion },
      read: (id) => read.diversion.one(id),
      write: (one, before) => {
        const same = one.on === (before?.on ?? false) && one.until === before?.until;
        demand(same, `diversion ${one.id}: leave it on or off as it is: putting it on or off is a change of its own`);
        write({ diversions: [one] });
      },
    },
    trunk: {
      ...{ idOf, tenantOf, remove: remove.trunk },
      read: (id) => read.trunk.one(id),
      write: (one) => {
        write({ trunks: [one] });
      },
    },
  };
}
