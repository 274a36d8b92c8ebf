import { ParseError, type PhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { isE164 } from '../names.ts';
import type { TrunkNumbers } from '../number-format.ts';
import { normaliseDialled } from './normalise.ts';

export const trunkNumbers: TrunkNumbers = {
  write: (number, { format, country }) => {
    // 112 and its like have no international form: they are dialled as they are, on every trunk.
    if (!isE164(number)) return number;
    switch (format) {
      case 'e164':
        return number;
      case 'digits':
        return number.slice(1);
      case 'international':
        return abroad(number);
      case 'national':
        return atHome(number, country) ?? abroad(number);
    }
  },

  read: (number, { format, country }) => {
    const international = internationalForm(number, format === 'digits');
    const read = normaliseDialled(international, country);
    if (read.kind === 'e164') return read.number;
    // Not every carrier that writes bare digits does so always: 0612345678 is no number of any country.
    const asWritten = international === number ? read : normaliseDialled(number, country);
    return asWritten.kind === 'e164' ? asWritten.number : number;
  },
};

const abroad = (number: string): string => `00${number.slice(1)}`;

function atHome(number: string, country: string): string | undefined {
  const parsed = parse(number);
  return parsed?.country === country ? parsed.formatNational().replaceAll(/\D/g, '') : undefined;
}

function parse(number: string): PhoneNumber | undefined {
  try {
    return parsePhoneNumberWithError(number, { extract: false });
  } catch (thrown) {
    if (thrown instanceof ParseError) return undefined;
    throw thrown;
  }
}

/** The plus that was left out, or written as 00; a country's own international prefix is the library's to know. */
function internationalForm(number: string, bareDigits: boolean): string {
  if (/^00[1-9]\d{6,}$/.test(number)) return `+${number.slice(2)}`;
  return bareDigits && /^[1-9]\d{6,14}$/.test(number) ? `+${number}` : number;
}
