import assert from 'node:assert/strict';
import { ownAddress } from '../../../../src/media/relay/own-address.ts';

describe('the address of ours that a party is told', () => {
  const behindNat = ownAddress({ externalAddress: '203.0.113.5', localNetworks: ['10.1.0.0/16'] });

  it('is the one its signalling goes through', () => {
    assert.equal(ownAddress({ externalAddress: undefined, localNetworks: [] })('192.0.2.1'), '192.0.2.1');
  });

  it('is the external one, if there is one', () => {
    assert.equal(behindNat('172.31.0.4'), '203.0.113.5');
  });

  it('is never one of another family than its signalling came by', () => {
    assert.equal(behindNat('2001:db8::1'), '2001:db8::1');
    const behindNat6 = ownAddress({ externalAddress: '2001:db8::5', localNetworks: [] });
    assert.equal(behindNat6('2001:db8::1'), '2001:db8::5');
    assert.equal(behindNat6('172.31.0.4'), '172.31.0.4');
    assert.equal(behindNat6('::1'), '::1');
  });

  it('is as it stands in a local network, and on this machine', () => {
    assert.equal(behindNat('10.1.2.3'), '10.1.2.3');
    assert.equal(behindNat('127.0.0.1'), '127.0.0.1');
  });
});
