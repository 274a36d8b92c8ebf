import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { diversionId, planId } from '../../directory/names.ts';
import type { Diversion, Plan } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { readDestination } from '../rules/destination.ts';
import { asConflict, notFound } from '../rules/editing.ts';
import { etagOf } from '../rules/etag.ts';
import { instant, readInstant } from '../rules/instant.ts';
import { newId } from '../rules/new-id.ts';
import { demandReferences, tenantOf } from '../rules/references.ts';
import { diversion, diversionBody, newDiversionBody } from '../schema/plan.ts';
import { answers, made, madeOrChanged, silent } from '../schema/problem.ts';
import { conditionHeaders, freshHeaders } from '../schema/query.ts';
import { closed, idText, instantText, plain, ref, shown } from '../schema/wire.ts';
import { deleteObject, editorOf, postObject, putObject } from './editor.ts';

const tags = ['diversions'];
const config = { access: 'admin' } as const;
const ofPlan = Type.Object({ plan: idText }, closed);
const params = Type.Object({ plan: idText, diversion: idText }, closed);
const word = 'diversion';

const state = Type.Object(
  {
    on: Type.Boolean(),
    until: Type.Optional(Type.Unsafe<string>({ ...instantText, description: 'When it goes off by itself.' })),
  },
  closed,
);
const switched = Type.Object(
  {
    diversion: ref(diversion),
    switchedOff: Type.Optional(
      Type.Unsafe<Static<(typeof diversion)['schema']>>({
        allOf: [ref(diversion)],
        description: 'The other one of the group, which was on until then.',
      }),
    ),
  },
  closed,
);

/** The switches in front of a plan. */
export function diversionRoutes(api: Api, parts: ApiParts): void {
  const { store, clock } = parts;

  api.get(
    '/v1/plans/:plan/diversions',
    {
      config,
      schema: {
        ...{ tags, summary: 'The switches of a plan', params: ofPlan },
        response: answers(plain(Type.Object({ items: Type.Array(ref(diversion)) }, closed))),
      },
    },
    async (request) => {
      const { id } = await ownPlan(parts, request, request.params.plan);
      return { items: (await store.directory.diversionsOf(id, clock.now())).map(diversionView) };
    },
  );

  api.get(
    '/v1/plans/:plan/diversions/:diversion',
    {
      config,
      schema: { tags, summary: 'A switch', params, headers: freshHeaders, response: answers(shown(diversion)) },
    },
    async (request, reply) => {
      const found = await ownDiversion(parts, request, request.params);
      void reply.header('etag', etagOf(diversionView(found)));
      return diversionView(found);
    },
  );

  api.post(
    '/v1/plans/:plan/diversions',
    {
      config,
      schema: {
        tags,
        summary: 'Make a switch',
        params: ofPlan,
        body: newDiversionBody,
        response: made(shown(diversion)),
      },
    },
    async (request, reply) => {
      const { id = newId(parts.random), ...settings } = request.body;
      const value = await readDiversion(parts, request, { plan: request.params.plan, diversion: id }, settings);
      const edit = { kind: 'diversion', id, word, view: diversionView, value } as const;
      return reply.send(diversionView(await postObject(parts, request, reply, edit)));
    },
  );

  api.put(
    '/v1/plans/:plan/diversions/:diversion',
    {
      config,
      schema: {
        ...{ tags, summary: 'Change a switch, or make one', params, headers: conditionHeaders },
        description: 'Whether it is on stays as it is. One that is on cannot go to another group.',
        ...{ body: diversionBody, response: madeOrChanged(shown(diversion)) },
      },
    },
    async (request, reply) => {
      const id = request.params.diversion;
      const value = await readDiversion(parts, request, request.params, request.body);
      const wanted = (current: Diversion | undefined): Diversion => {
        if (current === undefined) return value;
        if (current.plan !== value.plan) throw notFound(word);
        const { on, until } = asItIs(current, clock.now());
        if (on && current.group !== value.group) {
          throw new Fault('CONFLICT', 'it is on: put it off before it goes to another group');
        }
        return { ...value, on, until };
      };
      const edit = { kind: 'diversion', id, word, view: diversionView, wanted } as const;
      return reply.send(diversionView(await putObject(parts, request, reply, edit)));
    },
  );

  api.delete(
    '/v1/plans/:plan/diversions/:diversion',
    { config, schema: { tags, summary: 'Remove a switch', params, headers: conditionHeaders, response: silent } },
    async (request, reply) => {
      const { id } = await ownDiversion(parts, request, request.params);
      await deleteObject(parts, request, { kind: 'diversion', id, word, view: diversionView });
      return reply.code(204).send(null);
    },
  );

  api.put(
    '/v1/plans/:plan/diversions/:diversion/state',
    {
      config,
      schema: {
        ...{ tags, summary: 'Put a switch on or off', params, body: state, response: answers(plain(switched)) },
        description: 'Of its group, the one that was on goes off in the same moment.',
      },
    },
    async (request) => {
      const { by } = editorOf(request);
      const { id } = await ownDiversion(parts, request, request.params);
      const { on } = request.body;
      const until = request.body.until === undefined ? undefined : readInstant(request.body.until);
      const now = clock.now();
      if (until !== undefined && (!on || until <= now)) {
        throw new Fault(
          'NOT_POSSIBLE',
          on ? 'until is over already: give a later time' : 'until is for what is put on: leave it out',
        );
      }
      const outcome = await store.settings.switchDiversion(id, { on, until }, by, now).catch((thrown: unknown) => {
        throw asConflict(thrown);
      });
      if (outcome === undefined) throw notFound(word);
      const { diversion, switchedOff } = outcome;
      return {
        diversion: diversionView(diversion),
        switchedOff: switchedOff === undefined ? undefined : diversionView(switchedOff),
      };
    },
  );
}

export function diversionView({ id, plan, name, group, position, to, on, until }: Diversion) {
  return { id, plan, name, group, position, to, on, until: until === undefined ? undefined : instant(until) };
}

/** One whose time is over is off, also before it was swept. */
function asItIs({ on, until }: Diversion, now: number): Pick<Diversion, 'on' | 'until'> {
  return on && (until === undefined || until > now) ? { on, until } : { on: false, until: undefined };
}

async function ownPlan({ store }: ApiParts, request: FastifyRequest, id: string): Promise<Plan> {
  const plan = await store.directory.plan(planId(id));
  if (plan?.tenant !== editorOf(request).tenant) throw notFound('plan');
  return plan;
}

interface Path {
  readonly plan: string;
  readonly diversion: string;
}

async function ownDiversion(parts: ApiParts, request: FastifyRequest, path: Path): Promise<Diversion> {
  const plan = await ownPlan(parts, request, path.plan);
  const found = await parts.store.directory.diversion(diversionId(path.diversion), parts.clock.now());
  if (found?.plan !== plan.id) throw notFound(word);
  return found;
}

async function readDiversion(
  parts: ApiParts,
  request: FastifyRequest,
  path: Path,
  { name, group, position, to }: Static<typeof diversionBody>,
): Promise<Diversion> {
  const plan = await ownPlan(parts, request, path.plan);
  const { country } = await tenantOf(parts.store.directory, plan.tenant);
  const destination = readDestination(to, country);
  await demandReferences(parts.store.directory, plan.tenant, [destination]);
  return {
    ...{ id: diversionId(path.diversion), tenant: plan.tenant, plan: plan.id, name, group, position },
    ...{ to: destination, on: false, until: undefined },
  };
}
