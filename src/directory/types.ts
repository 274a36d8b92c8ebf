import type { Instant } from '../kernel/clock.ts';
import type { Destination, PersonalRoute } from './destination.ts';
import type { DeviceId, DiversionId, E164, Extension, PlanId, TenantId, TrunkId, UserId } from './ids.ts';
import type { PlanStep } from './plan-step.ts';

export type * from './ids.ts';

/** A company on the exchange. Everything belongs to one, and nothing leaks to another. */
export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  /** ISO 3166 code: numbers are always read as if dialled from there, wherever the phone is. */
  readonly country: string;
  /** Opening hours are read in it: a name of the IANA time zone database, such as `Europe/Amsterdam`. */
  readonly timeZone: string;
  /** What callers are spoken to in. */
  readonly language: Language;
  /** Shown on emergency calls, and nothing else is: it tells where help is to go. Undefined: the tenant's first number. */
  readonly locationNumber: E164 | undefined;
}

export const languages = ['nl', 'en'] as const;
export type Language = (typeof languages)[number];

export const deviceKinds = ['desk', 'qaller', 'vamos', 'browser'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/** The circles: blue is true, black is false. A kind that is not enabled for the user is absent. */
export type RingTargets = Readonly<Partial<Record<DeviceKind, boolean>>>;

export interface User {
  readonly id: UserId;
  readonly tenant: TenantId;
  readonly name: string;
  readonly extension: Extension;
  readonly role: 'user' | 'admin';
  readonly ringTargets: RingTargets;
  /** Where calls for the user go: to the extension, and wherever a plan rings the user. */
  readonly personalRoute: PersonalRoute;
  /** The user's own mobile telephone; it was proved to be by a code. */
  readonly mobileNumber: E164 | undefined;
  /** Of the SIM that rings as one of the user's devices, over the mobile operator's trunk; unique on the exchange. */
  readonly vamosNumber: E164 | undefined;
  /** The number is withheld on calls to the outside. */
  readonly anonymous: boolean;
  /** The number shown on calls to the outside, chosen out of `presentableNumbers`; undefined: the first of these, else the tenant's first. */
  readonly presentedNumber: E164 | undefined;
  /** Numbers of the tenant that an admin lets the user show. */
  readonly presentableNumbers: readonly E164[];
  /** Plans that the user wants listed first. */
  readonly bookmarks: readonly PlanId[];
}

export interface Device {
  readonly id: DeviceId;
  readonly tenant: TenantId;
  readonly user: UserId;
  /** A SIM has no device of its own: it is the user's `vamosNumber`, and never registers. */
  readonly kind: DeviceKind;
  /** The user part of its address of record and its digest username; unique on the exchange. */
  readonly username: string;
  readonly credentials: DigestCredentials;
}

/** What RFC 7616 §3.4.2 calls H(A1), per algorithm: the password itself is never kept. */
export interface DigestCredentials {
  readonly realm: string;
  /** Lower-case hexadecimal. */
  readonly md5: string;
  readonly sha256: string;
}

export interface CompanyNumber {
  readonly number: E164;
  readonly tenant: TenantId;
  readonly plan: PlanId;
}

/** How a company number is answered: its diversions first, the first that is on; else its steps, one after the other. */
export interface Plan {
  readonly id: PlanId;
  readonly tenant: TenantId;
  readonly name: string;
  /** Put before the caller's number on the display of the rung device, and only there. */
  readonly prefix: string | undefined;
  /** Whose number the outside sees when the plan sends a caller on to an outside number. */
  readonly outsideSees: 'caller' | 'company';
  readonly steps: readonly PlanStep[];
}

/** A switch on a plan: when on, calls go to its destination instead of through the plan's steps. */
export interface Diversion {
  readonly id: DiversionId;
  readonly tenant: TenantId;
  readonly plan: PlanId;
  readonly name: string;
  /** Of one group, `A` or `B`, at most one is on. Undefined: free-standing. */
  readonly group: string | undefined;
  /** Of several that are on, the one with the lowest position counts. */
  readonly position: number;
  readonly to: Destination;
  readonly on: boolean;
  /** When it goes off by itself; undefined: never, and while it is off. */
  readonly until: Instant | undefined;
}

export const numberFormats = ['e164', 'digits', 'international', 'national'] as const;
/**
 * How a carrier wants numbers written: `e164` is +31851234567, `digits` 31851234567, `international` 0031851234567, and
 * `national` 0851234567 within the trunk's country and `international` beyond it.
 */
export type NumberFormat = (typeof numberFormats)[number];

/** A SIP peer that is not a user: a carrier, or the mobile operator. */
export interface Trunk {
  readonly id: TrunkId;
  /** Whose it is: no other tenant's call goes out or comes in by it. Undefined: everybody's. */
  readonly tenant: TenantId | undefined;
  /** `mobile`: the operator of the users' SIMs, who rings there and calls from there. */
  readonly purpose: 'carrier' | 'mobile';
  /** Host or address that calls are sent to. */
  readonly host: string;
  /** Undefined: a name is looked up as a service (SRV, RFC 3263 §4.2), an address has the port of its transport. */
  readonly port: number | undefined;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Networks (CIDR) whose INVITEs are taken as this trunk's, without a challenge. */
  readonly sources: readonly string[];
  /** What the trunk wants to see when it challenges us. */
  readonly auth: { readonly username: string; readonly password: string } | undefined;
  /** With these it may call us from anywhere, after a challenge of ours. */
  readonly inbound: { readonly username: string; readonly credentials: DigestCredentials } | undefined;
  /** We register with it, by `auth`, so that it knows where to send calls; undefined: it knows our address. */
  readonly registers: { readonly seconds: number } | undefined;
  /** Calls go by the trunk with the lowest, and by the next when that fails. */
  readonly priority: number;
  readonly format: NumberFormat;
  /** ISO 3166: numbers are read and written as from there. */
  readonly country: string;
  /** How many calls it carries at a time; undefined: no limit. */
  readonly channels: number | undefined;
  /** How often it is asked by OPTIONS whether it is there, in seconds; undefined: never. */
  readonly checkSeconds: number | undefined;
}
