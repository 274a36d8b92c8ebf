import { Type } from 'typebox';
import type { Api } from '../http/app.ts';
import { signedIn } from '../http/asking.ts';
import type { ApiParts } from '../parts.ts';
import { listedPlans, listingKey } from '../rules/listed-plans.ts';
import { pageOf } from '../rules/page.ts';
import { colleague } from '../schema/me.ts';
import { listedPlan } from '../schema/plan.ts';
import { answers } from '../schema/problem.ts';
import { closed, ref, plain } from '../schema/wire.ts';

const phonebook = Type.Object(
  {
    colleagues: Type.Array(ref(colleague)),
    plans: Type.Array(ref(listedPlan), { description: 'Bookmarked ones first.' }),
  },
  closed,
);

export function phonebookRoutes(api: Api, { store }: ApiParts): void {
  api.get(
    '/v1/phonebook',
    {
      config: { access: 'user' },
      schema: { tags: ['phonebook'], summary: 'Colleagues and plans', response: answers(plain(phonebook)) },
    },
    async (request) => {
      const { user } = signedIn(request);
      const { directory } = store;
      const [users, plans, numbers] = await Promise.all([
        directory.users(user.tenant),
        directory.plans(user.tenant),
        directory.companyNumbers(user.tenant),
      ]);
      const colleagues = users.map(({ id, name, extension }) => ({ id, name, extension }));
      const all = { cursor: undefined, limit: Number.POSITIVE_INFINITY };
      return {
        colleagues: pageOf(colleagues, ({ name, id }) => [name.toLowerCase(), id], all).items,
        plans: pageOf(listedPlans(plans, numbers, user.bookmarks), listingKey, all).items,
      };
    },
  );
}
