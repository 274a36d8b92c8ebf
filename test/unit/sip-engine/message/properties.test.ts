import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Headers } from '../../../../src/sip-engine/message/headers.ts';
import { parseNameAddr, printNameAddr, splitList } from '../../../../src/sip-engine/message/name-addr.ts';
import { parseMessage } from '../../../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../../../src/sip-engine/message/print.ts';
import { StreamFramer } from '../../../../src/sip-engine/message/stream-framer.ts';
import type { SipMessage } from '../../../../src/sip-engine/message/types.ts';
import { parseUri, printUri, type SipUri } from '../../../../src/sip-engine/message/uri.ts';
import { parseVia, printVia, type Via } from '../../../../src/sip-engine/message/via.ts';

const corpusFolder = new URL('../../../torture/rfc4475/', import.meta.url);
const corpus = readdirSync(corpusFolder)
  .filter((file) => file.endsWith('.dat'))
  .map((file) => readFileSync(new URL(file, corpusFolder)));

/** Plain objects, as ours are: deepEqual tells them from those without a prototype. */
const record = <Shape>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc.record(shape, { noNullPrototype: true });

const tokenCharacters = Array.from("abcXYZ019-.!%*_+`'~");
const token = fc.string({ unit: fc.constantFrom(...tokenCharacters), minLength: 1, maxLength: 12 });
const word = fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019-_.')), minLength: 1, maxLength: 12 });
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
const port = fc.option(fc.nat(65_535), { nil: undefined });
const params = fc.array(record({ name: word, value: fc.option(word, { nil: undefined }) }), { maxLength: 4 });
/** As a value stands after unfolding: one line, no blanks around it. */
const line = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/[\r\n]/g, ' ').trim());

const via: fc.Arbitrary<Via> = record({
  protocol: fc.constant('SIP/2.0'),
  transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'WSS'),
  host,
  port,
  params,
});

const sipUri: fc.Arbitrary<SipUri> = fc
  .record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: fc.option(word, { nil: undefined }),
    host,
    port,
    params,
    headers: params,
  })
  .map((uri) => ({ ...uri, password: undefined }));

const fields = fc.array(
  fc.tuple(
    token.map((name) => `X-${name}`),
    line,
  ),
  { maxLength: 8 },
);

const message: fc.Arbitrary<SipMessage> = fc
  .record({
    method: token.filter((method) => !/^sip$/i.test(method)),
    status: fc.integer({ min: 100, max: 699 }),
    reason: line,
    isRequest: fc.boolean(),
    uri: sipUri.map((uri) => printUri({ ...uri, headers: [] })),
    top: via,
    display: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text)),
    extra: fields,
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ method, status, reason, isRequest, uri, top, display, extra, body: bytes }) => {
    const headers = Headers.from([
      ['Via', printVia(top)],
      ['From', printNameAddr({ display, uri: 'sip:alice@example.com', params: [{ name: 'tag', value: 'a' }] })],
      ['To', '<sip:bob@example.com>'],
      ['Call-ID', 'c1'],
      ['CSeq', `1 ${method}`],
      ...extra,
      ['Content-Length', String(bytes.length)],
    ]);
    const body = Buffer.from(bytes);
    return isRequest
      ? { kind: 'request', method, uri, headers, body }
      : { kind: 'response', status, reason, headers, body };
  });

describe('what is printed parses back equal', () => {
  it('a message', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const read = parseMessage(printMessage(sent));
        assert.ok(read.ok, read.ok ? '' : read.error.why);
        const { headers, ...rest } = read.value;
        const { headers: given, ...expected } = sent;
        assert.deepEqual(rest, expected);
        assert.deepEqual([...headers], [...given]);
      }),
    );
  });

  it('a Via', () => {
    fc.assert(fc.property(via, (given) => assert.deepEqual(parseVia(printVia(given)), given)));
  });

  it('a URI', () => {
    fc.assert(fc.property(sipUri, (given) => assert.deepEqual(parseUri(printUri(given)), given)));
  });

  it('an address, whatever its display name is, also in a list', () => {
    const address = record({
      display: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      uri: sipUri.map(printUri),
      params,
    });
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), (given) => {
        const list = splitList(given.map(printNameAddr).join(', '));
        assert.deepEqual(list.map(parseNameAddr), given);
      }),
    );
  });
});

describe('no bytes break the reader', () => {
  const survives = (bytes: Buffer): void => {
    const read = parseMessage(bytes);
    if (read.ok) assert.ok(parseMessage(printMessage(read.value)).ok, 'what was accepted is refused when printed');
    new StreamFramer().feed(bytes);
  };

  it('random ones', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => survives(Buffer.from(bytes))));
  });

  it('good messages, broken somewhere', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\r\n', '\r\n ', '\r', '\n', '"', '<', '>', ',', ';', '=', ':', '\\', '%', '\0', '@', 'l: 0\r\n')
        .map((text) => Buffer.from(text)),
    );
    const cut = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(20), put: piece });
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.array(cut, { maxLength: 4 }), (good, cuts) => {
        let bytes = good;
        for (const { at, drop, put } of cuts) {
          const from = Math.floor(at * bytes.length);
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + drop)]);
        }
        survives(bytes);
      }),
      { numRuns: 500 },
    );
  });

  // Each would take minutes if some part of the reader were quadratic; a busy machine is allowed for.
  for (const [what, text] of [
    ['folds', '\r\n '.repeat(20_000)],
    ['blanks', `X:${' '.repeat(60_000)}x\r\n`],
    ['blanks in a Via', `Via: SIP/2.0/UDP${' '.repeat(60_000)}x${' '.repeat(4)}\r\n`],
    ['commas', `Contact: ${'<sip:a>,'.repeat(7_000)}\r\n`],
    ['open quotes', `Contact: ${'"<'.repeat(30_000)}\r\n`],
    ['escapes', `Contact: "${'\\'.repeat(60_000)}\r\n`],
    ['parameters', `Contact: <sip:a@b>${';a="x"'.repeat(10_000)}\r\n`],
    ['colons', `Via: SIP/2.0/UDP a${' : '.repeat(20_000)}\r\n`],
    ['names without a colon', 'abc\r\n'.repeat(12_000)],
    ['line feeds', '\n'.repeat(60_000)],
    ['carriage returns', '\r'.repeat(60_000)],
  ] as const) {
    it(`64 KiB of ${what} in linear time`, () => {
      const rest = 'Via: SIP/2.0/UDP a\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 A\r\n';
      const bytes = Buffer.from(`A sip:a@b SIP/2.0\r\n${text}${rest}l: 0\r\n\r\n`);
      const before = process.cpuUsage();
      parseMessage(bytes, { bytes: 70_000, fields: 100_000, fieldLength: 70_000, uriLength: 70_000, vias: 70_000 });
      parseMessage(bytes);
      const { user } = process.cpuUsage(before);
      assert.ok(user < 200_000, `it took ${String(user / 1000)} ms`);
    });
  }
});

describe('the framer', () => {
  const unit = fc.oneof(
    message.map(printMessage),
    fc.constant(Buffer.from('\r\n\r\n')),
    fc.constant(Buffer.from('\r\n')),
  );

  it('gives the same messages and pings for any chunking, and every message that was sent', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 300 })), (units, sizes) => {
        const stream = Buffer.concat(units);
        const whole = framesOf([stream]);
        assert.deepEqual(framesOf(chunksOf(stream, sizes)), whole);
        assert.deepEqual(framesOf(chunksOf(stream, [], 1)), whole);
        const messages = units.filter((bytes) => bytes.length > 4).map((bytes) => bytes.toString('latin1'));
        assert.deepEqual(
          whole.filter((frame) => frame.length > 4),
          messages,
        );
      }),
    );
  });

  it('finds the same fault for any chunking of anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.constantFrom(...corpus), fc.nat(200), (one, other, size) => {
        const stream = Buffer.concat([one, other]);
        assert.deepEqual(framesOf(chunksOf(stream, [], size + 1)), framesOf([stream]));
      }),
    );
  });

  it('takes a message byte by byte in linear time', () => {
    const bytes = Buffer.from(`A sip:a SIP/2.0\r\nX: ${'x'.repeat(60_000)}\r\nl: 5000\r\n\r\n${'x'.repeat(5000)}`);
    const before = process.cpuUsage();
    const found = framesOf(chunksOf(bytes, [], 1));
    assert.equal(found.length, 1);
    assert.ok(process.cpuUsage(before).user < 1_000_000);
  });
});

/** Messages and pings; a pong may be told early, so it depends on the chunks. */
function framesOf(chunks: Buffer[]): string[] {
  const framer = new StreamFramer();
  return chunks
    .flatMap((chunk) => framer.feed(chunk))
    .filter(({ kind }) => kind !== 'pong')
    .map((frame) =>
      frame.kind === 'message'
        ? frame.bytes.toString('latin1')
        : frame.kind === 'fault'
          ? `${String(frame.malformed.status)} ${frame.malformed.why}`
          : frame.kind,
    );
}

function chunksOf(bytes: Buffer, sizes: number[], afterwards = 1000): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  for (; at < bytes.length; at += afterwards) chunks.push(bytes.subarray(at, at + afterwards));
  return chunks;
}
