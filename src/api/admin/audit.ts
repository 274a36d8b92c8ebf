import { Type } from 'typebox';
import type { AuditedChange, AuditEntry } from '../../directory/audit.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { Fault } from '../../faults/fault.ts';
import { instant } from '../rules/instant.ts';
import { readCursor, writeCursor } from '../rules/page.ts';
import { answers } from '../schema/problem.ts';
import { pageSchema, paging, usualLimit } from '../schema/query.ts';
import { closed, instantText, named, plain, ref } from '../schema/wire.ts';
import { editorOf } from './editor.ts';

export const auditEntry = named(
  'AuditEntry',
  Type.Object(
    {
      id: Type.Integer(),
      at: instantText,
      by: Type.Object({ kind: Type.Enum(['user', 'operator', 'clock']), user: Type.Optional(Type.String()) }, closed),
      object: Type.Object({ kind: Type.String(), id: Type.String() }, closed),
      did: Type.Enum(['made', 'removed', 'changed', 'switched-on', 'switched-off']),
      settings: Type.Optional(Type.Array(Type.String(), { description: 'Names of what changed.' })),
      until: Type.Optional(instantText),
      switchedOff: Type.Optional(Type.String({ description: 'The diversion that went off by it.' })),
    },
    { ...closed, description: 'Who changed what, and when.' },
  ),
);

/** The audit trail of the company. */
export function auditRoutes(api: Api, { store }: ApiParts): void {
  api.get(
    '/v1/audit',
    {
      config: { access: 'admin' },
      schema: {
        ...{ tags: ['audit'], summary: 'Who changed what', description: 'The latest first.', querystring: paging },
        response: answers(plain(pageSchema(ref(auditEntry)))),
      },
    },
    async (request) => {
      const { limit = usualLimit, cursor } = request.query;
      const before = cursor === undefined ? undefined : entryOf(cursor);
      const entries = await store.settings.audit(editorOf(request).tenant, before, limit + 1);
      const items = entries.slice(0, limit);
      const last = items.at(-1);
      const next = entries.length > limit && last !== undefined ? writeCursor([String(last.id)]) : undefined;
      return { items: items.map(auditView), next };
    },
  );
}

function entryOf(cursor: string): number {
  const [id = ''] = readCursor(cursor);
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new Fault('BAD_REQUEST', 'the cursor is not one of ours: begin again without it');
}

function auditView({ id, at, by, object, what }: AuditEntry) {
  return { id, at: instant(at), by, object, ...changeView(what) };
}

function changeView(what: AuditedChange) {
  if (what.did !== 'switched-on') return what;
  const { did, until, switchedOff } = what;
  return { did, until: until === undefined ? undefined : instant(until), switchedOff };
}
