import { ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import type { E164 } from '../types.ts';

/** Whether whoever has the number earns by each call to it, as far as its country's numbering plan tells. */
export function isPaidService(number: E164): boolean {
  try {
    const type = parsePhoneNumberWithError(number, { extract: false }).getType();
    return type === 'PREMIUM_RATE' || type === 'SHARED_COST';
  } catch (thrown) {
    if (thrown instanceof ParseError) return false;
    throw thrown;
  }
}
