import assert from 'node:assert/strict';
import { parseIp } from '../../../../src/kernel/ip-address.ts';
import { contains, parseNetwork } from '../../../../src/sip-engine/transport/network.ts';

function holds(cidr: string, address: string): boolean {
  const [network, ip] = [parseNetwork(cidr), parseIp(address)];
  assert.ok(network !== undefined && ip !== undefined);
  return contains(network, ip);
}

describe('networks', () => {
  it('hold the addresses of their prefix', () => {
    assert.ok(holds('192.168.4.0/22', '192.168.7.255'));
    assert.ok(!holds('192.168.4.0/22', '192.168.8.0'));
    assert.ok(holds('0.0.0.0/0', '8.8.8.8'));
    assert.ok(holds('203.0.113.9', '203.0.113.9'));
    assert.ok(!holds('203.0.113.9', '203.0.113.8'));
    assert.ok(holds('2001:db8::/32', '2001:db8:ffff::1'));
    assert.ok(!holds('2001:db8::/32', '2001:db9::1'));
    assert.ok(holds('2001:db8:0:0:8000::/65', '2001:db8::9000:0:0:1'));
    assert.ok(!holds('2001:db8:0:0:8000::/65', '2001:db8::1'));
    assert.ok(holds('::1/128', '::1'));
  });

  it('hold addresses of their own family only, where IPv4 written as IPv6 is IPv4', () => {
    assert.ok(!holds('0.0.0.0/0', '::1'));
    assert.ok(!holds('::/0', '127.0.0.1'));
    assert.ok(holds('10.0.0.0/8', '::ffff:10.1.2.3'));
    assert.ok(holds('::ffff:10.0.0.0/104', '10.1.2.3'));
  });

  it('are refused where they are none', () => {
    for (const text of [
      '10.0.0.0/33',
      '10.0.0/8',
      '300.1.1.1',
      'x',
      '10.0.0.0/',
      '::1/129',
      '::ffff:10.0.0.0/8',
      '::/0/0',
      '',
    ]) {
      assert.equal(parseNetwork(text), undefined, text);
    }
  });
});
