import type { E164, PlanId, UserId } from './ids.ts';

/** Where a call is sent on to. */
export type Destination =
  /** As if the user's extension had been dialled: with the user's own route and circles. */
  | { readonly kind: 'user'; readonly user: UserId }
  /** As if a number of the plan had been dialled: with the plan's diversions. */
  | { readonly kind: 'plan'; readonly plan: PlanId }
  /** To the outside, or to the company number that it is. */
  | { readonly kind: 'number'; readonly number: E164 }
  | { readonly kind: 'mobile'; readonly user: UserId }
  | { readonly kind: 'voicemail'; readonly user: UserId }
  | { readonly kind: 'hang-up' };

/** What a user set for calls that are for the user. */
export type PersonalRoute =
  /** The devices whose circle is on. */
  | { readonly is: 'normal' }
  /** The user's own mobile number. */
  | { readonly is: 'mobile' }
  | { readonly is: 'voicemail' }
  | { readonly is: 'divert'; readonly to: Destination };

export const normalRoute: PersonalRoute = { is: 'normal' };
