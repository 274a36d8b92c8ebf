import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DivertedBy } from '../../../../src/call/diverted-by.ts';
import { trunkNumbers } from '../../../../src/directory/libphonenumber/trunk-numbers.ts';
import { newTrunk } from '../../../../src/directory/new.ts';
import type { E164, NumberFormat, Trunk, TrunkId } from '../../../../src/directory/types.ts';
import { trunkIdentity } from '../../../../src/signalling/trunk/identity.ts';

const company = '+31851234567' as E164;
const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>';

function trunk(changes: Partial<Trunk> = {}): Trunk {
  return newTrunk({ id: 'carrier' as TrunkId, host: 'sip.carrier.example', ...changes });
}

function identity(
  shown: Partial<Parameters<typeof trunkIdentity>[1]>,
  at: Trunk = trunk(),
): ReturnType<typeof trunkIdentity> {
  return trunkIdentity(at, { number: company, asserted: company, diverted: [], ...shown }, '+31612345678', (number) =>
    trunkNumbers.write(number, at),
  );
}

const by = (number: string, reason: DivertedBy['reason'] = 'unconditional'): DivertedBy => ({ number, reason });

describe('who calls, as a trunk is told', () => {
  const formats: readonly (readonly [NumberFormat, string])[] = [
    ['e164', '+31851234567'],
    ['digits', '31851234567'],
    ['international', '0031851234567'],
    ['national', '0851234567'],
  ];
  for (const [format, written] of formats) {
    it(`is written in its format, everywhere: ${written}`, () => {
      assert.deepEqual(identity({ diverted: [by(company)] }, trunk({ format })), {
        From: `<sip:${written}@localhost>`,
        'P-Asserted-Identity': `<sip:${written}@localhost>`,
        Diversion: `<sip:${written}@sip.carrier.example>;reason=unconditional`,
        'History-Info':
          `<sip:${written}@sip.carrier.example>;index=1, ` +
          `<sip:${trunkNumbers.write('+31612345678', { format, country: 'NL' })}@sip.carrier.example;cause=302>;index=1.1;mp=1`,
      });
    });
  }

  it('is at the carrier’s own domain where we have an account there', () => {
    const { From, 'P-Asserted-Identity': asserted } = identity({}, trunk({ registers: { seconds: 60 } }));
    assert.deepEqual([From, asserted], Array(2).fill(`<sip:${company}@sip.carrier.example>`));
  });

  it('may be an original caller, while the company is asserted', () => {
    assert.deepEqual(identity({ number: '+442079460123' }), {
      From: '<sip:+442079460123@localhost>',
      'P-Asserted-Identity': '<sip:+31851234567@localhost>',
    });
  });

  it('is asserted as it is shown where nothing else is', () => {
    assert.equal(identity({ asserted: undefined })['P-Asserted-Identity'], '<sip:+31851234567@localhost>');
  });

  it('is in P-Asserted-Identity alone when it is withheld', () => {
    assert.deepEqual(identity({ number: undefined }), {
      From: anonymous,
      'P-Asserted-Identity': '<sip:+31851234567@localhost>',
      Privacy: 'id',
    });
  });

  it('is nobody when it is withheld and there is nobody to assert', () => {
    assert.deepEqual(identity({ number: undefined, asserted: undefined }), { From: anonymous, Privacy: 'id' });
  });
});

describe('who sent a call on', () => {
  it('stands in Diversion from the latest, and in History-Info from the first', () => {
    const told = identity({ diverted: [by('+31851234568', 'no-answer'), by('+31851234569', 'user-busy')] });
    assert.equal(
      told['Diversion'],
      '<sip:+31851234568@sip.carrier.example>;reason=no-answer, <sip:+31851234569@sip.carrier.example>;reason=user-busy',
    );
    assert.equal(
      told['History-Info'],
      '<sip:+31851234569@sip.carrier.example>;index=1, ' +
        '<sip:+31851234568@sip.carrier.example;cause=486>;index=1.1;mp=1, ' +
        '<sip:+31612345678@sip.carrier.example;cause=408>;index=1.1.1;mp=1.1',
    );
  });

  it('is the company where it was an extension, once', () => {
    const told = identity({ diverted: [by('202', 'no-answer'), by(company)] });
    assert.equal(told['Diversion'], `<sip:${company}@sip.carrier.example>;reason=no-answer`);
    assert.equal(identity({ diverted: [by('202')], asserted: undefined })['Diversion'], undefined);
  });

  it('is not for the called party when the caller is withheld', () => {
    const told = identity({ number: undefined, diverted: [by('202')] });
    assert.equal(told['Privacy'], 'id;history');
    assert.equal(told['Diversion'], `<sip:${company}@sip.carrier.example>;reason=unconditional;privacy=full`);
  });

  it('cannot write a header of its own, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('+', ''), (text, plus) => {
        const told = identity({ number: `${plus}${text}`, diverted: [by(`${plus}${text}`)] });
        for (const value of Object.values(told)) assert.doesNotMatch(value, /[\r\n]|<[^>]*[<"\s][^>]*>/);
      }),
    );
  });
});
