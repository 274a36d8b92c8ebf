import type { RungTarget, Whereabouts } from '../call/route-step.ts';
import type { Destination } from '../directory/destination.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { circlesOf } from './legs.ts';
import { forwarder } from './outward.ts';
import type { Member } from './port.ts';
import type { Walk } from './routing.ts';
import { sentOn } from './whereabouts.ts';

/** What a user's own route makes of a call for the user. */
export type UserRoute =
  | { readonly is: 'rings'; readonly targets: readonly RungTarget[] }
  | { readonly is: 'leads'; readonly to: Destination; readonly here: Whereabouts };

/** @param here the call as it stands with the user, who is the last in `visited` */
export async function userRoute(walk: Walk, here: Whereabouts, member: Member): Promise<UserRoute> {
  const { user } = member;
  const route = user.personalRoute;
  switch (route.is) {
    case 'normal':
      return { is: 'rings', targets: await circlesOf(walk, here, member) };
    case 'mobile':
      if (user.mobileNumber === undefined) {
        walk.note(`user ${user.id} wants calls on a mobile number and has none: their phones ring instead`);
        return { is: 'rings', targets: await circlesOf(walk, here, member) };
      }
      return {
        is: 'leads',
        to: { kind: 'mobile', user: user.id },
        here: sentOn(here, await forwarder(walk, here, user), 'follow-me'),
      };
    case 'voicemail':
      return { is: 'leads', to: { kind: 'voicemail', user: user.id }, here };
    case 'divert':
      return { is: 'leads', to: route.to, here: sentOn(here, await forwarder(walk, here, user), 'unconditional') };
    default:
      return unreachable(route);
  }
}
