import assert from 'node:assert/strict';
import { networkList, sourceOf } from '../../../../src/sip-engine/transport/source.ts';

describe('sourceOf', () => {
  it('is the address for IPv4, however it is written', () => {
    assert.equal(sourceOf('192.0.2.1'), '192.0.2.1');
    assert.equal(sourceOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(sourceOf('::FFFF:192.0.2.1'), '192.0.2.1');
  });

  it('is the /64 for IPv6, in whatever spelling', () => {
    for (const address of [
      '2001:db8:1:2::1',
      '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff',
      '2001:db8:1:2:3::',
      '2001:db8:1:2::192.0.2.1',
      '2001:db8:1:2::1%eth0',
    ]) {
      assert.equal(sourceOf(address), '2001:db8:1:2::/64', address);
    }
    assert.equal(sourceOf('2001:db8::1'), '2001:db8::/64');
    assert.equal(sourceOf('fe80::1%eth0'), 'fe80::/64');
    assert.equal(sourceOf('::1'), '::/64');
    assert.notEqual(sourceOf('2001:db8:1:3::1'), sourceOf('2001:db8:1:2::1'));
  });
});

describe('networkList', () => {
  it('knows its networks in both families, and a single address', () => {
    const list = networkList(['192.0.2.0/24', '198.51.100.7', '2001:db8::/32']);
    for (const address of ['192.0.2.9', '::ffff:192.0.2.9', '198.51.100.7', '2001:db8:5::1']) {
      assert.ok(list.has(address), address);
    }
    for (const address of ['192.0.3.1', '198.51.100.8', '2001:db9::1']) assert.ok(!list.has(address), address);
    assert.ok(!networkList([]).has('192.0.2.9'));
  });

  it('says what is no network, and how one is written', () => {
    for (const wrong of ['example.com', '192.0.2.0/33', '2001:db8::/129', '192.0.2.0/x', '']) {
      assert.throws(() => networkList([wrong]), /is no network: write it like/);
    }
  });
});
