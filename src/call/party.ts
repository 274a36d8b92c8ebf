import type { Brand } from '../kernel/brand.ts';
import type { DeviceId, TenantId, Trunk, TrunkId, UserId } from '../directory/types.ts';
import type { Binding } from '../registrar/binding.ts';

export type CallId = Brand<string, 'CallId'>;
/** One dialog of ours with one party, unique within its call. */
export type LegId = Brand<string, 'LegId'>;

/** @param random unguessable bytes: a call is named in the API, and a name must not lead to the next call's */
export function callId(random: Uint8Array): CallId {
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('') as CallId;
}

/** The caller's own leg. Legs to those who are rung are named by `calleeLeg`. */
export const callerLeg = 'caller' as LegId;

/** @param ordinal counts the legs of the call from 1, in the order in which they were rung */
export function calleeLeg(ordinal: number): LegId {
  return `callee-${String(ordinal)}` as LegId;
}

/** Who calls, as established by digest or by the trunk's network: never by what a header claims. */
export type Caller =
  | {
      readonly kind: 'device';
      readonly tenant: TenantId;
      readonly user: UserId;
      readonly device: DeviceId;
      readonly name: string;
      readonly extension: string;
    }
  | {
      readonly kind: 'trunk';
      readonly trunk: TrunkId;
      /** As the trunk wrote it; undefined when the number is withheld. */
      readonly number: string | undefined;
      readonly name: string | undefined;
    };

/** Whom one leg rings. */
export type Target =
  | { readonly kind: 'device'; readonly device: DeviceId; readonly user: UserId; readonly binding: Binding }
  | { readonly kind: 'trunk'; readonly trunk: Trunk; readonly number: string };

/** What the rung party is shown. */
export interface Presentation {
  /** The display name, with the prefix of the dialled plan in front where there is one. */
  readonly display: string | undefined;
  /** The user part of From: an extension or a number, never prefixed, so that it can be dialled back; undefined: withheld. */
  readonly number: string | undefined;
}
