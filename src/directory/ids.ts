import type { Brand } from '../kernel/brand.ts';

export type TenantId = Brand<string, 'TenantId'>;
export type UserId = Brand<string, 'UserId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
export type PlanId = Brand<string, 'PlanId'>;
export type DiversionId = Brand<string, 'DiversionId'>;
export type TrunkId = Brand<string, 'TrunkId'>;

/** A number in international form, `+31851234567` (ITU-T E.164). */
export type E164 = Brand<string, 'E164'>;
/** A short internal number, two to five digits, unique within its tenant. */
export type Extension = Brand<string, 'Extension'>;
