import assert from 'node:assert/strict';
import { targetOf } from '../../../../src/sip-engine/transport/target.ts';

describe('the next hop', () => {
  it('is a UDP port 5060 that may become TCP, unless the URI says more', () => {
    assert.deepEqual(targetOf('sip:bob@192.0.2.1'), {
      host: '192.0.2.1',
      name: '192.0.2.1',
      port: 5060,
      wish: { transport: 'udp', address: undefined, port: undefined },
      lookUp: 'naptr',
      fixed: false,
      onlyOpen: false,
    });
  });

  it('names our own socket where there are several', () => {
    assert.deepEqual(targetOf('sip:192.0.2.1:40123;transport=UDP;local-address=203.0.113.9;local-port=5061'), {
      host: '192.0.2.1',
      name: '192.0.2.1',
      port: 40123,
      wish: { transport: 'udp', address: '203.0.113.9', port: 5061 },
      lookUp: 'address',
      fixed: true,
      onlyOpen: false,
    });
  });

  it('is a port 5061 for TLS, which sips means', () => {
    const where = (uri: string): unknown => {
      const target = targetOf(uri);
      return target === undefined || 'unsupported' in target
        ? target
        : [target.wish.transport, target.port, target.onlyOpen];
    };
    assert.deepEqual(where('sip:x;transport=tls'), ['tls', 5061, false]);
    assert.deepEqual(where('sips:x'), ['tls', 5061, false]);
    assert.deepEqual(where('sips:x:7000;transport=tcp'), ['tls', 7000, false]);
    assert.deepEqual(where('sip:192.0.2.1:40123;transport=tls;local-port=5061'), ['tls', 40123, true]);
  });

  it('is never dialled over WebSocket', () => {
    const ways = [
      'sip:192.0.2.1:40123;transport=ws',
      'sip:192.0.2.1:40123;transport=wss',
      'sips:192.0.2.1;transport=ws',
    ].map(targetOf);
    assert.ok(ways.every((target) => target !== undefined && !('unsupported' in target) && target.onlyOpen));
  });

  it('is where maddr says, and leaves to DNS what the URI leaves open', () => {
    const target = (uri: string): unknown => {
      const found = targetOf(uri);
      return found === undefined || 'unsupported' in found ? found : [found.host, found.port, found.lookUp];
    };
    assert.deepEqual(target('sip:a.test;maddr=192.0.2.9'), ['192.0.2.9', 5060, 'naptr']);
    assert.deepEqual(target('sip:a.test:5070;maddr=[2001:db8::9]'), ['2001:db8::9', 5070, 'address']);
    assert.deepEqual(target('sip:a.test;transport=tcp'), ['a.test', 5060, 'srv']);
  });

  it('is refused on transports that we lack, and where it is no SIP URI', () => {
    assert.deepEqual(targetOf('sip:x;transport=sctp'), { unsupported: 'sctp' });
    assert.deepEqual(targetOf('sip:x;transport=toString'), { unsupported: 'tostring' });
    assert.equal(targetOf('tel:+31851234567'), undefined);
    assert.equal(targetOf('nonsense'), undefined);
  });
});
