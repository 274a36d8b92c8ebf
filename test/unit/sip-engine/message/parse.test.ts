import assert from 'node:assert/strict';
import { defaultLimits } from '../../../../src/sip-engine/message/limits.ts';
import { parseMessage } from '../../../../src/sip-engine/message/parse.ts';
import type { Malformed, SipMessage } from '../../../../src/sip-engine/message/types.ts';

const lines = (...text: string[]): Buffer => Buffer.from(text.join('\r\n'));

const options = [
  'OPTIONS sip:bob@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  'Max-Forwards: 70',
  'From: <sip:alice@example.com>;tag=a',
  'To: <sip:bob@example.com>',
  'Call-ID: c1',
  'CSeq: 7 OPTIONS',
];

const response = ['SIP/2.0 200 OK', ...options.slice(1)];

/** The lines with the one that starts with `start` replaced, or dropped. */
const but = (message: string[], start: string, ...by: string[]): string[] =>
  message.flatMap((line) => (line.startsWith(start) ? by : [line]));

function read(message: string[], body = ''): SipMessage {
  const result = parseMessage(lines(...message, '', body));
  assert.ok(result.ok, result.ok ? '' : result.error.why);
  return result.value;
}

function refused(bytes: Buffer): Malformed {
  const result = parseMessage(bytes);
  assert.ok(!result.ok, 'it was accepted');
  return result.error;
}

const refusal = (...message: string[]): [number | undefined, string] => {
  const { status, why } = refused(lines(...message, '', ''));
  return [status, why];
};

describe('parseMessage', () => {
  it('reads a request', () => {
    const message = read([...options, 'Content-Length: 3'], 'abc');
    assert.ok(message.kind === 'request');
    assert.deepEqual([message.method, message.uri], ['OPTIONS', 'sip:bob@example.com']);
    assert.equal(message.headers.get('call-id'), 'c1');
    assert.equal(message.body.toString(), 'abc');
  });

  it('reads a response, with or without a reason', () => {
    const ok = read(response);
    assert.ok(ok.kind === 'response');
    assert.deepEqual([ok.status, ok.reason], [200, 'OK']);
    const bare = read(but(response, 'SIP/2.0', 'SIP/2.0 486'));
    assert.ok(bare.kind === 'response');
    assert.deepEqual([bare.status, bare.reason], [486, '']);
  });

  it('skips line ends before the start line', () => {
    assert.ok(parseMessage(lines('', '', ...options, '', '')).ok);
  });

  it('unfolds with one space and keeps the order and spelling of names', () => {
    const message = read([...options, 'subject: one', '  two', '\tthree ', 's: four']);
    assert.deepEqual([...message.headers].slice(-2), [
      ['subject', 'one two three'],
      ['s', 'four'],
    ]);
    assert.deepEqual(message.headers.all('Subject'), ['one two three', 'four']);
  });

  it('takes the rest of the datagram where there is no Content-Length, and no more than it says', () => {
    assert.equal(read(options, 'abc').body.toString(), 'abc');
    assert.equal(read([...options, 'l: 2'], 'abc').body.toString(), 'ab');
  });

  it('refuses a body that is shorter than Content-Length, and drops such a response', () => {
    assert.deepEqual(refusal(...options, 'l: 1'), [400, 'Body shorter than Content-Length']);
    assert.deepEqual(refusal(...response, 'l: 1'), [undefined, 'Body shorter than Content-Length']);
  });

  it('refuses a Content-Length that is no number', () => {
    for (const length of ['-1', '', '1 1', '0x1', '1.5', '1,1', '99999999999999999999']) {
      assert.deepEqual(refusal(...options, `Content-Length: ${length}`), [400, 'Bad Content-Length'], length);
    }
  });

  it('refuses a request without a field that must be there; only Max-Forwards may be absent', () => {
    for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
      assert.deepEqual(refusal(...but(options, name)), [400, `Missing ${name}`]);
      assert.deepEqual(refusal(...but(response, name)), [undefined, `Missing ${name}`]);
    }
    assert.deepEqual(refusal(...but(options, 'Via')), [undefined, 'Missing Via']);
    read(but(options, 'Max-Forwards'));
  });

  it('refuses two of what there can be one of, under whatever name', () => {
    for (const [line, told] of [
      ['f: <sip:eve@example.com>;tag=e', 'f'],
      ['To: <sip:eve@example.com>', 'To'],
      ['i: c2', 'i'],
      ['CSEQ: 7 OPTIONS', 'CSEQ'],
      ['Max-Forwards: 70', 'Max-Forwards'],
    ] as const) {
      assert.deepEqual(refusal(...options, line), [400, `More than one ${told}`]);
    }
    assert.deepEqual(refusal(...options, 'l: 0', 'Content-Length: 0'), [400, 'More than one Content-Length']);
  });

  it('refuses a CSeq that is not the request’s or not below 2**31', () => {
    assert.deepEqual(refusal(...but(options, 'CSeq', 'CSeq: 7 INVITE')), [
      400,
      'CSeq method is not that of the request',
    ]);
    for (const cseq of ['2147483648 OPTIONS', 'OPTIONS', '7', '-7 OPTIONS', '7OPTIONS']) {
      assert.deepEqual(refusal(...but(options, 'CSeq', `CSeq: ${cseq}`)), [400, 'Bad CSeq'], cseq);
    }
    read(but(options, 'CSeq', 'CSeq: 2147483647 OPTIONS'));
  });

  it('refuses Max-Forwards over 255', () => {
    assert.deepEqual(refusal(...but(options, 'Max', 'Max-Forwards: 256')), [400, 'Bad Max-Forwards']);
  });

  it('answers another SIP version with 505', () => {
    assert.equal(refusal(...but(options, 'OPTIONS', 'OPTIONS sip:bob@example.com SIP/3.0'))[0], 505);
    read(but(options, 'OPTIONS', 'OPTIONS sip:bob@example.com sip/2.0'));
  });

  it('refuses a malformed request-URI, and leaves an unknown scheme to the application', () => {
    const uris = ['<sip:bob@example.com>', 'sip:b ob@example.com', 'sip:bob@', 'sip:', 'bob', 'sip:bob@example.com:x'];
    for (const uri of uris) {
      const start = `OPTIONS ${uri} SIP/2.0`;
      assert.deepEqual(refusal(...but(options, 'OPTIONS', start)), [400, 'Bad request-URI'], uri);
    }
    for (const uri of ['mailto:bob@example.com', 'urn:service:sos', 'tel:+31851234567', 'sip:[2001:db8::1]:5060']) {
      read(but(options, 'OPTIONS', `OPTIONS ${uri} SIP/2.0`));
    }
  });

  it('drops responses outside 100..699', () => {
    for (const status of ['099', '700', '20', '2000', '-200', 'abc']) {
      assert.equal(refusal(...but(response, 'SIP/2.0', `SIP/2.0 ${status} OK`))[0], undefined, status);
    }
    assert.equal(refusal(...but(response, 'SIP/2.0', 'SIP/3.0 200 OK'))[0], undefined);
  });

  it('drops what is no SIP, and never answers an ACK', () => {
    for (const text of ['', '\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\0\0\0\0', 'OPTIONS']) {
      assert.equal(refused(Buffer.from(text)).status, undefined, JSON.stringify(text));
    }
    const ack = but(but(options, 'OPTIONS', 'ACK sip:bob@example.com SIP/2.0'), 'CSeq', 'CSeq: 8 BYE');
    assert.equal(refusal(...ack)[0], undefined);
  });

  it('refuses lone CR and LF, behind which a field could hide', () => {
    for (const line of ['Subject: a\nl: 0', 'Subject: a\rl: 0', 'Subject: a\n']) {
      assert.deepEqual(refusal(...options, line), [400, 'A line end that is not CRLF'], JSON.stringify(line));
    }
  });

  it('refuses a field without a name', () => {
    for (const line of ['no colon', ': value', 'a name: value', ' folded under nothing']) {
      const message = [options[0] ?? '', line, ...options.slice(1)];
      assert.deepEqual(refusal(...message), [400, 'A header field without a name'], line);
    }
  });

  it('refuses a message that ends among its header fields', () => {
    assert.deepEqual(
      [refused(lines(...options, '')).status, refused(lines(...options)).why],
      [400, 'A line end that is not CRLF'],
    );
    assert.equal(refused(lines(...options, '')).why, 'No empty line after the header fields');
  });

  it('answers 513 over the limits', () => {
    const many = Array.from({ length: 251 }, (_, at) => `X-${String(at)}: x`);
    assert.deepEqual(refusal(...options, ...many), [513, 'More than 256 header fields']);
    const large = refused(lines(...options, `Subject: ${'x'.repeat(70_000)}`, '', ''));
    assert.equal(large.status, 513);
    assert.equal(large.partial?.headers.get('Call-ID'), 'c1');
    const long = parseMessage(lines(...options, '', 'x'.repeat(300)), { ...defaultLimits, bytes: 300 });
    assert.ok(!long.ok && long.error.status === 513);
  });

  it('hands out of a malformed request what the answer needs', () => {
    const { partial } = refused(lines(...options, 'l: -1', 'X-After: yes', '', ''));
    assert.equal(partial?.method, 'OPTIONS');
    for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'X-After']) assert.ok(partial.headers.has(name), name);
  });

  it('reads UTF-8 as UTF-8, and Latin-1 as what it meant', () => {
    const named = but(options, 'From', 'From: "Zoë" <sip:zoe@example.com>;tag=z');
    for (const encoding of ['utf8', 'latin1'] as const) {
      const result = parseMessage(Buffer.from([...named, '', ''].join('\r\n'), encoding));
      assert.ok(result.ok);
      assert.equal(result.value.headers.get('From'), '"Zoë" <sip:zoe@example.com>;tag=z');
    }
    assert.equal(
      read(but(options, 'From', 'From: "\ufffd" <sip:z@example.com>'))
        .headers.get('From')
        ?.at(1),
      '\ufffd',
    );
  });

  it('reads a name that every object has as any other', () => {
    const { headers } = read([...options, 'constructor: c', '__proto__: p', 'toString: t']);
    assert.deepEqual([headers.get('Constructor'), headers.get('__proto__'), headers.get('tostring')], ['c', 'p', 't']);
  });
});
