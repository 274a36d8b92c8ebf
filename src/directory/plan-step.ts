import type { Destination } from './destination.ts';
import type { OpeningHours } from './opening-hours.ts';
import type { Extension, UserId } from './ids.ts';

/** Whom a plan rings: a user, or whoever has the extension when the call comes. */
export type RingMember =
  { readonly kind: 'user'; readonly user: UserId } | { readonly kind: 'extension'; readonly extension: Extension };

export const ringOrders = ['together', 'in-turn', 'longest-idle'] as const;
/** `longest-idle`: one after the other, first who has been off the phone for longest; who is on the phone is passed over. */
export type RingOrder = (typeof ringOrders)[number];

export const menuKeys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const;
export type MenuKey = (typeof menuKeys)[number];

/** A name in the library of sounds: one of the exchange's own, or one that the tenant recorded. */
export type SoundName = string;

/** One thing that a plan does with a caller; when it led nowhere, the next follows. */
export type PlanStep =
  | {
      readonly do: 'ring';
      readonly who: readonly RingMember[];
      readonly order: RingOrder;
      /** For how long: all of them together, or each in turn. */
      readonly seconds: number;
      /** What the caller hears. With music the caller is answered, and pays from then on. */
      readonly waiting: 'ringback' | 'music';
    }
  /** The caller is answered and hears it. */
  | { readonly do: 'announce'; readonly sound: SoundName }
  /** The caller hears the sound and presses a key. */
  | {
      readonly do: 'menu';
      readonly sound: SoundName;
      readonly keys: Readonly<Partial<Record<MenuKey, Destination>>>;
      /** How often the sound is repeated when no key of the menu came. */
      readonly retries: number;
      /** How long a key is waited for after the sound. */
      readonly timeoutSeconds: number;
      /** Where a caller goes who pressed none; undefined: to the next step. */
      readonly otherwise: Destination | undefined;
    }
  /** When closed, the call goes to `closed`; when open, to the next step. */
  | { readonly do: 'hours'; readonly hours: OpeningHours; readonly closed: Destination }
  | { readonly do: 'divert'; readonly to: Destination }
  | { readonly do: 'voicemail'; readonly user: UserId }
  | { readonly do: 'hang-up' };
