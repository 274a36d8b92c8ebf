import { z } from 'zod';
import type { Actor, AuditEntry, AuditedChange } from '../../directory/audit.ts';
import type { DiversionId, TenantId, UserId } from '../../directory/types.ts';
import { branded, decode, json, nullable } from './decode.ts';

const actor: z.ZodType<Actor> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), user: branded<UserId>() }),
  z.strictObject({ kind: z.literal('operator') }),
  z.strictObject({ kind: z.literal('clock') }),
]);

// JSON has no undefined: what was undefined has no key, and gets it back.
const what: z.ZodType<AuditedChange> = z.discriminatedUnion('did', [
  z.strictObject({ did: z.enum(['made', 'removed', 'switched-off']) }),
  z.strictObject({ did: z.literal('changed'), settings: z.array(z.string()) }),
  z
    .strictObject({
      did: z.literal('switched-on'),
      until: z.int().optional(),
      switchedOff: branded<DiversionId>().optional(),
    })
    .transform(({ did, until, switchedOff }) => ({ did, until, switchedOff })),
]);

const row = z
  .object({
    id: z.int(),
    tenant: nullable(branded<TenantId>()),
    at: z.int(),
    by: json(actor),
    objectKind: z.string(),
    objectId: z.string(),
    what: json(what),
  })
  .transform(({ objectKind, objectId, ...entry }): AuditEntry => ({
    ...entry,
    object: { kind: objectKind, id: objectId },
  }));

export function auditEntry(found: Record<string, unknown>): AuditEntry {
  return decode(row, 'audit', String(found['id']), found);
}
