import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { userId } from '../../directory/names.ts';
import { deviceKinds, type E164, type User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import { loginKey } from '../auth/sign-in.ts';
import type { Api } from '../http/app.ts';
import { ownRoute } from '../me/view.ts';
import type { ApiParts } from '../parts.ts';
import { readNumber } from '../rules/destination.ts';
import { notFound } from '../rules/editing.ts';
import { etagOf } from '../rules/etag.ts';
import { newId } from '../rules/new-id.ts';
import { pageOf } from '../rules/page.ts';
import { userAs } from '../rules/people.ts';
import { tenantOf } from '../rules/references.ts';
import { loginBody, madeLogin, madeUser, newUserBody, user as userSchema, userBody } from '../schema/people.ts';
import { answers, made, madeOrChanged, silent } from '../schema/problem.ts';
import { conditionHeaders, freshHeaders, pageSchema, paging, usualLimit } from '../schema/query.ts';
import { closed, idText, plain, ref, shown } from '../schema/wire.ts';
import { deleteObject, demandOwn, editorOf, postObject, putObject } from './editor.ts';
import { giveLogin, noteAboutUser } from './login.ts';

const tags = ['users'];
const config = { access: 'admin' } as const;
const params = Type.Object({ user: idText }, closed);
const word = 'user';

/** The people of the company. */
export function userRoutes(api: Api, parts: ApiParts): void {
  const { directory, accounts } = parts.store;
  const whole = async (user: User) => ({ ...userView(user), login: (await accounts.of(user.id))?.login });

  api.get(
    '/v1/users',
    {
      config,
      schema: {
        ...{ tags, summary: 'The people of the company', description: 'By name.', querystring: paging },
        response: answers(plain(pageSchema(ref(userSchema)))),
      },
    },
    async (request) => {
      const users = await directory.users(editorOf(request).tenant);
      const { limit = usualLimit, cursor } = request.query;
      const { items, next } = pageOf(users, ({ name, id }) => [name.toLowerCase(), id], { limit, cursor });
      return { items: await Promise.all(items.map(whole)), next };
    },
  );

  api.get(
    '/v1/users/:user',
    {
      config,
      schema: { tags, summary: 'Somebody', params, headers: freshHeaders, response: answers(shown(userSchema)) },
    },
    async (request, reply) => {
      const found = await ownUser(parts, request, request.params.user);
      void reply.header('etag', etagOf(userView(found)));
      return whole(found);
    },
  );

  api.post(
    '/v1/users',
    {
      config,
      schema: {
        ...{ tags, summary: 'Somebody new', body: newUserBody, response: made(shown(madeUser)) },
        description: 'With `account` they can sign in.',
      },
    },
    async (request, reply) => {
      const { id = newId(parts.random), account, ...settings } = request.body;
      const { tenant, by } = editorOf(request);
      if (account !== undefined && (await accounts.byLogin(loginKey(account.login))) !== undefined) {
        throw new Fault('CONFLICT', `the login ${account.login} is somebody's already: choose another`);
      }
      const value = userAs(id, tenant, await readUser(parts, request, settings), undefined);
      const user = await postObject(parts, request, reply, { kind: 'user', id, word, view: userView, value });
      const login = account === undefined ? undefined : await giveLogin(parts, user, account, by);
      return reply.send({ user: { ...userView(user), login: login?.login }, password: login?.password });
    },
  );

  api.put(
    '/v1/users/:user',
    {
      config,
      schema: {
        ...{ tags, summary: 'Change somebody, or make them', params, headers: conditionHeaders },
        ...{ body: userBody, response: madeOrChanged(shown(userSchema)) },
      },
    },
    async (request, reply) => {
      const id = request.params.user;
      const { tenant } = editorOf(request);
      demandOwn(await directory.user(userId(id)), tenant, word);
      const settings = await readUser(parts, request, request.body);
      const keepsAdministrator = settings.role !== 'admin';
      const wanted = (current: User | undefined): User => userAs(id, tenant, settings, current);
      const edit = { kind: 'user', id, word, view: userView, wanted, keepsAdministrator } as const;
      const user = await putObject(parts, request, reply, edit);
      return reply.send(await whole(user));
    },
  );

  api.delete(
    '/v1/users/:user',
    {
      config,
      schema: {
        ...{ tags, summary: 'Remove somebody', params, headers: conditionHeaders, response: silent },
        description: 'With their telephones and sessions.',
      },
    },
    async (request, reply) => {
      const { id } = await ownUser(parts, request, request.params.user);
      await deleteObject(parts, request, { kind: 'user', id, word, view: userView, keepsAdministrator: true });
      return reply.code(204).send(null);
    },
  );

  api.put(
    '/v1/users/:user/login',
    {
      config,
      schema: {
        ...{
          tags,
          summary: 'Another login and password',
          params,
          body: loginBody,
          response: answers(plain(madeLogin)),
        },
        description: 'Signs the user out everywhere.',
      },
    },
    async (request) => {
      const user = await ownUser(parts, request, request.params.user);
      return giveLogin(parts, user, request.body, editorOf(request).by);
    },
  );

  api.delete(
    '/v1/users/:user/sessions',
    { config, schema: { tags, summary: 'Sign somebody out everywhere', params, response: silent } },
    async (request, reply) => {
      const { id } = await ownUser(parts, request, request.params.user);
      if ((await accounts.revokeAll(id)) > 0) await noteAboutUser(parts, id, editorOf(request).by, 'sessions');
      return reply.code(204).send(null);
    },
  );
}

export function userView(user: User) {
  const { id, name, extension, role, ringTargets, presentableNumbers, mobileNumber, vamosNumber } = user;
  const circles = deviceKinds.filter((kind) => ringTargets[kind] !== undefined);
  return {
    ...{ id, name, extension, role, circles, presentableNumbers, mobileNumber, vamosNumber },
    route: ownRoute(user),
  };
}

export async function ownUser({ store }: ApiParts, request: FastifyRequest, id: string): Promise<User> {
  const user = await store.directory.user(userId(id));
  if (user?.tenant !== editorOf(request).tenant) throw notFound(word);
  return user;
}

/** Numbers in international form, each the company's own. */
async function readUser({ store }: ApiParts, request: FastifyRequest, body: Static<typeof userBody>) {
  const { tenant } = editorOf(request);
  const { country } = await tenantOf(store.directory, tenant);
  const numbers: readonly E164[] = body.presentableNumbers.map((number) => readNumber(number, country));
  const own = new Set((await store.directory.companyNumbers(tenant)).map(({ number }) => number));
  const strange = numbers.find((number) => !own.has(number));
  if (strange !== undefined) {
    throw new Fault('NOT_POSSIBLE', `${strange} is not a number of the company: GET /v1/numbers lists those`);
  }
  return { ...body, presentableNumbers: [...new Set(numbers)] };
}
