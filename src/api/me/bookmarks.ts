import { Type } from 'typebox';
import { planId } from '../../directory/names.ts';
import type { Api } from '../http/app.ts';
import { signedIn } from '../http/asking.ts';
import type { ApiParts } from '../parts.ts';
import { Fault } from '../../faults/fault.ts';
import { notFound } from '../rules/editing.ts';
import { me } from '../schema/me.ts';
import { answers } from '../schema/problem.ts';
import { closed, idText, shown } from '../schema/wire.ts';
import { setOwn } from './setting.ts';

const most = 200;
const config = { access: 'user' } as const;
const schema = {
  tags: ['me'],
  params: Type.Object({ plan: idText }, closed),
  response: answers(shown(me)),
};

/** The red star: plans that a user wants listed first. */
export function bookmarkRoutes(api: Api, parts: ApiParts): void {
  api.put('/v1/me/bookmarks/:plan', { config, schema: { ...schema, summary: 'Bookmark a plan' } }, async (request) => {
    const id = planId(request.params.plan);
    const plan = await parts.store.directory.plan(id);
    if (plan?.tenant !== signedIn(request).user.tenant) throw notFound('plan');
    return setOwn(parts, request, (user) => {
      if (user.bookmarks.includes(id)) return user;
      if (user.bookmarks.length >= most)
        throw new Fault('NOT_POSSIBLE', 'these are as many bookmarks as there can be: remove one');
      return { ...user, bookmarks: [...user.bookmarks, id] };
    });
  });

  // Of a plan that is gone too: else its star could never be put out.
  api.delete('/v1/me/bookmarks/:plan', { config, schema: { ...schema, summary: 'Remove a bookmark' } }, (request) =>
    setOwn(parts, request, (user) => ({
      ...user,
      bookmarks: user.bookmarks.filter((id) => id !== request.params.plan),
    })),
  );
}
