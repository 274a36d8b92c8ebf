import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
  ParseError,
  type PhoneNumber,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Dialled, NormaliseDialled } from '../dialled.ts';
import { isE164, isExtension } from '../names.ts';
import { isShortNumber } from './short-numbers.ts';

/** What people write between the digits of a number (RFC 3966 §5.1.1), and spaces. */
const separators = /[\s().\-/]/g;

/**
 * Reads what a user dialled: a short number first, then an extension, then a number as it
 * is dialled in that country. Whether anybody has it is for others to say.
 */
export const normaliseDialled: NormaliseDialled = (dialled, country) => {
  if (dialled.length > known.mostLength) return read(dialled, country);
  const asked = `${country} ${dialled}`;
  const before = known.answers.get(asked);
  if (before !== undefined) return before;
  const found = read(dialled, country);
  if (known.answers.size >= known.mostAnswers) known.answers.clear();
  known.answers.set(asked, found);
  return found;
};

/** Numbers come again: those of the company at every call, and its callers'. Reading one takes some 50 µs. */
const known = { answers: new Map<string, Dialled>(), mostAnswers: 5_000, mostLength: 32 };

const read: NormaliseDialled = (dialled, country) => {
  const number = dialled.replace(separators, '');
  if (!/^\+?\d+$/.test(number)) {
    return { kind: 'invalid', why: 'a number has digits only, with a plus in front at most' };
  }
  if (isShortNumber(number, country)) return { kind: 'short', number };
  if (isExtension(number)) return { kind: 'extension', extension: number };
  const parsed = parse(number, country);
  if (!parsed.ok && is112Abroad(number, country)) return { kind: 'short', number: '112' };
  return parsed.ok ? asDialled(parsed.value, country, number) : { kind: 'invalid', why: parsed.error };
};

/** Some telephones put the country in front of whatever is dialled. It leads nowhere, and who dials it needs help. */
function is112Abroad(number: string, country: string): boolean {
  if (!/^(\+|00)\d{0,3}112$/.test(number)) return false;
  const code = isSupportedCountry(country) ? getCountryCallingCode(country) : '';
  return ['+112', `+${code}112`, `00${code}112`].includes(number);
}

function parse(number: string, country: string): Result<PhoneNumber, string> {
  const from = isSupportedCountry(country) ? { defaultCountry: country } : {};
  try {
    const parsed = parsePhoneNumberWithError(number, { ...from, extract: false });
    if (parsed.isValid()) return ok(parsed);
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
  }
  switch (validatePhoneNumberLength(number, from)) {
    case 'TOO_SHORT':
      return err('it has too few digits');
    case 'TOO_LONG':
      return err('it has too many digits');
    case 'INVALID_COUNTRY':
      return err('it starts with the code of no country');
    default:
      return err('there is no such number');
  }
}

function asDialled(parsed: PhoneNumber, country: string, dialled: string): Dialled {
  if (parsed.country === country && isHomeOnly(parsed) && !isInternationalForm(parsed, dialled)) {
    return { kind: 'short', number: parsed.formatNational().replace(separators, '') };
  }
  // The library's own number type is not ours; its form is.
  return isE164(parsed.number)
    ? { kind: 'e164', number: parsed.number }
    : { kind: 'invalid', why: 'there is no such number' };
}

/** 0800, 0900 and their like are as a rule not reached from abroad: a carrier wants them as they are dialled at home. */
function isHomeOnly(parsed: PhoneNumber): boolean {
  const type = parsed.getType();
  return type === 'TOLL_FREE' || type === 'PREMIUM_RATE' || type === 'SHARED_COST';
}

function isInternationalForm(parsed: PhoneNumber, dialled: string): boolean {
  return dialled.startsWith('+') || dialled.includes(parsed.countryCallingCode + parsed.nationalNumber);
}
