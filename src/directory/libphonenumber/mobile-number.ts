import { ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import type { E164 } from '../types.ts';

/** Whether it is, or may be, of a mobile telephone of one of these countries (ISO 3166). */
export function isMobileOf(number: E164, countries: readonly string[]): boolean {
  try {
    const parsed = parsePhoneNumberWithError(number);
    // Where both kinds look the same, as in North America, nobody can tell.
    const isMobile = ['MOBILE', 'FIXED_LINE_OR_MOBILE'].includes(parsed.getType() ?? '');
    return isMobile && parsed.country !== undefined && countries.includes(parsed.country);
  } catch (thrown) {
    if (thrown instanceof ParseError) return false;
    throw thrown;
  }
}
