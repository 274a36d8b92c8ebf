import assert from 'node:assert/strict';
import type { Listener } from '../../../../src/sip-engine/transport/flow.ts';
import {
  contains,
  ipv4Number,
  OwnAddresses,
  parseNetwork,
} from '../../../../src/sip-engine/transport/local-address.ts';

const udp = (address: string, port = 5060): Listener => ({ transport: 'udp', address, port });
const interfaces = new Map([
  ['127.0.0.1', '127.0.0.1/8'],
  ['10.1.2.3', '10.1.2.3/24'],
  ['203.0.113.9', '203.0.113.9/28'],
]);
const listeners = [udp('127.0.0.1'), udp('10.1.2.3'), udp('203.0.113.9'), udp('203.0.113.9', 5061)];

describe('our own addresses', () => {
  const own = new OwnAddresses(listeners, interfaces, undefined);
  const chosen = (target: string): string | undefined => own.choose(target, { transport: 'udp' })?.address;

  it('choose the listener whose network holds the target', () => {
    assert.equal(chosen('10.1.2.77'), '10.1.2.3');
    assert.equal(chosen('203.0.113.2'), '203.0.113.9');
    assert.equal(chosen('127.0.0.9'), '127.0.0.1');
  });

  it('choose the one with most leading octets in common else, and loopback last', () => {
    assert.equal(chosen('10.9.9.9'), '10.1.2.3');
    assert.equal(chosen('203.0.114.1'), '203.0.113.9');
    assert.notEqual(chosen('198.51.100.1'), '127.0.0.1');
  });

  it('choose what was asked for, or nothing', () => {
    assert.equal(own.choose('198.51.100.1', { transport: 'udp', port: 5061 })?.port, 5061);
    assert.equal(own.choose('10.1.2.77', { transport: 'udp', address: '127.0.0.1' })?.address, '127.0.0.1');
    assert.equal(own.choose('10.1.2.77', { transport: 'udp', port: 9 }), undefined);
    assert.equal(own.choose('10.1.2.77', { transport: 'tcp' }), undefined);
  });

  it('are told by their outer name to whom is outside', () => {
    const behind = new OwnAddresses(listeners, interfaces, { address: '198.51.100.50', localNetworks: ['10.0.0.0/8'] });
    const inside = udp('10.1.2.3');
    assert.equal(behind.nameFor(inside, '192.0.2.5'), '198.51.100.50');
    assert.equal(behind.nameFor(inside, '10.200.0.1'), '10.1.2.3');
    assert.equal(behind.nameFor(udp('127.0.0.1'), '127.0.0.5'), '127.0.0.1');
    assert.equal(own.nameFor(inside, '192.0.2.5'), '10.1.2.3');
    assert.ok(behind.isOwn('198.51.100.50', 5060, 'udp'));
    assert.ok(!behind.isOwn('198.51.100.50', 5070, 'udp'));
  });
});

describe('networks', () => {
  it('hold the addresses of their prefix', () => {
    const network = parseNetwork('192.168.4.0/22');
    assert.ok(network);
    assert.ok(contains(network, ipv4Number('192.168.7.255') ?? 0));
    assert.ok(!contains(network, ipv4Number('192.168.8.0') ?? 0));
    const all = parseNetwork('0.0.0.0/0');
    assert.ok(all !== undefined && contains(all, ipv4Number('8.8.8.8') ?? 0));
  });

  it('are refused where they are none', () => {
    for (const text of ['10.0.0.0/33', '10.0.0/8', '300.1.1.1', 'x', '10.0.0.0/']) {
      assert.equal(parseNetwork(text), undefined, text);
    }
  });
});
