import assert from 'node:assert/strict';
import { newTrunk } from '../../../src/directory/new.ts';
import type { Trunk, TrunkId } from '../../../src/directory/types.ts';
import { trunkCaller, TrunkSources } from '../../../src/signalling/trunk-source.ts';

function trunk(id: string, ...sources: readonly string[]): Trunk {
  return newTrunk({ id: id as TrunkId, host: 'sip.example.com', sources });
}

describe('the trunk that an address belongs to', () => {
  const sources = new TrunkSources([
    trunk('one', '192.0.2.0/28', '2001:db8:1::/48'),
    trunk('two', '192.0.2.0/24', '198.51.100.7', '2001:db8:2::5'),
    trunk('silent'),
  ]);
  const cases: readonly (readonly [address: string, id: string | undefined])[] = [
    ['192.0.2.15', 'one'],
    ['192.0.2.16', 'two'],
    ['198.51.100.7', 'two'],
    ['198.51.100.8', undefined],
    ['2001:db8:1:ffff::1', 'one'],
    ['2001:db8:2::5', 'two'],
    ['2001:db8:2::6', undefined],
    ['::ffff:192.0.2.1', 'one'],
    ['127.0.0.1', undefined],
    ['192.0.2.15:5060', undefined],
    ['sip.example.com', undefined],
    ['', undefined],
  ];

  for (const [address, id] of cases) {
    it(`"${address}": ${id ?? 'none'}`, () => {
      assert.equal(sources.at(address)?.id, id);
    });
  }
});

describe('who calls through a trunk', () => {
  const asserted = '"J. Jansen" <sip:+31612345678@carrier.example;user=phone>';
  const from = '"Somebody" <sip:+31851234560@carrier.example>;tag=1';
  const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1';
  const nobody = { number: undefined, name: undefined };

  it('is whom the trunk asserts, whatever From says', () => {
    assert.deepEqual(trunkCaller(asserted, from, undefined), { number: '+31612345678', name: 'J. Jansen' });
    assert.deepEqual(trunkCaller(asserted, anonymous, 'none'), { number: '+31612345678', name: 'J. Jansen' });
  });

  it('is From where nothing is asserted', () => {
    assert.deepEqual(trunkCaller(undefined, from, undefined), { number: '+31851234560', name: 'Somebody' });
  });

  for (const privacy of ['id', 'ID', 'user;id', 'header; user', 'id;critical']) {
    it(`is nobody with Privacy: ${privacy}`, () => {
      assert.deepEqual(trunkCaller(asserted, from, privacy), nobody);
    });
  }

  const fields: readonly (readonly [field: string, number: string | undefined, name: string | undefined])[] = [
    [anonymous, undefined, undefined],
    ['<sip:Anonymous@carrier.example>', undefined, undefined],
    ['"Jan" <sip:restricted@192.0.2.1>', undefined, undefined],
    ['<sip:unknown@unknown.invalid>;tag=1', undefined, undefined],
    ['<sip:@192.0.2.1>', undefined, undefined],
    ['<sip:carrier.example>;tag=1', undefined, undefined],
    ['sip:carrier.example;tag=1', undefined, undefined],
    ['', undefined, undefined],
    ['sip:+31612345678@carrier.example;tag=1', '+31612345678', undefined],
    ['<tel:+31612345678;cpc=ordinary>', '+31612345678', undefined],
    ['tel:+31612345678', '+31612345678', undefined],
    ['<sip:+31612345678;npdi=yes@carrier.example>', '+31612345678', undefined],
    ['<sip:%2B31612345678@carrier.example>', '+31612345678', undefined],
    ['<sip:%zz@carrier.example>', undefined, undefined],
    ['+31612345678 <sip:+31612345678@carrier.example>', '+31612345678', undefined],
    ['"Say \\"hi\\", \\\\" <sips:0612345678@carrier.example>', '0612345678', 'Say "hi", \\'],
    ['"sip:112@example.com" <sip:+31612345678@carrier.example>', '+31612345678', 'sip:112@example.com'],
    ['"<sip:112@example.com>" <sip:+31612345678@carrier.example>', '+31612345678', '<sip:112@example.com>'],
    ['<sip:+31612345678@carrier.example>, <tel:+31851234567>', '+31612345678', undefined],
  ];
  for (const [field, number, name] of fields) {
    it(`${field}: ${number ?? 'nobody'}, ${name ?? 'without a name'}`, () => {
      assert.deepEqual(trunkCaller(undefined, field, undefined), { number, name });
    });
  }
});
