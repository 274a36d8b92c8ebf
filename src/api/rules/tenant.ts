import type { Static } from 'typebox';
import { newTenant } from '../../directory/new.ts';
import { tenantId } from '../../directory/names.ts';
import type { Tenant } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import type { tenantBody } from '../schema/tenant.ts';
import { readNumber } from './destination.ts';

/** @throws Fault NOT_POSSIBLE for a time zone that nobody knows */
export function tenantAs(id: string, wire: Static<typeof tenantBody>): Tenant {
  const { name, country, timeZone, language, locationNumber } = wire;
  if (!isTimeZone(timeZone)) {
    throw new Fault('NOT_POSSIBLE', `"${timeZone}" is not a time zone, such as Europe/Amsterdam`);
  }
  return newTenant({
    ...{ id: tenantId(id), name, country, timeZone, language },
    locationNumber: locationNumber === undefined ? undefined : readNumber(locationNumber, country),
  });
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
