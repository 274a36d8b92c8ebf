import { type Static, Type } from 'typebox';
import { newUser } from '../../directory/new.ts';
import { isExtension, tenantId, userId } from '../../directory/names.ts';
import type { Tenant, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import { giveLogin } from '../admin/login.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { loginKey } from '../auth/sign-in.ts';
import { change, notFound, replaced } from '../rules/editing.ts';
import { newId } from '../rules/new-id.ts';
import { tenantAs } from '../rules/tenant.ts';
import { loginBody, madeLogin } from '../schema/people.ts';
import { answers, made } from '../schema/problem.ts';
import { madeTenant, newTenantBody, tenant as tenantSchema, tenantBody } from '../schema/tenant.ts';
import { closed, idText, plain, ref, shown } from '../schema/wire.ts';

const tags = ['tenants'];
const config = { access: 'operator' } as const;
const params = Type.Object({ tenant: idText }, closed);
const by = { kind: 'operator' } as const;

/** Companies. */
export function tenantRoutes(api: Api, parts: ApiParts): void {
  const { store, clock } = parts;
  const { directory, settings } = store;

  api.get(
    '/v1/tenants',
    {
      config,
      schema: {
        ...{ tags, summary: 'All companies' },
        response: answers(plain(Type.Object({ items: Type.Array(ref(tenantSchema)) }, closed))),
      },
    },
    async () => ({ items: (await directory.tenants()).map(tenantView) }),
  );

  api.get(
    '/v1/tenants/:tenant',
    { config, schema: { tags, summary: 'A company', params, response: answers(shown(tenantSchema)) } },
    async (request) => tenantView(await tenantBy(parts, request.params.tenant)),
  );

  api.post(
    '/v1/tenants',
    { config, schema: { tags, summary: 'A new company', body: newTenantBody, response: made(shown(madeTenant)) } },
    async (request, reply) => {
      const { id = newId(parts.random), admin, ...body } = request.body;
      if ((await store.accounts.byLogin(loginKey(admin.account.login))) !== undefined) {
        throw new Fault('CONFLICT', `the login ${admin.account.login} is somebody's already: choose another`);
      }
      const tenant = tenantAs(id, body);
      const user = firstAdmin(tenant, newId(parts.random), admin);
      const now = clock.now();
      await change(settings, 'tenant', id, now, (current) => {
        if (current === undefined) return replaced(undefined, tenant, by);
        throw new Fault('CONFLICT', `the id "${id}" is taken: choose another, or none for one of ours`);
      });
      await change(settings, 'user', user.id, now, (current) => replaced(current, user, by));
      const { login, password } = await giveLogin(parts, user, admin.account, by);
      return reply.code(201).send({ tenant: tenantView(tenant), admin: { id: user.id, login }, password });
    },
  );

  api.put(
    '/v1/tenants/:tenant',
    {
      config,
      schema: { tags, summary: 'Change a company', params, body: tenantBody, response: answers(shown(tenantSchema)) },
    },
    async (request) => {
      const wanted = tenantAs(request.params.tenant, request.body);
      const written = await change(settings, 'tenant', wanted.id, clock.now(), (current) => {
        if (current === undefined) throw notFound('tenant');
        return replaced(current, wanted, by);
      });
      return tenantView(written);
    },
  );

  api.put(
    '/v1/tenants/:tenant/users/:user/login',
    {
      config,
      schema: {
        ...{ tags, summary: 'Help an administrator in', body: loginBody, response: answers(plain(madeLogin)) },
        description: 'Another login and password, for somebody whom no administrator of the company can help.',
        params: Type.Object({ tenant: idText, user: idText }, closed),
      },
    },
    async (request) => {
      const { id } = await tenantBy(parts, request.params.tenant);
      const user = await directory.user(userId(request.params.user));
      if (user?.tenant !== id) throw notFound('user');
      return giveLogin(parts, user, request.body, by);
    },
  );
}

export async function tenantBy({ store }: ApiParts, id: string): Promise<Tenant> {
  const tenant = await store.directory.tenant(tenantId(id));
  if (tenant === undefined) throw notFound('tenant');
  return tenant;
}

function tenantView({ id, name, country, timeZone, language, locationNumber }: Tenant) {
  return { id, name, country, timeZone, language, locationNumber };
}

function firstAdmin(tenant: Tenant, id: string, { name, extension }: Static<typeof newTenantBody>['admin']): User {
  if (!isExtension(extension)) throw new Fault('NOT_POSSIBLE', `"${extension}" is not an extension`);
  const own = { id: userId(id), tenant: tenant.id, name, extension, role: 'admin' } as const;
  return newUser({ ...own, ringTargets: { desk: true, qaller: true } });
}
