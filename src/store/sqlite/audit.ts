import type Database from 'better-sqlite3';
import type { AuditEntry } from '../../directory/audit.ts';
import type { TenantId } from '../../directory/types.ts';
import { auditEntry } from './audit-rows.ts';

export type AuditTrail = ReturnType<typeof auditTrail>;

/** Lines are added, in the transaction of what they tell of, and never changed. */
export function auditTrail(database: Database.Database) {
  const columns = 'id, tenant, at, actor AS "by", object_kind AS objectKind, object_id AS objectId, what';
  const insert = database.prepare(
    `INSERT INTO audit (tenant, at, actor, object_kind, object_id, what)
     VALUES (@tenant, @at, @by, @objectKind, @objectId, @what)`,
  );
  const page = database.prepare<[string | null, number, number], Record<string, unknown>>(
    `SELECT ${columns} FROM audit WHERE tenant IS ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  return {
    add: ({ tenant, at, by, object, what }: Omit<AuditEntry, 'id'>): void => {
      insert.run({
        tenant: tenant ?? null,
        at,
        by: JSON.stringify(by),
        objectKind: object.kind,
        objectId: object.id,
        what: JSON.stringify(what),
      });
    },
    page: (tenant: TenantId | undefined, before: number | undefined, limit: number): readonly AuditEntry[] =>
      page.all(tenant ?? null, before ?? Number.MAX_SAFE_INTEGER, limit).map(auditEntry),
  };
}
