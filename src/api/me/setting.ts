import type { FastifyRequest } from 'fastify';
import type { User } from '../../directory/types.ts';
import { actorOf } from '../auth/caller.ts';
import { signedIn } from '../http/asking.ts';
import type { ApiParts } from '../parts.ts';
import { change, notFound, replaced } from '../rules/editing.ts';
import { tenantOf } from '../rules/references.ts';
import { meView } from './view.ts';

/**
 * Changes a setting of whoever asks, and answers with all of them.
 * @param set given the user as they are at the moment of writing; may throw a Fault, which leaves all as it was
 */
export async function setOwn({ store, clock }: ApiParts, request: FastifyRequest, set: (user: User) => User) {
  const asking = signedIn(request);
  const user = await change(store.settings, 'user', asking.user.id, clock.now(), (current) => {
    if (current === undefined) throw notFound('user');
    return replaced(current, set(current), actorOf(asking));
  });
  return meView(user, await tenantOf(store.directory, user.tenant));
}
