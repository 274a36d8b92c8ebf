import { isUriText } from './grammar.ts';
import { parseHostPort, printHostPort } from './host-port.ts';
import { type Param, paramOf, type Params, printParams } from './params.ts';

/**
 * A SIP, SIPS or tel URI (RFC 3261 §19.1.1, RFC 3966). Everything is as it was written, escapes included:
 * `unescaped(uri.user)` is what a person dialled, `escapedUser` the way back.
 */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** For tel: the number. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Without brackets around an IPv6 address; '' for tel. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
  /** What follows `?`; a request-URI may have none. */
  readonly headers: Params;
}

const none: Params = [];
const telephoneNumber = /^\+?[0-9a-fA-F*#().-]+$/;

/** Undefined where the text is no URI of these three schemes, or one that breaks the grammar; it may be a good URI of another scheme. */
export function parseUri(text: string): SipUri | undefined {
  if (!isUriText(text)) return undefined;
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  switch (text.slice(0, Math.max(colon, 0)).toLowerCase()) {
    case 'sip':
      return parseSip('sip', rest);
    case 'sips':
      return parseSip('sips', rest);
    case 'tel':
      return parseTel(rest);
    default:
      return undefined;
  }
}

export function printUri(uri: SipUri): string {
  if (uri.scheme === 'tel') return `tel:${uri.user ?? ''}${printParams(uri.params)}`;
  const password = uri.password === undefined ? '' : `:${uri.password}`;
  const user = uri.user === undefined ? '' : `${uri.user}${password}@`;
  const headers = uri.headers.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join('&');
  const query = headers === '' ? '' : `?${headers}`;
  return `${uri.scheme}:${user}${printHostPort(uri)}${printParams(uri.params)}${query}`;
}

/** `%HH` undone. What is not escaped UTF-8 is returned as it was written. */
export function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Any text made fit for the user part: what the grammar does not allow there becomes `%HH`, as UTF-8. */
export function escapedUser(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]+/gu, (piece) => encodeURIComponent(piece));
}

/** `name=value` of a URI parameter, by name in any case and with escapes undone; '' when it has no value. */
export function uriParam(uri: SipUri, name: string): string | undefined {
  const value = paramOf(uri.params, name);
  return value === undefined ? undefined : unescaped(value);
}

function parseSip(scheme: 'sip' | 'sips', rest: string): SipUri | undefined {
  // The user part may hold `;` and `?` but no `@`, and neither may what follows: the last `@` ends it.
  const at = rest.lastIndexOf('@');
  const userInfo = at < 0 ? undefined : parseUserInfo(rest.slice(0, at));
  if (at >= 0 && userInfo === undefined) return undefined;
  const tail = rest.slice(at + 1);
  const query = tail.indexOf('?');
  const address = query < 0 ? tail : tail.slice(0, query);
  const semicolon = address.indexOf(';');
  const place = parseHostPort(semicolon < 0 ? address : address.slice(0, semicolon));
  const params = semicolon < 0 ? none : pairs(address.slice(semicolon + 1), ';');
  const headers = query < 0 ? none : pairs(tail.slice(query + 1), '&');
  if (place === undefined || params === undefined || headers === undefined) return undefined;
  const { host, port } = place;
  return { scheme, user: userInfo?.user, password: userInfo?.password, host, port, params, headers };
}

function parseUserInfo(text: string): { user: string; password: string | undefined } | undefined {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  const password = colon < 0 ? undefined : text.slice(colon + 1);
  return user === '' || text.includes('@') ? undefined : { user, password };
}

function parseTel(rest: string): SipUri | undefined {
  const semicolon = rest.indexOf(';');
  const user = semicolon < 0 ? rest : rest.slice(0, semicolon);
  const params = semicolon < 0 ? none : pairs(rest.slice(semicolon + 1), ';');
  if (!telephoneNumber.test(user) || params === undefined) return undefined;
  return { scheme: 'tel', user, password: undefined, host: '', port: undefined, params, headers: none };
}

function pairs(text: string, separator: string): Param[] | undefined {
  const params: Param[] = [];
  for (const piece of text.split(separator)) {
    const split = piece.indexOf('=');
    const name = split < 0 ? piece : piece.slice(0, split);
    if (name === '') return undefined;
    params.push({ name, value: split < 0 ? undefined : piece.slice(split + 1) });
  }
  return params;
}
