import { Type } from 'typebox';
import { Fault } from '../../faults/fault.ts';
import { noteAboutUser } from '../admin/login.ts';
import type { Api } from '../http/app.ts';
import { signedIn } from '../http/asking.ts';
import type { Rates } from '../http/rates.ts';
import type { ApiParts } from '../parts.ts';
import { notFound } from '../rules/editing.ts';
import { instant } from '../rules/instant.ts';
import { tenantOf } from '../rules/references.ts';
import { answers, made, silent } from '../schema/problem.ts';
import { givenPassword, newPassword, newSession, session, signInBody } from '../schema/session.ts';
import { closed, plain, shown } from '../schema/wire.ts';
import { actorOf } from './caller.ts';
import { loginKey, signIn, wrongPassword } from './sign-in.ts';

const tags = ['sessions'];
const user = { access: 'user' } as const;

/** Signing in and out. */
export function sessionRoutes(api: Api, parts: ApiParts, rates: Rates): void {
  const { store, clock, passwords } = parts;

  api.post(
    '/v1/sessions',
    {
      config: { access: 'anyone' },
      schema: { tags, summary: 'Sign in', body: signInBody, response: made(plain(newSession)) },
    },
    async (request, reply) => {
      await rates.signIn(request, loginKey(request.body.login));
      const { token, session, user } = await signIn(parts, request.body, agentOf(request.headers['user-agent']));
      const { id, name, role, tenant } = user;
      const company = await tenantOf(store.directory, tenant);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({
          ...{ token, id: session.id, expiresAt: instant(session.expiresAt) },
          user: { id, name, role, tenant: { id: company.id, name: company.name } },
        });
    },
  );

  api.get(
    '/v1/sessions',
    {
      config: user,
      schema: {
        tags,
        summary: 'Where I am signed in',
        response: answers(Type.Object({ items: Type.Array(shown(session)) }, closed)),
      },
    },
    async (request) => {
      const asking = signedIn(request);
      const sessions = await store.accounts.sessionsOf(asking.user.id, clock.now());
      const items = sessions.map(({ id, openedAt, expiresAt, agent }) => ({
        ...{ id, openedAt: instant(openedAt), expiresAt: instant(expiresAt), agent },
        current: id === asking.session.id,
      }));
      return { items };
    },
  );

  api.delete(
    '/v1/sessions/current',
    { config: user, schema: { tags, summary: 'Sign out', response: silent } },
    async (request, reply) => {
      const asking = signedIn(request);
      await store.accounts.revoke(asking.user.id, asking.session.id);
      return reply.code(204).send(null);
    },
  );

  api.delete(
    '/v1/sessions/:session',
    {
      config: user,
      schema: {
        ...{ tags, summary: 'Sign out elsewhere', response: silent },
        params: Type.Object({ session: Type.String({ maxLength: 64 }) }, closed),
      },
    },
    async (request, reply) => {
      const was = await store.accounts.revoke(signedIn(request).user.id, request.params.session);
      if (!was) throw notFound('session');
      return reply.code(204).send(null);
    },
  );

  api.put(
    '/v1/me/password',
    {
      config: user,
      schema: {
        ...{ tags, summary: 'Choose another password', response: silent },
        description: 'Signs out everywhere else.',
        body: Type.Object({ current: givenPassword, password: newPassword }, closed),
      },
    },
    async (request, reply) => {
      const asking = signedIn(request);
      const account = await store.accounts.of(asking.user.id);
      if (account === undefined) throw new Fault('NOT_POSSIBLE', 'there is no login to change: ask an administrator');
      await rates.signIn(request, account.login);
      if (!(await passwords.matches(request.body.current, account.passwordHash))) throw wrongPassword();
      const passwordHash = await passwords.hash(request.body.password);
      // Hashing takes a while: an administrator who gave another password meanwhile meant to.
      if ((await store.accounts.of(asking.user.id))?.passwordHash !== account.passwordHash) throw wrongPassword();
      await store.accounts.save({ ...account, passwordHash });
      for (const { id } of await store.accounts.sessionsOf(asking.user.id, clock.now())) {
        if (id !== asking.session.id) await store.accounts.revoke(asking.user.id, id);
      }
      await noteAboutUser(parts, asking.user.id, actorOf(asking), 'password');
      return reply.code(204).send(null);
    },
  );
}

/** What an app calls itself, as much of it as fits in a list. */
function agentOf(header: string | undefined): string | undefined {
  const text = header?.replace(/[^\x20-\x7e]/g, '').slice(0, 120);
  return text === '' ? undefined : text;
}
