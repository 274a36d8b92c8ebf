import { Type } from 'typebox';
import { planId } from '../../directory/names.ts';
import type { Api } from '../http/app.ts';
import type { ApiParts } from '../parts.ts';
import { readNumber } from '../rules/destination.ts';
import { change, notFound, replaced } from '../rules/editing.ts';
import { demandReferences, tenantOf } from '../rules/references.ts';
import { answers } from '../schema/problem.ts';
import { closed, e164Text, idText, named, plain, ref, shown, writtenNumber } from '../schema/wire.ts';
import { editorOf } from './editor.ts';

const tags = ['numbers'];
const config = { access: 'admin' } as const;

export const companyNumber = named('CompanyNumber', Type.Object({ number: e164Text, plan: idText }, closed));

/** Company numbers. Which they are is for whoever runs the exchange; how they are answered is for the company. */
export function numberRoutes(api: Api, { store, clock }: ApiParts): void {
  api.get(
    '/v1/numbers',
    {
      config,
      schema: {
        ...{ tags, summary: 'The company numbers' },
        response: answers(plain(Type.Object({ items: Type.Array(ref(companyNumber)) }, closed))),
      },
    },
    async (request) => {
      const numbers = await store.directory.companyNumbers(editorOf(request).tenant);
      return { items: numbers.map(({ number, plan }) => ({ number, plan })) };
    },
  );

  api.put(
    '/v1/numbers/:number/plan',
    {
      config,
      schema: {
        ...{ tags, summary: 'Which plan answers a number' },
        params: Type.Object({ number: writtenNumber }, closed),
        body: Type.Object({ plan: idText }, closed),
        response: answers(shown(companyNumber)),
      },
    },
    async (request) => {
      const { tenant, by } = editorOf(request);
      const { country } = await tenantOf(store.directory, tenant);
      const key = readNumber(request.params.number, country);
      const plan = planId(request.body.plan);
      const isOwn = (await store.directory.companyNumber(key))?.tenant === tenant;
      if (!isOwn) throw notFound('number');
      await demandReferences(store.directory, tenant, [{ kind: 'plan', plan }]);
      const number = await change(store.settings, 'companyNumber', key, clock.now(), (current) => {
        if (current?.tenant !== tenant) throw notFound('number');
        return replaced(current, { ...current, plan }, by);
      });
      return { number: number.number, plan: number.plan };
    },
  );
}
