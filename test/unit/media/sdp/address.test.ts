import assert from 'node:assert/strict';
import { addressFamily, normalAddress } from '../../../../src/media/sdp/address.ts';

describe('an address in a session description', () => {
  for (const [written, normal] of [
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['phone.example.com', 'phone.example.com'],
  ] as const) {
    it(`is known as ${normal} when written as ${written}`, () => {
      assert.equal(normalAddress(written), normal);
    });
  }

  it('has a family only where it is whole, and means the same on every machine', () => {
    assert.deepEqual(['192.0.2.7', '::1', 'fe80::1%lo', ':::', '12:30', 'a.example'].map(addressFamily), [
      4,
      6,
      ...Array.from({ length: 4 }),
    ]);
  });
});
