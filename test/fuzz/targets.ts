import assert from 'node:assert/strict';
import { FrameReader, parseFrame, printFrame } from '../../src/sip-engine/control/frame.ts';
import { defaultLimits, type Limits } from '../../src/sip-engine/message/limits.ts';
import { parseNameAddr, printNameAddr, splitList } from '../../src/sip-engine/message/name-addr.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../src/sip-engine/message/print.ts';
import { responseTo } from '../../src/sip-engine/message/respond.ts';
import { StreamFramer } from '../../src/sip-engine/message/stream-framer.ts';
import type { SipMessage } from '../../src/sip-engine/message/types.ts';
import { uriEquals } from '../../src/sip-engine/message/uri-equality.ts';
import { parseUri, printUri } from '../../src/sip-engine/message/uri.ts';
import { parseVia, printVia } from '../../src/sip-engine/message/via.ts';
import type { Chance } from '../simulation/chance.ts';

/** Each throws when what it says of any bytes at all does not hold. */
export const targets: Readonly<Record<string, (bytes: Buffer, chance: Chance) => void>> = {
  message: whatIsReadPrintsAndReadsTheSame,
  framing: chunksMakeNoDifference,
  control: framesMakeNoDifference,
};

const small: Limits = { bytes: 2000, fields: 20, fieldLength: 300, uriLength: 60, vias: 3 };

function whatIsReadPrintsAndReadsTheSame(bytes: Buffer): void {
  for (const limits of [defaultLimits, small]) {
    const read = parseMessage(bytes, limits);
    const message = read.ok ? read.value : read.error.partial;
    if (message !== undefined) message.headers.each((_name, _key, value) => valueHolds(value));
    if (message?.kind === 'request') uriHolds(message.uri);
    if (read.ok) printsTheSame(read.value);
    else if (read.error.status !== undefined && message?.kind === 'request') {
      isOneMessage(printMessage(responseTo(message, read.error.status, read.error.why, { toTag: 't' })));
    }
  }
}

function printsTheSame(message: SipMessage): void {
  const unlimited: Limits = {
    bytes: Infinity,
    fields: Infinity,
    fieldLength: Infinity,
    uriLength: Infinity,
    vias: Infinity,
  };
  const again = parseMessage(printMessage(message), unlimited);
  assert.ok(again.ok, again.ok ? '' : `printed, it is refused: ${again.error.why}`);
  assert.deepEqual(fieldsOf(again.value), fieldsOf(message));
  assert.deepEqual(again.value.body, message.body);
  if (message.kind === 'request') assert.equal(again.value.kind === 'request' && again.value.uri, message.uri);
}

function fieldsOf({ headers }: SipMessage): unknown {
  return [...headers].filter(([name]) => !/^(l|content-length)$/i.test(name));
}

/** Whatever field it stands in, every reader gets it. */
function valueHolds(field: string): void {
  for (const value of splitList(field)) {
    const address = parseNameAddr(value);
    if (address !== undefined) {
      assert.deepEqual(parseNameAddr(printNameAddr(address)), address, 'an address');
      uriHolds(address.uri);
    }
    const via = parseVia(value);
    if (via !== undefined) assert.deepEqual(parseVia(printVia(via)), via, 'a Via');
  }
}

function uriHolds(text: string): void {
  const uri = parseUri(text);
  if (uri === undefined) return;
  assert.deepEqual(parseUri(printUri(uri)), uri, 'a URI');
  assert.ok(uriEquals(uri, uri), 'a URI does not equal itself');
}

function isOneMessage(bytes: Buffer): void {
  const [frame, ...more] = new StreamFramer({ ...defaultLimits, bytes: Infinity, fields: Infinity }).feed(bytes);
  assert.ok(frame?.kind === 'message' && more.length === 0, 'the answer is not one message');
}

function chunksMakeNoDifference(bytes: Buffer, chance: Chance): void {
  for (const limits of [defaultLimits, small]) {
    assert.deepEqual(framesOf(chunksOf(bytes, chance), limits), framesOf([bytes], limits));
  }
}

/** Messages, pings and faults; a pong may be told early, so it depends on the chunks. */
function framesOf(chunks: readonly Buffer[], limits: Limits): string[] {
  const framer = new StreamFramer(limits);
  return chunks
    .flatMap((chunk) => framer.feed(Buffer.from(chunk)))
    .filter(({ kind }) => kind !== 'pong')
    .map((frame) => {
      if (frame.kind === 'message') return frame.bytes.toString('latin1');
      return frame.kind === 'fault' ? `${String(frame.malformed.status)} ${frame.malformed.why}` : frame.kind;
    });
}

function framesMakeNoDifference(bytes: Buffer, chance: Chance): void {
  const whole = payloadsOf([bytes]);
  const cut = payloadsOf(chunksOf(bytes, chance));
  // Of a stream that turns out to be none, what came before may be believed or not.
  assert.equal(cut.readable, whole.readable);
  if (whole.readable) assert.deepEqual(cut, whole);
  for (const payload of whole.payloads) {
    const { fields, message } = parseFrame(Buffer.from(payload, 'latin1'));
    const printed = printFrame(fields, message);
    const [again] = payloadsOf([printed]).payloads;
    assert.ok(again !== undefined, 'what was printed is no frame');
    const reread = parseFrame(Buffer.from(again, 'latin1'));
    assert.deepEqual(printFrame(reread.fields, reread.message), printed);
    assert.deepEqual(reread.message, message);
  }
}

function payloadsOf(chunks: readonly Buffer[]): { payloads: string[]; readable: boolean } {
  const reader = new FrameReader(1024 * 1024);
  const payloads: string[] = [];
  for (const chunk of chunks) {
    const found = reader.feed(Buffer.from(chunk));
    if (found === undefined) return { payloads, readable: false };
    payloads.push(...found.map((payload) => payload.toString('latin1')));
  }
  return { payloads, readable: true };
}

function chunksOf(bytes: Buffer, chance: Chance): Buffer[] {
  const most = chance.pick([1, 3, 20, 500, 10_000]);
  // Single bytes of a long input take their time in this test, not in what it tests.
  const least = Math.min(most, Math.ceil(bytes.length / 4000));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = Math.max(1, chance.between(least, most));
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
