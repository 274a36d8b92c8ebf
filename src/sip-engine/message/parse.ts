import { err, ok, type Result } from '../../kernel/result.ts';
import { parseCSeq } from './cseq.ts';
import { parseDigits } from './grammar.ts';
import { type Head, readHead } from './head.ts';
import { type Limits, defaultLimits } from './limits.ts';
import { parseNameAddr, splitList } from './name-addr.ts';
import { parseStartLine, type StartLine } from './start-line.ts';
import type { Malformed, SipMessage, SipRequest } from './types.ts';
import { topVia } from './via.ts';

/** What is wrong, and with which status a request is refused for it. */
interface Flaw {
  readonly status: number;
  readonly why: string;
}

const empty = Buffer.alloc(0);

/**
 * Reads one whole message: a datagram, a WebSocket frame, or what the framer cut out of a stream.
 * It never throws, and its time is linear in the length. The body is a view of `bytes`, cut to Content-Length;
 * what follows it is dropped (RFC 3261 §18.3).
 *
 * Refusals: `status` 400 (broken), 414 (request-URI too long), 505 (another SIP version), 513 (over the other limits),
 * for a request that has a Via; it can be answered to where it came from, even when that Via cannot be read. Responses,
 * ACK (which is never answered) and what is no SIP at all have `status` undefined: drop them.
 */
export function parseMessage(bytes: Buffer, limits: Limits = defaultLimits): Result<SipMessage, Malformed> {
  if (bytes.length > limits.bytes) {
    return err(malformed(bytes, { status: 513, why: `Message over ${String(limits.bytes)} bytes` }, limits));
  }
  const head = readHead(bytes, limits);
  const start = parseStartLine(head.startLine);
  const flaw = start.kind === 'broken' ? start.flaw : (head.flaw ?? flawOfFields(start, head, limits));
  if (start.kind === 'broken' || flaw !== undefined) {
    return err(refusal(start, head, flaw ?? { status: 400, why: 'Bad start line' }));
  }
  const body = bodyOf(bytes, head);
  if (body === undefined) return err(refusal(start, head, { status: 400, why: 'Body shorter than Content-Length' }));
  const { headers } = head;
  return ok(
    start.kind === 'request'
      ? { kind: 'request', method: start.method, uri: start.uri, headers, body }
      : { kind: 'response', status: start.status, reason: start.reason, headers, body },
  );
}

/** For whoever found the flaw before the whole message was there: reads of `bytes` what can be read of it. */
export function malformed(bytes: Buffer, flaw: Flaw, limits: Limits = defaultLimits): Malformed {
  const head = readHead(bytes.subarray(0, limits.bytes), limits);
  return refusal(parseStartLine(head.startLine), head, flaw);
}

function refusal(start: StartLine, head: Head, { status, why }: Flaw): Malformed {
  const partial = partialRequest(start, head);
  const answerable = partial !== undefined && partial.method !== 'ACK' && partial.headers.has('Via');
  return { status: answerable ? status : undefined, why, partial, overLimit: status === 513 || status === 414 };
}

function partialRequest(start: StartLine, head: Head): SipRequest | undefined {
  if (start.kind === 'response') return undefined;
  if (start.method === undefined) return undefined;
  return { kind: 'request', method: start.method, uri: start.uri, headers: head.headers, body: empty };
}

function flawOfFields(start: StartLine, head: Head, limits: Limits): Flaw | undefined {
  const { headers } = head;
  if (start.kind === 'request' && start.uri.length > limits.uriLength) {
    return { status: 414, why: `Request-URI over ${String(limits.uriLength)} characters` };
  }
  for (const name of mandatory) if (!headers.has(name)) return bad(`Missing ${name}`);
  if (topVia(headers) === undefined) return bad('Bad Via');
  const cseq = parseCSeq(headers.get('CSeq') ?? '');
  if (cseq === undefined) return bad('Bad CSeq');
  if (headers.get('Call-ID') === '') return bad('Bad Call-ID');
  if (start.kind !== 'request') return undefined;
  if (cseq.method !== start.method) return bad('CSeq method is not that of the request');
  const maxForwards = headers.get('Max-Forwards');
  if (maxForwards !== undefined && parseDigits(maxForwards, 255) === undefined) return bad('Bad Max-Forwards');
  return flawOfAddresses(head);
}

/** Only in requests: a response is read with more patience, for dropping it would hang the call it answers. */
function flawOfAddresses({ headers }: Head): Flaw | undefined {
  for (const name of ['From', 'To'] as const) {
    if (parseNameAddr(headers.get(name) ?? '') === undefined) return bad(`Bad ${name}`);
  }
  for (const field of headers.all('Contact')) {
    if (field === '*') continue;
    for (const contact of splitList(field)) if (parseNameAddr(contact) === undefined) return bad('Bad Contact');
  }
  return undefined;
}

function bodyOf(bytes: Buffer, head: Head): Buffer | undefined {
  if (typeof head.contentLength !== 'number') return bytes.subarray(head.end);
  const end = head.end + head.contentLength;
  return end > bytes.length ? undefined : bytes.subarray(head.end, end);
}

function bad(why: string): Flaw {
  return { status: 400, why };
}

/** RFC 3261 §8.1.1; Max-Forwards may be absent, as RFC 2543 had none. */
const mandatory = ['Via', 'From', 'To', 'Call-ID', 'CSeq'] as const;
