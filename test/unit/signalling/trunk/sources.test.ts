import assert from 'node:assert/strict';
import { newTrunk } from '../../../../src/directory/new.ts';
import type { Trunk, TrunkId } from '../../../../src/directory/types.ts';
import { TrunkSources } from '../../../../src/signalling/trunk/sources.ts';

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

describe('networks that are none', () => {
  it('are passed over, so that one damaged trunk does not end the calls of all', () => {
    const damaged = ['', 'x', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/x', '::/129', '999.0.0.1'];
    const broken = newTrunk({ id: 'broken' as TrunkId, host: '192.0.2.1', sources: damaged });
    const sound = newTrunk({ id: 'sound' as TrunkId, host: '192.0.2.2', sources: ['10.0.0.0/8'] });
    assert.equal(new TrunkSources([broken, sound]).at('10.0.0.1')?.id, 'sound');
  });
});
