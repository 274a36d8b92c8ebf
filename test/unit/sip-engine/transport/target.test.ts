import assert from 'node:assert/strict';
import { targetOf } from '../../../../src/sip-engine/transport/target.ts';

describe('the next hop', () => {
  it('is a UDP port 5060 that may become TCP, unless the URI says more', () => {
    assert.deepEqual(targetOf('sip:bob@192.0.2.1'), {
      host: '192.0.2.1',
      port: 5060,
      wish: { transport: 'udp', address: undefined, port: undefined },
      fixed: false,
      onlyOpen: false,
    });
  });

  it('names our own socket where there are several', () => {
    assert.deepEqual(targetOf('sip:192.0.2.1:40123;transport=UDP;local-address=203.0.113.9;local-port=5061'), {
      host: '192.0.2.1',
      port: 40123,
      wish: { transport: 'udp', address: '203.0.113.9', port: 5061 },
      fixed: true,
      onlyOpen: false,
    });
  });

  it('is refused on transports that we lack, and where it is no SIP URI', () => {
    assert.deepEqual(targetOf('sip:x;transport=tls'), { unsupported: 'tls' });
    assert.deepEqual(targetOf('sips:x'), { unsupported: 'tls' });
    assert.equal(targetOf('tel:+31851234567'), undefined);
    assert.equal(targetOf('nonsense'), undefined);
  });
});
