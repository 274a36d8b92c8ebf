import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { planId } from '../../directory/names.ts';
import type { Plan } from '../../directory/types.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { notFound } from '../rules/editing.ts';
import { etagOf } from '../rules/etag.ts';
import { listedPlans, listingKey } from '../rules/listed-plans.ts';
import { newId } from '../rules/new-id.ts';
import { pageOf } from '../rules/page.ts';
import { destinationsOf, readStep } from '../rules/plan-steps.ts';
import { demandReferences, tenantOf } from '../rules/references.ts';
import { listedPlan, newPlanBody, plan, planBody } from '../schema/plan.ts';
import { answers, made, madeOrChanged, silent } from '../schema/problem.ts';
import { conditionHeaders, freshHeaders, pageSchema, paging, usualLimit } from '../schema/query.ts';
import { closed, idText, plain, ref, shown } from '../schema/wire.ts';
import { deleteObject, demandOwn, editorOf, postObject, putObject } from './editor.ts';

const tags = ['plans'];
const config = { access: 'admin' } as const;
const params = Type.Object({ plan: idText }, closed);
const word = 'plan';

/** How company numbers are answered. */
export function planRoutes(api: Api, parts: ApiParts): void {
  const { directory } = parts.store;

  api.get(
    '/v1/plans',
    {
      config,
      schema: {
        ...{ tags, summary: 'The plans of the company', querystring: paging },
        description: 'Bookmarked ones first, then by name.',
        response: answers(plain(pageSchema(ref(listedPlan)))),
      },
    },
    async (request) => {
      const { user, tenant } = editorOf(request);
      const [plans, numbers] = await Promise.all([directory.plans(tenant), directory.companyNumbers(tenant)]);
      const { limit = usualLimit, cursor } = request.query;
      return pageOf(listedPlans(plans, numbers, user.bookmarks), listingKey, { limit, cursor });
    },
  );

  api.get(
    '/v1/plans/:plan',
    { config, schema: { tags, summary: 'A plan', params, headers: freshHeaders, response: answers(shown(plan)) } },
    async (request, reply) => {
      const found = await directory.plan(planId(request.params.plan));
      if (found?.tenant !== editorOf(request).tenant) throw notFound(word);
      void reply.header('etag', etagOf(planView(found)));
      return planView(found);
    },
  );

  api.post(
    '/v1/plans',
    { config, schema: { tags, summary: 'Make a plan', body: newPlanBody, response: made(shown(plan)) } },
    async (request, reply) => {
      const { id = newId(parts.random), ...settings } = request.body;
      const value = await readPlan(parts, request, id, settings);
      return reply.send(
        planView(await postObject(parts, request, reply, { kind: 'plan', id, word, view: planView, value })),
      );
    },
  );

  api.put(
    '/v1/plans/:plan',
    {
      config,
      schema: {
        ...{ tags, summary: 'Change a plan, or make one', params, headers: conditionHeaders },
        ...{ body: planBody, response: madeOrChanged(shown(plan)) },
      },
    },
    async (request, reply) => {
      const id = request.params.plan;
      demandOwn(await directory.plan(planId(id)), editorOf(request).tenant, word);
      const value = await readPlan(parts, request, id, request.body);
      const edit = { kind: 'plan', id, word, view: planView, wanted: () => value } as const;
      return reply.send(planView(await putObject(parts, request, reply, edit)));
    },
  );

  api.delete(
    '/v1/plans/:plan',
    {
      config,
      schema: {
        ...{ tags, summary: 'Remove a plan', params, headers: conditionHeaders, response: silent },
        description: 'With its diversions. Not while a company number has it.',
      },
    },
    async (request, reply) => {
      await deleteObject(parts, request, { kind: 'plan', id: request.params.plan, word, view: planView });
      return reply.code(204).send(null);
    },
  );
}

export function planView({ id, name, prefix, outsideSees, steps }: Plan) {
  return { id, name, prefix, outsideSees, steps };
}

async function readPlan(
  { store }: ApiParts,
  request: FastifyRequest,
  id: string,
  body: Static<typeof planBody>,
): Promise<Plan> {
  const { tenant } = editorOf(request);
  const { country } = await tenantOf(store.directory, tenant);
  const steps = body.steps.map((step) => readStep(step, country));
  await demandReferences(store.directory, tenant, steps.flatMap(destinationsOf));
  const { name, prefix, outsideSees } = body;
  return { id: planId(id), tenant, name, prefix, outsideSees, steps };
}
