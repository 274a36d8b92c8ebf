import { Type } from 'typebox';
import { planId, userId } from '../../directory/names.ts';
import { ringTogether } from '../../directory/new.ts';
import type { E164, Plan, Tenant, User } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import { companyNumber } from '../admin/numbers.ts';
import { userView } from '../admin/users.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { readNumber } from '../rules/destination.ts';
import { change, notFound, replaced } from '../rules/editing.ts';
import { newId } from '../rules/new-id.ts';
import { demandReferences } from '../rules/references.ts';
import { user as userSchema } from '../schema/people.ts';
import { answers, silent } from '../schema/problem.ts';
import { closed, idText, shown, writtenNumber } from '../schema/wire.ts';
import { tenantBy } from './tenants.ts';

const tags = ['tenants'];
const config = { access: 'operator' } as const;
const by = { kind: 'operator' } as const;
const ofNumber = Type.Object({ tenant: idText, number: writtenNumber }, closed);
const ofUser = Type.Object({ tenant: idText, user: idText }, closed);

/**
 * Which numbers are whose. A company could claim another's number, or anybody's mobile, if it gave them to itself.
 */
export function assignmentRoutes(api: Api, parts: ApiParts): void {
  const { store, clock } = parts;
  const { directory, settings } = store;

  api.put(
    '/v1/tenants/:tenant/numbers/:number',
    {
      config,
      schema: {
        ...{ tags, summary: 'Give a number to a company', params: ofNumber, response: answers(shown(companyNumber)) },
        description: 'Without a plan, a number that is new gets one that rings the administrators.',
        body: Type.Object({ plan: Type.Optional(idText) }, closed),
      },
    },
    async (request) => {
      const tenant = await tenantBy(parts, request.params.tenant);
      const number = readNumber(request.params.number, tenant.country);
      const owned = await directory.companyNumber(number);
      if (owned !== undefined && owned.tenant !== tenant.id) throw belongsToAnother(number);
      const named = request.body.plan === undefined ? undefined : planId(request.body.plan);
      if (named !== undefined) await demandReferences(directory, tenant.id, [{ kind: 'plan', plan: named }]);
      const plan = named ?? owned?.plan ?? (await firstPlan(parts, tenant, number));
      const written = await change(settings, 'companyNumber', number, clock.now(), (current) => {
        if (current !== undefined && current.tenant !== tenant.id) throw belongsToAnother(number);
        return replaced(current, { number, tenant: tenant.id, plan }, by);
      });
      return { number: written.number, plan: written.plan };
    },
  );

  api.delete(
    '/v1/tenants/:tenant/numbers/:number',
    { config, schema: { tags, summary: 'Take a number back', params: ofNumber, response: silent } },
    async (request, reply) => {
      const tenant = await tenantBy(parts, request.params.tenant);
      const number = readNumber(request.params.number, tenant.country);
      await change(settings, 'companyNumber', number, clock.now(), (current) => {
        if (current?.tenant !== tenant.id) throw notFound('number');
        return { outcome: undefined, write: 'remove', by, what: { did: 'removed' } };
      });
      return reply.code(204).send(null);
    },
  );

  const setSim = async (path: { tenant: string; user: string }, set: (user: User, tenant: Tenant) => User) => {
    const tenant = await tenantBy(parts, path.tenant);
    const user = await change(settings, 'user', userId(path.user), clock.now(), (current) => {
      if (current?.tenant !== tenant.id) throw notFound('user');
      return replaced(current, set(current, tenant), by);
    });
    return { ...userView(user), login: (await store.accounts.of(user.id))?.login };
  };

  api.put(
    '/v1/tenants/:tenant/users/:user/vamos-number',
    {
      config,
      schema: {
        ...{ tags, summary: 'Give a SIM to somebody', params: ofUser, response: answers(shown(userSchema)) },
        description: 'Its circle comes with it, and is on.',
        body: Type.Object({ number: writtenNumber }, closed),
      },
    },
    (request) =>
      setSim(request.params, (user, { country }) => ({
        ...user,
        vamosNumber: readNumber(request.body.number, country),
        ringTargets: { vamos: true, ...user.ringTargets },
      })),
  );

  api.delete(
    '/v1/tenants/:tenant/users/:user/vamos-number',
    { config, schema: { tags, summary: 'Take a SIM back', params: ofUser, response: answers(shown(userSchema)) } },
    (request) =>
      setSim(request.params, ({ ringTargets: { vamos: _gone, ...ringTargets }, ...user }) => ({
        ...{ ...user, ringTargets },
        vamosNumber: undefined,
      })),
  );
}

function belongsToAnother(number: E164): Fault {
  return new Fault('CONFLICT', `${number} is another company's: take it back there first`);
}

/** A number must lead somewhere from the first moment on. */
async function firstPlan({ store, clock, random }: ApiParts, tenant: Tenant, number: E164) {
  const admins = (await store.directory.users(tenant.id)).filter(({ role }) => role === 'admin');
  const plan: Plan = {
    ...{ id: planId(newId(random)), tenant: tenant.id, name: number, prefix: undefined, outsideSees: 'caller' },
    steps:
      admins.length === 0
        ? []
        : [
            ringTogether(
              admins.map(({ id }) => id),
              30,
            ),
          ],
  };
  await change(store.settings, 'plan', plan.id, clock.now(), (current) => replaced(current, plan, by));
  return plan.id;
}
