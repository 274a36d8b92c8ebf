import assert from 'node:assert/strict';
import { type Frame, StreamFramer } from '../../../../src/sip-engine/message/stream-framer.ts';

const message = (body: string, ...fields: string[]): string =>
  [
    'OPTIONS sip:bob@example.com SIP/2.0',
    'Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
    ...fields,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    '',
    body,
  ].join('\r\n');

/** `ping`, `pong`, `fault STATUS WHY`, or the message. */
const told = (frame: Frame): string =>
  frame.kind === 'message'
    ? frame.bytes.toString()
    : frame.kind === 'fault'
      ? `fault ${String(frame.malformed.status)} ${frame.malformed.why}`
      : frame.kind;

const framed = (...chunks: (string | Buffer)[]): string[] => {
  const framer = new StreamFramer();
  return chunks.flatMap((chunk) => framer.feed(Buffer.from(chunk))).map(told);
};

const bytewise = (text: string): string[] => framed(...Array.from(Buffer.from(text), (byte) => Buffer.of(byte)));

describe('StreamFramer', () => {
  const [one, two] = [message('body\r\n\r\nINVITE'), message('')];

  it('cuts by Content-Length, several from one chunk and one from several', () => {
    assert.deepEqual(framed(one + two + one), [one, two, one]);
    assert.deepEqual(bytewise(one + two + one), [one, two, one]);
    assert.deepEqual(framed(one.slice(0, 50), one.slice(50) + two.slice(0, 9), two.slice(9)), [one, two]);
  });

  it('understands the compact, folded and blank-ridden forms of Content-Length as the parser does', () => {
    for (const field of ['l: 3', 'CONTENT-LENGTH  : 3', 'l:\r\n  3', 'L :3 ']) {
      const text = `A sip:a SIP/2.0\r\n${field}\r\n\r\nabc`;
      assert.deepEqual(framed(text + two), [text, two], field);
    }
  });

  it('tells a ping from a pong', () => {
    assert.deepEqual(framed('\r\n\r\n'), ['ping']);
    assert.deepEqual(framed('\r\n'), ['pong']);
    assert.deepEqual(framed('\r\n\r\n\r\n\r\n'), ['ping', 'ping']);
    assert.deepEqual(framed(two + '\r\n\r\n' + two), [two, 'ping', two]);
    assert.deepEqual(framed(two + '\r\n' + two), [two, 'pong', two]);
    assert.deepEqual(framed('\r', '\n\r', '\n'), ['ping']);
  });

  it('makes a ping of a CRLF it took for a pong', () => {
    assert.deepEqual(framed('\r\n', '\r\n'), ['pong', 'ping']);
    assert.deepEqual(framed('\r\n', two, '\r\n'), ['pong', two, 'pong']);
  });

  it('loses the stream without a Content-Length that it can believe, and says what to answer', () => {
    const without = 'OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a\r\n\r\n';
    assert.deepEqual(framed(without + two, two), ['fault 400 Missing Content-Length']);
    assert.deepEqual(framed(message('', 'l: 0') + two), ['fault 400 Bad Content-Length']);
    assert.deepEqual(framed(message('', 'l: -1') + two), ['fault 400 Bad Content-Length']);
    assert.deepEqual(framed(message('', 'X: a\nl: 5') + two), ['fault 400 Bad Content-Length']);
    assert.deepEqual(framed('\r'.repeat(3) + '\n\r\n'), ['fault undefined Missing Content-Length']);
  });

  it('answers 513 to a message of 64 KiB, as soon as it is known to be', () => {
    const declared = 'A sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nl: 65500\r\n\r\n';
    assert.deepEqual(framed(declared), ['fault 513 Message over 65535 bytes']);
    const endless = `A sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nX: ${'x'.repeat(65_536)}`;
    assert.deepEqual(framed(endless), ['fault 513 Message over 65535 bytes']);
    assert.deepEqual(bytewise(endless), ['fault 513 Message over 65535 bytes']);
    const head = 'A sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nl: 65481\r\n\r\n'.length;
    const largest = `A sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nl: ${String(65_535 - head)}\r\n\r\n${'x'.repeat(65_535 - head)}`;
    assert.deepEqual(framed(largest + two), [largest, two]);
  });

  it('keeps what it handed out apart from what it still holds', () => {
    const framer = new StreamFramer();
    framer.feed(Buffer.from(one.slice(0, 20)));
    const [first] = framer.feed(Buffer.from(one.slice(20) + two.slice(0, 30)));
    framer.feed(Buffer.from(two.slice(30) + one.slice(0, 90)));
    assert.equal(first && told(first), one);
  });
});
