import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { Account, LoginSession, MobileVerification } from '../../directory/account.ts';
import type { E164, TenantId, UserId } from '../../directory/types.ts';
import type { AccountStore } from '../port.ts';
import { branded, json, nullable } from './decode.ts';
import { demand } from './directory-rules.ts';
import { attempt } from './failure.ts';
import { questions } from './questions.ts';
import { inTransaction } from './transaction.ts';

const accountRow: z.ZodType<Account> = z.object({
  user: branded<UserId>(),
  tenant: branded<TenantId>(),
  login: z.string(),
  passwordHash: z.string(),
});

const sessionRow: z.ZodType<LoginSession> = z.object({
  id: z.string(),
  tokenHash: z.string(),
  user: branded<UserId>(),
  tenant: branded<TenantId>(),
  openedAt: z.int(),
  expiresAt: z.int(),
  agent: nullable(z.string()),
});

const verificationRow: z.ZodType<MobileVerification> = z.object({
  user: branded<UserId>(),
  number: branded<E164>(),
  codeHash: z.string(),
  expiresAt: z.int(),
  wrongCodes: z.int(),
  toldAt: json(z.array(z.int())),
});

export function sqliteAccounts(database: Database.Database): AccountStore {
  const ask = questions(database);
  const alone = inTransaction(database);
  const userOf = database.prepare<[string, string]>('SELECT 1 FROM users WHERE id = ? AND tenant = ?');
  const demandUser = (user: UserId, tenant: TenantId): void => {
    demand(userOf.get(user, tenant) !== undefined, `tenant ${tenant} has no user ${user}: save that user first`);
  };

  const byLogin = ask('accounts', accountRow, 'WHERE login = ?');
  const ofUser = ask('accounts', accountRow, 'WHERE user = ?');
  const putAccount = database.prepare(
    `INSERT INTO accounts (user, tenant, login, password_hash) VALUES (@user, @tenant, @login, @passwordHash)
     ON CONFLICT (user) DO UPDATE SET login = excluded.login, password_hash = excluded.password_hash`,
  );

  const live = ask('sessions', sessionRow, 'WHERE token_hash = ? AND expires_at > ?');
  const liveOf = ask('sessions', sessionRow, 'WHERE user = ? AND expires_at > ? ORDER BY opened_at DESC, rowid DESC');
  const open = database.prepare(
    `INSERT INTO sessions (id, token_hash, user, tenant, opened_at, expires_at, agent)
     VALUES (@id, @tokenHash, @user, @tenant, @openedAt, @expiresAt, @agent)`,
  );
  const taken = database.prepare<[string, string]>('SELECT 1 FROM sessions WHERE id = ? OR token_hash = ?');
  const revoke = database.prepare<[string, string]>('DELETE FROM sessions WHERE user = ? AND id = ?');
  const revokeAll = database.prepare<[string]>('DELETE FROM sessions WHERE user = ?');
  const sweepSessions = database.prepare<[number]>('DELETE FROM sessions WHERE expires_at <= ?');

  const exists = database.prepare<[string]>('SELECT 1 FROM users WHERE id = ?');
  const verification = ask('verifications', verificationRow, 'WHERE user = ?');
  const putVerification = database.prepare(
    `INSERT INTO verifications (user, number, code_hash, expires_at, wrong_codes, told_at)
     VALUES (@user, @number, @codeHash, @expiresAt, @wrongCodes, @toldAt)
     ON CONFLICT (user) DO UPDATE SET number = excluded.number, code_hash = excluded.code_hash,
       expires_at = excluded.expires_at, wrong_codes = excluded.wrong_codes, told_at = excluded.told_at`,
  );
  const forgetVerification = database.prepare<[string]>('DELETE FROM verifications WHERE user = ?');
  const sweepVerifications = database.prepare<[number]>('DELETE FROM verifications WHERE expires_at <= ?');

  return {
    byLogin: (login) => attempt(database.name, () => byLogin.one(login)),
    of: (user) => attempt(database.name, () => ofUser.one(user)),
    save: (account) =>
      alone(() => {
        const { user, tenant, login } = account;
        demandUser(user, tenant);
        const other = byLogin.one(login);
        const free = other === undefined || other.user === user;
        demand(free, `login ${login} is in use already: choose another`);
        putAccount.run(account);
      }),
    session: (tokenHash, now) => attempt(database.name, () => live.one(tokenHash, now)),
    sessionsOf: (user, now) => attempt(database.name, () => liveOf.all(user, now)),
    openSession: (session) =>
      alone(() => {
        demandUser(session.user, session.tenant);
        const free = taken.get(session.id, session.tokenHash) === undefined;
        demand(free, `session ${session.id}: its id or token is in use already: make another`);
        open.run({ ...session, agent: session.agent ?? null });
      }),
    revoke: (user, session) => attempt(database.name, () => revoke.run(user, session).changes > 0),
    revokeAll: (user) => attempt(database.name, () => revokeAll.run(user).changes),
    sweepSessions: (now) => attempt(database.name, () => sweepSessions.run(now).changes),
    changeVerification: (user, decide) =>
      alone(() => {
        const { outcome, write } = decide(verification.one(user));
        if (write === null) forgetVerification.run(user);
        if (write === null || write === undefined) return outcome;
        demand(write.user === user, `a verification of ${user} cannot become ${write.user}'s`);
        demand(exists.get(user) !== undefined, `there is no user ${user}: save that user first`);
        putVerification.run({ ...write, toldAt: JSON.stringify(write.toldAt) });
        return outcome;
      }),
    sweepVerifications: (ended) => attempt(database.name, () => sweepVerifications.run(ended).changes),
  };
}
