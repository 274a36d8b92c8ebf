import assert from 'node:assert/strict';
import { Headers } from '../../../../src/sip-engine/message/headers.ts';
import { printMessage } from '../../../../src/sip-engine/message/print.ts';

const empty = Buffer.alloc(0);

describe('printMessage', () => {
  it('prints names as given, and Content-Length last where there is none', () => {
    const headers = Headers.from([
      ['v', 'SIP/2.0/UDP 192.0.2.1'],
      ['x-mIxed', 'é'],
    ]);
    const bytes = printMessage({ kind: 'request', method: 'INFO', uri: 'sip:a@b', headers, body: Buffer.from('é') });
    assert.equal(
      bytes.toString(),
      'INFO sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.1\r\nx-mIxed: é\r\nContent-Length: 2\r\n\r\né',
    );
  });

  it('puts the right Content-Length in its place, once', () => {
    const headers = Headers.from([
      ['l', '99'],
      ['To', 'x'],
      ['Content-Length', '5'],
    ]);
    const bytes = printMessage({ kind: 'response', status: 200, reason: 'OK', headers, body: empty });
    assert.equal(bytes.toString(), 'SIP/2.0 200 OK\r\nl: 0\r\nTo: x\r\n\r\n');
  });

  it('lets no line end out, wherever it is', () => {
    const headers = Headers.from([
      ['Subject', 'a\r\nX-Evil: 1\n\nb\r'],
      ['X-N\r\name', 'v'],
    ]);
    const request = printMessage({ kind: 'request', method: 'A\nB', uri: 'sip:a\r\n\r\n', headers, body: empty });
    assert.equal(
      request.toString(),
      'A B sip:a  SIP/2.0\r\nSubject: a X-Evil: 1 b \r\nX-N ame: v\r\nContent-Length: 0\r\n\r\n',
    );
    const response = printMessage({
      kind: 'response',
      status: 400,
      reason: 'a\r\nb',
      headers: new Headers(),
      body: empty,
    });
    assert.equal(response.toString(), 'SIP/2.0 400 a b\r\nContent-Length: 0\r\n\r\n');
  });
});
