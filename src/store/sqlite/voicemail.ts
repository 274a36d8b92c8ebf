import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { TenantId, UserId } from '../../directory/types.ts';
import type { VoicemailMessage } from '../../directory/voicemail-message.ts';
import type { VoicemailStore } from '../port.ts';
import { branded, nullable } from './decode.ts';
import { demand } from './directory-rules.ts';
import { attempt } from './failure.ts';
import { questions } from './questions.ts';
import { inTransaction } from './transaction.ts';

const messageRow: z.ZodType<VoicemailMessage> = z.object({
  id: z.string(),
  tenant: branded<TenantId>(),
  user: branded<UserId>(),
  call: z.string(),
  from: nullable(z.string()),
  fromName: nullable(z.string()),
  at: z.int(),
  milliseconds: z.int(),
  file: z.string(),
});

export function sqliteVoicemail(database: Database.Database): VoicemailStore {
  const ask = questions(database);
  const alone = inTransaction(database);
  const byId = ask('voicemail_messages', messageRow, 'WHERE id = ?');
  const ofUser = ask('voicemail_messages', messageRow, 'WHERE user = ? ORDER BY at DESC, rowid DESC LIMIT ?');
  const ownerless = ask(
    'voicemail_messages',
    messageRow,
    `WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = voicemail_messages.user
       AND users.tenant = voicemail_messages.tenant) ORDER BY at LIMIT ?`,
  );
  const insert = database.prepare(
    `INSERT INTO voicemail_messages (id, tenant, user, call, caller, caller_name, at, milliseconds, file)
     VALUES (@id, @tenant, @user, @call, @from, @fromName, @at, @milliseconds, @file) ON CONFLICT (id) DO NOTHING`,
  );
  const tenantOf = database.prepare<[string], string>('SELECT tenant FROM users WHERE id = ?').pluck();
  const remove = database.prepare<[string]>('DELETE FROM voicemail_messages WHERE id = ?');

  return {
    save: (message) =>
      alone(() => {
        // Of a user who was removed meanwhile too: it is cleared away with the others.
        const owner = tenantOf.get(message.user);
        const own = owner === undefined || owner === message.tenant;
        demand(
          own,
          `message ${message.id}: user ${message.user} is another tenant's: keep it in a box of its own tenant`,
        );
        insert.run({ ...message, from: message.from ?? null, fromName: message.fromName ?? null });
      }),
    get: (id) => attempt(database.name, () => byId.one(id)),
    of: (user, limit) => attempt(database.name, () => ofUser.all(user, limit)),
    ownerless: (limit) => attempt(database.name, () => ownerless.all(limit)),
    remove: (id) => attempt(database.name, () => remove.run(id).changes > 0),
  };
}
