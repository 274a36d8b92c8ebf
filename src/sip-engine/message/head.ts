import { colon, isBlank, isTokenCode, parseDigits } from './grammar.ts';
import { canonical, Headers } from './headers.ts';
import type { Limits } from './limits.ts';
import { splitList } from './list.ts';

/** The start line and the header fields of a message, before their meaning is looked at. */
export interface Head {
  readonly startLine: string;
  readonly headers: Headers;
  /**
   * Where the body ends. `unsure`: Content-Length is bad, or there are two, or after a lone CR or LF
   * nobody can tell whether there is another.
   */
  readonly contentLength: number | 'absent' | 'unsure';
  /** Where in the bytes the body begins. */
  readonly end: number;
  /** The first thing that is wrong; the fields that could be read are there all the same. */
  readonly flaw: { readonly status: number; readonly why: string } | undefined;
}

/** The fields that steer a message and that no list is allowed for: two of them would let two servers read two messages. */
const single: ReadonlyMap<string, number> = new Map(
  [
    ...['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type', 'content-disposition'],
    ...['event', 'expires', 'refer-to', 'replaces', 'session-expires', 'min-se', 'rseq', 'rack'],
  ].map((key, at) => [key, 1 << at]),
);

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** Content-Length of more digits than any limit allows is bad rather than merely too large. */
const largestLength = 2 ** 31 - 1;

/** Reads up to the empty line, skipping line ends before the start line (RFC 3261 §7.5). */
export function readHead(bytes: Buffer, limits: Limits): Head {
  const begin = skipLineEnds(bytes);
  const found = bytes.indexOf('\r\n\r\n', begin, 'latin1');
  const text = decoded(bytes, begin, found < 0 ? bytes.length : found + 2);
  const line = lineAt(text, 0);
  const reader = new FieldReader(limits);
  if (line === undefined) reader.flawed('No line end after the start line');
  else reader.read(text, line.next);
  if (found < 0) reader.flawed('No empty line after the header fields');
  return {
    startLine: line === undefined ? '' : text.slice(0, line.end),
    headers: reader.headers,
    contentLength: reader.contentLength,
    end: found < 0 ? bytes.length : found + 4,
    flaw: reader.flaw,
  };
}

class FieldReader {
  readonly headers = new Headers();
  contentLength: number | 'absent' | 'unsure' = 'absent';
  flaw: { status: number; why: string } | undefined;
  /** One bit for each field of `single` that was read. */
  #seen = 0;
  #count = 0;
  #vias = 0;

  constructor(private readonly limits: Limits) {}

  flawed(why: string, status = 400): void {
    this.flaw ??= { status, why };
  }

  read(text: string, at: number): void {
    while (at < text.length) {
      const line = lineAt(text, at);
      // Beyond a lone CR or LF nobody can tell what is a field and what is not: nothing more is believed.
      if (line === undefined) {
        this.#unsure('A line end that is not CRLF');
        return;
      }
      if (++this.#count > this.limits.fields) {
        this.#unsure(`More than ${String(this.limits.fields)} header fields`, 513);
        return;
      }
      at = this.#field(text, at, line.end, line.next);
    }
  }

  /** Takes the field that begins at `at` with the lines folded under it, and returns where the next begins. */
  #field(text: string, at: number, end: number, next: number): number {
    let nameEnd = at;
    while (isTokenCode(text.charCodeAt(nameEnd))) nameEnd++;
    const name = text.slice(at, nameEnd);
    while (isBlank(text.charCodeAt(nameEnd))) nameEnd++;
    const good = name !== '' && text.charCodeAt(nameEnd) === colon;
    let value = good ? text.slice(nameEnd + 1, end).trim() : '';
    while (isBlank(text.charCodeAt(next))) {
      const folded = lineAt(text, next);
      if (folded === undefined) break;
      const piece = text.slice(next, folded.end).trim();
      value = value === '' || piece === '' ? value + piece : `${value} ${piece}`;
      next = folded.next;
    }
    if (next - at > this.limits.fieldLength)
      this.flawed(`Header field over ${String(this.limits.fieldLength)} characters`, 513);
    if (good) this.#take(name, value);
    else this.flawed('A header field without a name');
    return next;
  }

  #take(name: string, value: string): void {
    const key = canonical(name);
    this.headers.appendAs(name, key, value);
    if (key === 'via') this.#countVias(value);
    const bit = single.get(key);
    if (bit === undefined) return;
    const again = (this.#seen & bit) !== 0;
    this.#seen |= bit;
    if (again) this.flawed(`More than one ${name}`);
    if (key !== 'content-length') return;
    const length = parseDigits(value, largestLength);
    if (again || length === undefined) this.#unsure('Bad Content-Length');
    else this.contentLength = length;
  }

  #countVias(value: string): void {
    this.#vias += value.includes(',') ? splitList(value).length : 1;
    if (this.#vias > this.limits.vias) this.flawed(`More than ${String(this.limits.vias)} hops in Via`, 513);
  }

  #unsure(why: string, status?: number): void {
    this.flawed(why, status);
    this.contentLength = 'unsure';
  }
}

/** Where the line that begins at `at` ends and the next begins; undefined where it does not end in CRLF, and in nothing but CRLF. */
function lineAt(text: string, at: number): { end: number; next: number } | undefined {
  const end = text.indexOf('\r', at);
  return end < 0 || text.indexOf('\n', at) !== end + 1 ? undefined : { end, next: end + 2 };
}

function skipLineEnds(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) at += 2;
  return at;
}

/**
 * SIP is UTF-8 (RFC 3261 §7). A telephone that writes Latin-1 all the same is read as such, so that its user's
 * name goes on as UTF-8 and not as question marks.
 */
function decoded(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to);
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes.subarray(from, to))) return text;
  return bytes.toString('latin1', from, to);
}
