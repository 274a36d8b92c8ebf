import assert from 'node:assert/strict';
import { isEmergencyNumber, mayBeEmergencyNumber } from '../../../src/directory/emergency-numbers.ts';
import { isShortNumber } from '../../../src/directory/libphonenumber/short-numbers.ts';

describe('an emergency number', () => {
  it('is 112 in every country, also in one that we know nothing of', () => {
    for (const country of ['NL', 'BE', 'US', 'ZZ', '']) assert.equal(isEmergencyNumber('112', country), true);
  });

  for (const [number, at, elsewhere] of [
    ['911', 'US', 'NL'],
    ['999', 'GB', 'NL'],
    ['110', 'DE', 'NL'],
    ['101', 'BE', 'NL'],
    ['15', 'FR', 'NL'],
  ] as const) {
    it(`${number} is one in ${at}, and not in ${elsewhere}`, () => {
      assert.equal(isEmergencyNumber(number, at), true);
      assert.equal(isEmergencyNumber(number, elsewhere), false);
    });

    it(`${number} is dialled before any extension in ${at}`, () => {
      assert.equal(isShortNumber(number, at), true);
    });
  }

  it('is none of the services that take calls and send nobody', () => {
    for (const number of ['113', '144', '0900-8844', '1888', '116123', '1121', ''])
      assert.equal(isEmergencyNumber(number, 'NL'), false, number);
  });

  it('is suspected however it is written, and an ordinary number is not', () => {
    for (const dialled of ['112', '1-1-2', '+112', '+31112', '0031 112', '911', '999', '15'])
      assert.equal(mayBeEmergencyNumber(dialled), true, dialled);
    for (const dialled of ['', '201', '0612345112', '+31612345112', '1120', 'alice', '9'.repeat(5000)])
      assert.equal(mayBeEmergencyNumber(dialled), false, dialled);
  });
});
