import { Headers } from '../../../src/sip-engine/message/headers.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';

/**
 * The phone reads and writes SIP with code of its own: an error in the engine's
 * parser must not be hidden by the same error here.
 */
export function parseWire(bytes: Buffer): SipMessage | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = bytes
    .toString('utf8', 0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) return undefined;
    headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const body = bytes.subarray(end + 4);
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(start);
  if (response !== null) {
    return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body };
  }
  const request = /^([A-Z0-9-]+) (\S+) SIP\/2\.0$/.exec(start);
  if (request === null) return undefined;
  return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers, body };
}

/** Content-Length is set here, to what the body really is. */
export function printWire(message: SipMessage): Buffer {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const fields = message.headers.clone().set('Content-Length', String(message.body.length));
  const lines = [start, ...[...fields].map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), message.body]);
}

/** Cuts a TCP stream into messages by Content-Length (RFC 3261 §18.3) and keep-alives (RFC 5626 §4.4.1). */
export class StreamSplitter {
  #rest = Buffer.alloc(0);

  push(chunk: Buffer): (Buffer | 'ping' | 'pong')[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const pieces: (Buffer | 'ping' | 'pong')[] = [];
    for (let piece = this.#cut(); piece !== undefined; piece = this.#cut()) pieces.push(piece);
    return pieces;
  }

  #cut(): Buffer | 'ping' | 'pong' | undefined {
    if (this.#rest.indexOf('\r\n\r\n') === 0) return this.#drop(4, 'ping');
    if (this.#rest.indexOf('\r\n') === 0) return this.#drop(2, 'pong');
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const length = /\r\n(?:content-length|l)[ \t]*:[ \t]*(\d+)/i.exec(this.#rest.toString('utf8', 0, end));
    const total = end + 4 + Number(length?.[1] ?? 0);
    if (this.#rest.length < total) return undefined;
    return this.#drop(total, Buffer.from(this.#rest.subarray(0, total)));
  }

  #drop<Piece>(bytes: number, piece: Piece): Piece {
    this.#rest = this.#rest.subarray(bytes);
    return piece;
  }
}

/** The short name under which tests speak of a message: `INVITE`, `180 INVITE`, `200 BYE`. */
export function label(message: SipMessage): string {
  return message.kind === 'request' ? message.method : `${message.status} ${cseqOf(message).method}`;
}

export function cseqOf(message: SipMessage): { readonly number: number; readonly method: string } {
  const [number = '', method = ''] = (message.headers.get('CSeq') ?? '').split(/\s+/);
  return { number: Number(number), method };
}

export function branchOf(message: SipMessage): string {
  return parameter(message.headers.get('Via') ?? '', 'branch') ?? '';
}

/** The tag of a From or To value. */
export function tagOf(value: string | undefined): string | undefined {
  return parameter((value ?? '').replace(/<[^>]*>/, ''), 'tag');
}

/** The URI inside a name-addr, or of an addr-spec without its header parameters. */
export function uriIn(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';
}

export function parameter(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|[^;,\\s]+)`, 'i').exec(value)?.[1];
  return found?.startsWith('"') === true ? found.slice(1, -1) : found;
}

/** The values of a list header such as Record-Route, one by one: commas inside <> or quotes do not count. */
export function listOf(headers: Headers, name: string): string[] {
  return headers
    .all(name)
    .flatMap((field) => field.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,])+/g) ?? [])
    .map((value) => value.trim());
}

const phrases: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  603: 'Decline',
};

export interface ResponseContent {
  readonly reason?: string;
  readonly toTag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string };
}

/** RFC 3261 §8.2.6: the fields that a response takes over from its request. */
export function responseTo(request: SipRequest, status: number, content: ResponseContent = {}): SipResponse {
  const headers = new Headers();
  for (const name of ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq']) {
    for (const value of request.headers.all(name)) headers.append(name, value);
  }
  const to = headers.get('To') ?? '';
  if (status > 100 && content.toTag !== undefined && tagOf(to) === undefined) {
    headers.set('To', `${to};tag=${content.toTag}`);
  }
  const body = addContent(headers, content);
  return { kind: 'response', status, reason: content.reason ?? phrases[status] ?? 'Unspecified', headers, body };
}

/** Sets extra fields and Content-Type; returns the body's bytes. */
export function addContent(headers: Headers, content: Pick<ResponseContent, 'headers' | 'body'>): Buffer {
  for (const [name, value] of Object.entries(content.headers ?? {})) headers.set(name, value);
  if (content.body === undefined) return Buffer.alloc(0);
  headers.set('Content-Type', content.body.type);
  return Buffer.from(content.body.text);
}
