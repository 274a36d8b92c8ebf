import type { Brand } from '../kernel/brand.ts';

export type TenantId = Brand<string, 'TenantId'>;
export type UserId = Brand<string, 'UserId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
export type PlanId = Brand<string, 'PlanId'>;
export type TrunkId = Brand<string, 'TrunkId'>;

/** A number in international form, `+31851234567` (ITU-T E.164). */
export type E164 = Brand<string, 'E164'>;
/** A short internal number, two to five digits, unique within its tenant. */
export type Extension = Brand<string, 'Extension'>;

/** A company on the exchange. Everything belongs to one, and nothing leaks to another. */
export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  /** ISO 3166 code: numbers are always read as if dialled from there, wherever the phone is. */
  readonly country: string;
}

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
  /** The number shown on calls to the outside; one of the tenant's own. */
  readonly presentedNumber: E164 | undefined;
}

export interface Device {
  readonly id: DeviceId;
  readonly tenant: TenantId;
  readonly user: UserId;
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

/** How a company number is answered. */
export interface Plan {
  readonly id: PlanId;
  readonly tenant: TenantId;
  readonly name: string;
  /** Put before the caller's number on the display of the rung device, and only there. */
  readonly prefix: string | undefined;
  readonly steps: readonly PlanStep[];
}

/** Rings these users together, for so long. */
export interface PlanStep {
  readonly do: 'ring';
  readonly users: readonly UserId[];
  readonly seconds: number;
}

/** A SIP peer that is not a user: a carrier. */
export interface Trunk {
  readonly id: TrunkId;
  /** Host or address that calls are sent to. */
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Networks (CIDR) whose INVITEs are taken as this trunk's, without a challenge. */
  readonly sources: readonly string[];
  /** What the trunk wants to see when it challenges us. */
  readonly auth: { readonly username: string; readonly password: string } | undefined;
}
