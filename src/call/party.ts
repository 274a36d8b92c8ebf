import type { Brand } from '../kernel/brand.ts';
import type { DeviceId, E164, TenantId, Trunk, TrunkId, UserId } from '../directory/types.ts';
import type { Binding } from '../registrar/binding.ts';
import type { DivertedBy } from './diverted-by.ts';

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
  /** A user's SIM, which calls by the mobile operator's trunk: the user as at any other device. */
  | {
      readonly kind: 'sim';
      readonly tenant: TenantId;
      readonly user: UserId;
      readonly trunk: TrunkId;
      readonly name: string;
      readonly extension: string;
    }
  | {
      readonly kind: 'trunk';
      readonly trunk: TrunkId;
      /** Whose trunk it is; undefined: everybody's. */
      readonly tenant: TenantId | undefined;
      /** As the trunk wrote it; undefined when the number is withheld. */
      readonly number: string | undefined;
      readonly name: string | undefined;
    };

/** Whom one leg rings. */
export type Target =
  | { readonly kind: 'device'; readonly device: DeviceId; readonly user: UserId; readonly binding: Binding }
  | {
      readonly kind: 'trunk';
      readonly trunk: Trunk;
      /** In international form, or a short number such as 112: the trunk's own format is for who writes the INVITE. */
      readonly number: string;
      /** Tried one after the other when this one fails by itself. */
      readonly otherwise: readonly Trunk[];
      /** Whose mobile telephone or SIM it is; undefined: somebody outside. */
      readonly user: UserId | undefined;
      /** Help is called for: no trunk's refusal is the last word while another is left, and none is too full for it. */
      readonly emergency?: true;
    };

/** A caller who is a user of the exchange. */
export type UserCaller = Exclude<Caller, { kind: 'trunk' }>;

/** What the rung party is shown. */
export interface Presentation {
  /** The display name, with the prefix of the dialled plan in front where there is one. */
  readonly display: string | undefined;
  /** The user part of From: an extension or a number, never prefixed, so that it can be dialled back; undefined: withheld. */
  readonly number: string | undefined;
  /** For trunks: a number of the tenant's, by which the carrier admits and bills the call, also when it is withheld (RFC 3325 §9.1). */
  readonly asserted: E164 | undefined;
  /** For trunks: who sent the call on, the latest first (RFC 5806). */
  readonly diverted: readonly DivertedBy[];
}
