import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { TenantId, UserId } from '../../directory/types.ts';
import type { VoicemailMessage } from '../../directory/voicemail-message.ts';
import type { VoicemailStore } from '../port.ts';
import { branded, nullable } from './decode.ts';
import { attempt } from './failure.ts';
import { questions } from './questions.ts';

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
  const remove = database.prepare<[string]>('DELETE FROM voicemail_messages WHERE id = ?');

  return {
    save: (message) =>
      attempt(database.name, () => {
        insert.run({ ...message, from: message.from ?? null, fromName: message.fromName ?? null });
      }),
    get: (id) => attempt(database.name, () => byId.one(id)),
    of: (user, limit) => attempt(database.name, () => ofUser.all(user, limit)),
    ownerless: (limit) => attempt(database.name, () => ownerless.all(limit)),
    remove: (id) => attempt(database.name, () => remove.run(id).changes > 0),
  };
}
