import assert from 'node:assert/strict';
import { Headers } from '../../../../src/sip-engine/message/headers.ts';
import { paramOf, withParam } from '../../../../src/sip-engine/message/params.ts';
import { parseVia, printVia, replaceTopVia, topVia } from '../../../../src/sip-engine/message/via.ts';

describe('Via', () => {
  it('is read, with blanks where they are legal', () => {
    const via = parseVia('SIP / 2.0 / udp \t example.com : 5080 ; branch = z9hG4bK1 ;rport;received=2001:db8::1');
    assert.ok(via);
    assert.deepEqual([via.protocol, via.transport, via.host, via.port], ['SIP/2.0', 'UDP', 'example.com', 5080]);
    assert.equal(paramOf(via.params, 'rport'), '');
    assert.equal(printVia(via), 'SIP/2.0/UDP example.com:5080;branch=z9hG4bK1;rport;received=2001:db8::1');
  });

  it('has IPv6 hosts in brackets', () => {
    const via = parseVia('SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bK2');
    assert.equal(via?.host, '2001:db8::9');
    assert.equal(printVia(via), 'SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bK2');
  });

  it('is refused where it is none', () => {
    for (const value of [
      ...['', 'SIP/2.0', 'SIP/2.0/UDP', 'SIP/2.0/UDP ', 'SIP/2.0/ example.com', '/2.0/UDP a', 'SIP//UDP a', 'a b c'],
      ...['SIP/2.0/UDP a b', 'SIP/2.0/UDP a:b', 'SIP/2.0/UDP a;;', 'SIP/2.0/UDP a, SIP/2.0/UDP b', ';SIP/2.0/UDP a'],
      ...['SIP/2.0/UDP;a /b'],
    ]) {
      assert.equal(parseVia(value), undefined, value);
    }
  });

  it('on top is the first of the first field, and is replaced alone', () => {
    const headers = Headers.from([
      ['To', 'x'],
      ['v', 'SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2'],
      ['Via', 'SIP/2.0/UDP c;branch=3'],
    ]);
    const top = topVia(headers);
    assert.equal(top?.host, 'a');
    replaceTopVia(headers, { ...top, params: withParam(top.params, 'received', '192.0.2.7') });
    assert.deepEqual(headers.all('Via'), [
      'SIP/2.0/UDP a;branch=1;received=192.0.2.7, SIP/2.0/UDP b;branch=2',
      'SIP/2.0/UDP c;branch=3',
    ]);
    assert.equal(topVia(new Headers()), undefined);
  });
});
