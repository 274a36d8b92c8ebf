import type { DeviceId, DiversionId, E164, Extension, PlanId, TenantId, TrunkId, UserId } from './types.ts';

/** Whether the text has the form of an international number: a plus, a country code and at most 15 digits (ITU-T E.164). */
export function isE164(text: string): text is E164 {
  return /^\+[1-9]\d{1,14}$/.test(text);
}

export function isExtension(text: string): text is Extension {
  return /^\d{2,5}$/.test(text);
}

/** Ids are of whoever makes the object; all that is asked of one is that it is there. */
export const tenantId = (text: string): TenantId => present(text) as TenantId;
export const userId = (text: string): UserId => present(text) as UserId;
export const deviceId = (text: string): DeviceId => present(text) as DeviceId;
export const planId = (text: string): PlanId => present(text) as PlanId;
export const diversionId = (text: string): DiversionId => present(text) as DiversionId;
export const trunkId = (text: string): TrunkId => present(text) as TrunkId;

function present(text: string): string {
  if (text === '') throw new Error('an id of the directory cannot be empty');
  return text;
}
