import { findBlank, isToken, skipBlanks } from './grammar.ts';
import type { Headers } from './headers.ts';
import { type HostPort, parseHostPort, printHostPort } from './host-port.ts';
import { splitList } from './list.ts';
import { type Params, parseParams, printParams } from './params.ts';

/** One hop on the way of a request (RFC 3261 §20.42). */
export interface Via extends HostPort {
  /** `SIP/2.0`; another version is let through, for the answer 505 travels back along it. */
  readonly protocol: string;
  /** In upper case: UDP, TCP, TLS, WS, WSS or a name we do not know. */
  readonly transport: string;
  /** `branch`, `received`, and `rport` (RFC 3581), among others. */
  readonly params: Params;
}

/** Reads one value; lists go through `splitList` first. Blanks around `/` and `:` are legal (RFC 4475 §3.1.1.1). */
export function parseVia(value: string): Via | undefined {
  const tail = value.indexOf(';');
  const end = tail < 0 ? value.length : tail;
  const first = value.indexOf('/');
  const second = value.indexOf('/', first + 1);
  if (first < 0 || second < 0 || second > end) return undefined;
  const protocol = protocolOf(value.slice(0, first).trim(), value.slice(first + 1, second).trim());
  const start = skipBlanks(value, second + 1);
  const gap = findBlank(value, start);
  if (protocol === undefined || gap < 0 || gap > end) return undefined;
  const transport = value.slice(start, gap);
  const sentBy = parseHostPort(withoutBlanksAtColon(value.slice(gap, end).trim()));
  const params = parseParams(value, end);
  if (sentBy === undefined || params === undefined || !isToken(transport)) return undefined;
  return { protocol, transport: transport.toUpperCase(), host: sentBy.host, port: sentBy.port, params };
}

function protocolOf(name: string, version: string): string | undefined {
  return isToken(name) && isToken(version) ? `${name.toUpperCase()}/${version}` : undefined;
}

function withoutBlanksAtColon(text: string): string {
  if (findBlank(text, 0) < 0) return text;
  const parts = text.split(':').map((part) => part.trim());
  return parts.join(':');
}

export function printVia(via: Via): string {
  return `${via.protocol}/${via.transport} ${printHostPort(via)}${printParams(via.params)}`;
}

/** The hop that the message came from last: the first value of the first Via field. */
export function topVia(headers: Headers): Via | undefined {
  const field = headers.get('Via');
  if (field === undefined) return undefined;
  const [first] = splitList(field);
  return first === undefined ? undefined : parseVia(first);
}

/** Puts `via` in the place of the topmost value and leaves those after it as they are (RFC 3261 §18.2.1, RFC 3581 §4). */
export function replaceTopVia(headers: Headers, via: Via): void {
  const field = headers.shift('Via');
  const others = field === undefined ? [] : splitList(field).slice(1);
  headers.prepend('Via', [printVia(via), ...others].join(', '));
}
