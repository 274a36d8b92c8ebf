import { readHead } from '../message/head.ts';
import { type Headers, canonical } from '../message/headers.ts';
import type { Limits } from '../message/limits.ts';
import { parseStartLine } from '../message/start-line.ts';

/**
 * What an application sends is not a whole SIP message: the start line, the headers that it cares for, in any case,
 * and the body. The engine fills in the rest.
 */
export type ApplicationMessage =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly headers: Headers;
      readonly body: Buffer;
    }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly reason: string;
      readonly headers: Headers;
      readonly body: Buffer;
    }
  | { readonly kind: 'broken'; readonly startLine: string };

/** It showed the secret: what it sends is bounded by the frame alone. */
const limits: Limits = { bytes: Infinity, fields: 1000, fieldLength: Infinity, uriLength: Infinity, vias: Infinity };

/** A header that cannot be read is left out: the application learns nothing from a refusal that it did not expect. */
export function readApplicationMessage(bytes: Buffer): ApplicationMessage {
  const head = readHead(bytes, limits);
  const start = parseStartLine(head.startLine);
  const { headers } = head;
  const body = bytes.subarray(head.end);
  switch (start.kind) {
    case 'request':
      return { kind: 'request', method: start.method, uri: start.uri, headers, body };
    case 'response':
      return { kind: 'response', status: start.status, reason: start.reason, headers, body };
    case 'broken':
      return { kind: 'broken', startLine: head.startLine };
  }
}

/** Only the header fields of what an application sends, whatever its start line says. */
export function readApplicationHeaders(bytes: Buffer): Headers {
  return readHead(bytes, limits).headers;
}

/** Names whose capitals do not follow from their hyphens. */
const irregular: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'www-authenticate': 'WWW-Authenticate',
  'mime-version': 'MIME-Version',
  rack: 'RAck',
  rseq: 'RSeq',
  'sip-etag': 'SIP-ETag',
  'sip-if-match': 'SIP-If-Match',
};

/** The name as it goes out: each word with a capital, unless the application wrote capitals itself or it is an `x-` header. */
export function wireName(name: string): string {
  if (name !== name.toLowerCase() || name.startsWith('x-')) return name;
  const long = canonical(name);
  return irregular[long] ?? long.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
