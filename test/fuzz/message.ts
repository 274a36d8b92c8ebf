/**
 * Throws mutated messages of RFC 4475 at the reader, the printer and the framer.
 * Run: npm run fuzz -- --seconds 60 --seed 1
 * A throw, a slow read or an answer that is itself no message ends it with exit code 1, and the bytes in base64.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseNameAddr, splitList } from '../../src/sip-engine/message/name-addr.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../src/sip-engine/message/print.ts';
import { responseTo } from '../../src/sip-engine/message/respond.ts';
import { StreamFramer } from '../../src/sip-engine/message/stream-framer.ts';
import { uriEquals } from '../../src/sip-engine/message/uri-equality.ts';
import { parseUri } from '../../src/sip-engine/message/uri.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const seconds = Number(options.seconds);
const seed = Number(options.seed);
const slowMilliseconds = 50;

const folder = new URL('../torture/rfc4475/', import.meta.url);
const corpus = readdirSync(folder)
  .filter((file) => file.endsWith('.dat'))
  .sort()
  .map((file) => readFileSync(new URL(file, folder)));

/** mulberry32: the same seed gives the same messages. */
function chance(from: number): (below: number) => number {
  let state = from >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pieces = ['\r\n', '\r\n ', '\r\n\r\n', '\r', '\n', '"', '<', '>', ',', ';', '=', ':', '\\', '%', '%0', '\0', '@']
  .concat([
    '[',
    ']',
    '?',
    '&',
    ' ',
    '\t',
    'l: 0\r\n',
    'Content-Length: 1\r\n',
    'v:',
    'SIP/2.0',
    '99999999999',
    '-1',
    'é',
  ])
  .map((text) => Buffer.from(text));

const random = chance(seed);
const any = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;

function mutated(bytes: Buffer): Buffer {
  const at = random(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random(7)) {
    case 0:
      return Buffer.concat([before, any(pieces), after]);
    case 1:
      return Buffer.concat([before, after.subarray(random(after.length + 1))]);
    case 2:
      return Buffer.concat([before, after.subarray(1 + random(8))]);
    case 3:
      return Buffer.concat([before, Buffer.of(random(256)), after.subarray(1)]);
    case 4:
      return Buffer.concat([before, Buffer.alloc(random(20_000), any(pieces)), after]);
    case 5: {
      const other = any(corpus);
      return Buffer.concat([before, other.subarray(random(other.length))]);
    }
    default: {
      const again = after.subarray(0, random(200));
      return Buffer.concat([before, again, again, after]);
    }
  }
}

function exercise(bytes: Buffer): void {
  const read = parseMessage(bytes);
  const request = read.ok ? read.value : read.error.partial;
  if (request !== undefined) {
    for (const field of ['From', 'To', 'Contact', 'Route'].flatMap((name) => request.headers.all(name))) {
      for (const value of splitList(field)) {
        const uri = parseUri(parseNameAddr(value)?.uri ?? '');
        if (uri !== undefined && !uriEquals(uri, uri)) throw new Error('a URI does not equal itself');
      }
    }
  }
  if (read.ok && !parseMessage(printMessage(read.value)).ok) throw new Error('printed, it is refused');
  if (!read.ok && read.error.status !== undefined && request?.kind === 'request') {
    const answer = printMessage(responseTo(request, read.error.status, read.error.why, { toTag: 't' }));
    const [frame, ...more] = new StreamFramer().feed(answer);
    if (frame?.kind === 'fault' && frame.malformed.why.startsWith('Message over')) return;
    if (frame?.kind !== 'message' || more.length > 0) throw new Error('the answer is not one message');
  }
  const framer = new StreamFramer();
  const size = 1 + random(bytes.length + 1);
  for (let at = 0; at < bytes.length; at += size) framer.feed(bytes.subarray(at, at + size));
}

function broke(what: string, bytes: Buffer): never {
  console.error(`${what}, seed ${String(seed)}:\n${bytes.toString('base64')}`);
  process.exit(1);
}

const until = Date.now() + seconds * 1000;
let runs = 0;
let slowest = 0;
while (Date.now() < until) {
  let bytes: Buffer = any(corpus);
  for (let left = 1 + random(5); left > 0; left--) bytes = mutated(bytes);
  // Processor time: another program's turn is no slowness of ours.
  const before = process.cpuUsage();
  try {
    exercise(bytes);
  } catch (thrown) {
    broke(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), bytes);
  }
  const { user } = process.cpuUsage(before);
  const took = user / 1000;
  if (took > slowMilliseconds && runs > 1000) broke(`took ${took.toFixed(0)} ms`, bytes);
  if (runs > 1000) slowest = Math.max(slowest, took);
  runs++;
}
console.log(
  `${String(runs)} messages in ${String(seconds)} s, none broke it; slowest ${slowest.toFixed(1)} ms of processor time`,
);
