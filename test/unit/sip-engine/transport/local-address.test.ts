import assert from 'node:assert/strict';
import type { Listener } from '../../../../src/sip-engine/transport/flow.ts';
import { OwnAddresses } from '../../../../src/sip-engine/transport/local-address.ts';

const udp = (address: string, port = 5060): Listener => ({ transport: 'udp', address, port });
const interfaces = new Map([
  ['127.0.0.1', '127.0.0.1/8'],
  ['10.1.2.3', '10.1.2.3/24'],
  ['203.0.113.9', '203.0.113.9/28'],
  ['::1', '::1/128'],
  ['2001:db8:1::5', '2001:db8:1::5/64'],
  ['fd00::5', 'fd00::5/64'],
]);
const listeners = [udp('127.0.0.1'), udp('10.1.2.3'), udp('203.0.113.9'), udp('203.0.113.9', 5061)];
const both = [...listeners, udp('::1'), udp('2001:db8:1::5'), udp('fd00::5')];

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

  it('choose one of the family of the target', () => {
    const dual = new OwnAddresses(both, interfaces, undefined);
    const via = (target: string): string | undefined => dual.choose(target, { transport: 'udp' })?.address;
    assert.equal(via('10.1.2.77'), '10.1.2.3');
    assert.equal(via('::ffff:10.1.2.77'), '10.1.2.3');
    assert.equal(via('fd00::77'), 'fd00::5');
    assert.equal(via('2001:db8:ffff::1'), '2001:db8:1::5');
    assert.equal(via('::1'), '::1');
    assert.equal(chosen('2001:db8:ffff::1'), undefined);
    assert.equal(dual.choose('2001:db8::1', { transport: 'udp', address: 'FD00:0::5' })?.address, 'fd00::5');
  });

  it('are known in every spelling', () => {
    const dual = new OwnAddresses(both, interfaces, undefined);
    assert.ok(dual.isOwn('2001:DB8:1:0:0:0:0:5', 5060, 'udp'));
    assert.ok(dual.isOwn('::FFFF:10.1.2.3', 5060, 'udp'));
    assert.ok(!dual.isOwn('2001:db8:1::6', 5060, 'udp'));
  });

  it('are told by their outer name to whom is outside', () => {
    const behind = new OwnAddresses(listeners, interfaces, { address: '198.51.100.50', localNetworks: ['10.0.0.0/8'] });
    const inside = listeners[1]!;
    assert.equal(behind.nameFor(inside, '192.0.2.5'), '198.51.100.50');
    assert.equal(behind.nameFor(inside, '10.200.0.1'), '10.1.2.3');
    assert.equal(behind.nameFor(listeners[0]!, '127.0.0.5'), '127.0.0.1');
    assert.equal(own.nameFor(inside, '192.0.2.5'), '10.1.2.3');
    assert.ok(behind.isOwn('198.51.100.50', 5060, 'udp'));
    assert.ok(!behind.isOwn('198.51.100.50', 5070, 'udp'));
  });

  it('are told by the outer name of the listener itself, where it has one, and of its family', () => {
    const [loopback, ten, six] = [udp('127.0.0.1'), udp('10.1.2.3'), udp('2001:db8:1::5')];
    const outer = new OwnAddresses(
      [loopback, ten, six],
      interfaces,
      { address: '198.51.100.50', localNetworks: [] },
      new Map([[ten, { address: '198.51.100.60', localNetworks: ['192.0.2.0/24'], names: ['SIP.Example.com'] }]]),
    );
    assert.equal(outer.nameFor(ten, '203.0.113.5'), '198.51.100.60');
    assert.equal(outer.nameFor(ten, '192.0.2.5'), '10.1.2.3');
    assert.equal(outer.nameFor(loopback, '203.0.113.5'), '198.51.100.50');
    assert.equal(outer.nameFor(six, '2001:db8:9::1'), '2001:db8:1::5');
    assert.deepEqual([outer.outerName(ten), outer.outerName(six)], ['198.51.100.60', '2001:db8:1::5']);
    assert.ok(outer.isOwn('sip.example.com', 5060, 'udp') && outer.isOwn('198.51.100.60', 5060, 'udp'));
    assert.ok(!outer.isOwn('sip.example.com', 5070, 'udp') && !outer.isOwn('www.example.com', 5060, 'udp'));
  });
});
