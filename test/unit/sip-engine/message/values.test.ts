import assert from 'node:assert/strict';
import { parseCSeq, printCSeq } from '../../../../src/sip-engine/message/cseq.ts';
import { parseHostPort, printHostPort } from '../../../../src/sip-engine/message/host-port.ts';
import {
  hasParam,
  paramOf,
  parseParams,
  printParams,
  quoted,
  unquoted,
  withoutParam,
  withParam,
} from '../../../../src/sip-engine/message/params.ts';

describe('header parameters', () => {
  const params = parseParams(';lr; Q = 0.5 ;s="a;b\\",c=d";i=<urn:x>;p=abc==', 0) ?? [];

  it('are read in order, quotes kept, semicolons inside them left alone', () => {
    assert.equal(printParams(params), ';lr;Q=0.5;s="a;b\\",c=d";i=<urn:x>;p=abc==');
    assert.equal(unquoted(paramOf(params, 'S') ?? ''), 'a;b",c=d');
    assert.equal(paramOf(params, 'lr'), '');
    assert.equal(hasParam(params, 'x'), false);
  });

  it('are replaced in their place, added and removed without touching the others', () => {
    assert.equal(printParams(withParam(params, 'q', '1').slice(0, 2)), ';lr;q=1');
    assert.equal(printParams(withParam([], 'rport', undefined)), ';rport');
    assert.equal(printParams(withoutParam(params, 'LR').slice(0, 1)), ';Q=0.5');
  });

  it('are refused where they are none', () => {
    for (const text of [';', ';;a', ';a;', ';=b', ';a=', ';a="b', ';a=b c', 'a', ';a=b,c', ';a="b"c', ';a b']) {
      assert.equal(parseParams(text, 0), undefined, text);
    }
  });

  it('quote and unquote are each other’s way back', () => {
    for (const text of ['', 'a', 'a"b', '\\', '\\"', '"']) assert.equal(unquoted(quoted(text)), text);
  });
});

describe('host and port', () => {
  it('are read and printed, IPv6 in brackets', () => {
    for (const [text, host, port] of [
      ['example.com', 'example.com', undefined],
      ['192.0.2.1:5060', '192.0.2.1', 5060],
      ['[2001:db8::1]', '2001:db8::1', undefined],
      ['[2001:db8::1]:5061', '2001:db8::1', 5061],
    ] as const) {
      assert.deepEqual(parseHostPort(text), { host, port });
      assert.equal(printHostPort({ host, port }), text);
    }
  });

  it('are refused where they are none', () => {
    for (const text of ['', ':5060', 'a:', 'a:65536', 'a:-1', 'a:1:2', '[::1', '::1', '[x]', 'a b', '-a', 'a;b']) {
      assert.equal(parseHostPort(text), undefined, text);
    }
  });
});

describe('CSeq', () => {
  it('is a number and a method', () => {
    assert.deepEqual(parseCSeq('0009 INVITE'), { number: 9, method: 'INVITE' });
    assert.equal(printCSeq({ number: 9, method: 'INVITE' }), '9 INVITE');
    assert.equal(parseCSeq('9 IN VITE'), undefined);
  });
});
