import { diversionView } from '../admin/diversions.ts';
import { planView } from '../admin/plans.ts';
import { userView } from '../admin/users.ts';
import { meView } from '../me/view.ts';
import type { ApiParts } from '../parts.ts';
import type { Change, ObjectChange } from './feed.ts';
import type { SignedIn } from '../auth/caller.ts';

/** What an app is told. `now` is as the route of that object would answer; absent: it is gone. */
export interface News {
  readonly type: 'me' | 'user' | 'plan' | 'diversion' | 'number' | 'device' | 'trunk';
  readonly id: string;
  readonly now?: object | undefined;
}

/** What somebody is told of a change: their own settings; administrators what is the company's. */
export async function newsFor(
  { user }: SignedIn,
  change: Change,
  { store }: Pick<ApiParts, 'store'>,
): Promise<readonly News[]> {
  if (change.kind === 'signed-out' || change.kind === 'tenant') return [];
  const news: News[] = [];
  if (change.kind === 'user' && change.id === user.id && change.now !== undefined) {
    const tenant = await store.directory.tenant(user.tenant);
    if (tenant !== undefined) news.push({ type: 'me', id: user.id, now: meView(change.now, tenant) });
  }
  const owner = (change.now ?? change.before)?.tenant;
  if (user.role === 'admin' && owner === user.tenant) news.push(companyNews(change));
  return news;
}

function companyNews(change: Exclude<ObjectChange, { kind: 'tenant' }>): News {
  const { kind, id } = change;
  switch (kind) {
    case 'user':
      return { type: 'user', id, now: change.now && userView(change.now) };
    case 'plan':
      return { type: 'plan', id, now: change.now && planView(change.now) };
    case 'diversion':
      return { type: 'diversion', id, now: change.now && diversionView(change.now) };
    case 'companyNumber':
      return { type: 'number', id, now: change.now && { number: change.now.number, plan: change.now.plan } };
    // What these are besides is for their own routes to say: passwords are near, and registrations come and go.
    case 'device':
    case 'trunk':
      return { type: kind, id, now: change.now && { id } };
    default:
      return kind satisfies never;
  }
}
