import type { Tenant, User } from '../../directory/types.ts';

/** A user as they see themselves: without what is for administrators. */
export function meView(user: User, { id, name, timeZone, language }: Tenant) {
  return {
    ...{ id: user.id, name: user.name, role: user.role, extension: user.extension },
    tenant: { id, name, timeZone, language },
    route: ownRoute(user),
    ...{ ringTargets: user.ringTargets, mobileNumber: user.mobileNumber, anonymous: user.anonymous },
    ...{ presentedNumber: user.presentedNumber, presentableNumbers: user.presentableNumbers },
    bookmarks: user.bookmarks,
  };
}

/** Older settings may hold what can no longer be set; they are shown as what they come down to. */
export function ownRoute({ personalRoute: route }: User) {
  if (route.is !== 'divert') return route;
  switch (route.to.kind) {
    case 'user':
    case 'plan':
    case 'number':
      return { is: 'divert', to: route.to } as const;
    case 'mobile':
      return { is: 'divert', to: { kind: 'user', user: route.to.user } } as const;
    default:
      return { is: 'voicemail' } as const;
  }
}
