import assert from 'node:assert/strict';
import { normaliseDialled } from '../../../../src/directory/libphonenumber/normalise.ts';

describe('what was dialled', () => {
  const cases: readonly (readonly [dialled: string, country: string, meaning: string])[] = [
    ['0612345678', 'NL', 'e164 +31612345678'],
    ['06-12345678', 'NL', 'e164 +31612345678'],
    ['06 12 34 56 78', 'NL', 'e164 +31612345678'],
    ['+31612345678', 'NL', 'e164 +31612345678'],
    ['+31 (0)6 12345678', 'NL', 'e164 +31612345678'],
    ['0031612345678', 'NL', 'e164 +31612345678'],
    ['0031612345678', 'BE', 'e164 +31612345678'],
    ['011 31 85 1234567', 'US', 'e164 +31851234567'],
    ['085-1234567', 'NL', 'e164 +31851234567'],
    ['0881234567', 'NL', 'e164 +31881234567'],
    ['+31851234567', 'XX', 'e164 +31851234567'],
    ['20', 'NL', 'extension 20'],
    ['201', 'NL', 'extension 201'],
    ['20123', 'NL', 'extension 20123'],
    ['911', 'NL', 'extension 911'],
    ['112', 'NL', 'short 112'],
    ['1-1-2', 'NL', 'short 112'],
    ['112', 'DE', 'short 112'],
    ...['+112', '+31112', '+31 112', '0031112'].map((written) => [written, 'NL', 'short 112'] as const),
    ['+31112', 'XX', 'invalid: it has too few digits'],
    ['+1112', 'NL', 'invalid: it has too few digits'],
    ['00112', 'NL', 'extension 00112'],
    ['911', 'US', 'short 911'],
    ['999', 'GB', 'short 999'],
    ['116111', 'NL', 'short 116111'],
    ['14020', 'NL', 'short 14020'],
    ['0900-1234', 'NL', 'short 09001234'],
    ['+319001234', 'NL', 'e164 +319001234'],
    ['00319001234', 'NL', 'e164 +319001234'],
    ['+3161', 'NL', 'invalid: it has too few digits'],
    ['061234567890123', 'NL', 'invalid: it has too many digits'],
    ['061234567', 'NL', 'invalid: there is no such number'],
    ['+999123456789', 'NL', 'invalid: it starts with the code of no country'],
    ['0851234567', 'XX', 'invalid: it starts with the code of no country'],
    ['1', 'NL', 'invalid: it has too few digits'],
    ...['', '+', 'anna', '0900-FLOWERS', '*21#', '+31+6', '0612345678;ext=3', 'tel:+31612345678', '٠٦١٢٣٤٥٦٧٨'].map(
      (garbage) => [garbage, 'NL', 'invalid: a number has digits only, with a plus in front at most'] as const,
    ),
  ];

  for (const [dialled, country, meaning] of cases) {
    it(`"${dialled}" in ${country}: ${meaning}`, () => {
      assert.equal(print(normaliseDialled(dialled, country)), meaning);
    });
  }
});

function print(meaning: ReturnType<typeof normaliseDialled>): string {
  switch (meaning.kind) {
    case 'extension':
      return `extension ${meaning.extension}`;
    case 'invalid':
      return `invalid: ${meaning.why}`;
    default:
      return `${meaning.kind} ${meaning.number}`;
  }
}
