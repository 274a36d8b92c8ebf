import assert from 'node:assert/strict';
import fc from 'fast-check';
import { trunkNumbers } from '../../../../src/directory/libphonenumber/trunk-numbers.ts';
import { type NumberFormat, numberFormats } from '../../../../src/directory/types.ts';

const inNl = (format: NumberFormat) => ({ format, country: 'NL' });

describe('a number as a trunk writes it', () => {
  const cases: readonly (readonly [number: string, Readonly<Record<NumberFormat, string>>])[] = [
    [
      '+31851234567',
      { e164: '+31851234567', digits: '31851234567', international: '0031851234567', national: '0851234567' },
    ],
    [
      '+31612345678',
      { e164: '+31612345678', digits: '31612345678', international: '0031612345678', national: '0612345678' },
    ],
    [
      '+442079460123',
      { e164: '+442079460123', digits: '442079460123', international: '00442079460123', national: '00442079460123' },
    ],
    ...['112', '113', '144', '14030', '116111', '1888', '09001234', '202'].map(
      (short): [string, Record<NumberFormat, string>] => [
        short,
        { e164: short, digits: short, international: short, national: short },
      ],
    ),
  ];
  for (const [number, written] of cases) {
    for (const format of numberFormats) {
      it(`${number} in ${format}: ${written[format]}`, () => {
        assert.equal(trunkNumbers.write(number, inNl(format)), written[format]);
      });
    }
  }

  it('is of the trunk’s country where it is national', () => {
    assert.equal(trunkNumbers.write('+3223456789', { format: 'national', country: 'BE' }), '023456789');
    assert.equal(trunkNumbers.write('+31851234567', { format: 'national', country: 'BE' }), '0031851234567');
  });
});

describe('a number as it came by a trunk', () => {
  const cases: readonly (readonly [given: string, format: NumberFormat, read: string])[] = [
    ['0612345678', 'e164', '+31612345678'],
    ['+31612345678', 'national', '+31612345678'],
    ['0031612345678', 'international', '+31612345678'],
    ['0031612345678', 'e164', '+31612345678'],
    ['31612345678', 'digits', '+31612345678'],
    ['442079460123', 'digits', '+442079460123'],
    ['0612345678', 'digits', '+31612345678'],
    ['00442079460123', 'national', '+442079460123'],
    ['112', 'digits', '112'],
    ['202', 'e164', '202'],
    ['202', 'digits', '202'],
    ['0000', 'international', '0000'],
    ['9999999999', 'digits', '9999999999'],
    ['account-7', 'e164', 'account-7'],
    ['', 'digits', ''],
  ];
  for (const [given, format, read] of cases) {
    it(`${given} in ${format}: ${read}`, () => {
      assert.equal(trunkNumbers.read(given, inNl(format)), read);
    });
  }

  it('is what was written, for every Dutch number and every format', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 612_345_600, max: 612_345_699 }),
        fc.constantFrom(...numberFormats),
        (digits, format) => {
          const number = `+31${String(digits)}`;
          assert.equal(trunkNumbers.read(trunkNumbers.write(number, inNl(format)), inNl(format)), number);
        },
      ),
    );
  });
});
