import { comma, endOfQuoted, isBlank, isUriText, lessThan, quote, semicolon, skipBlanks } from './grammar.ts';
import { paramOf, type Params, parseParams, printParams, quoted, unquoted } from './params.ts';

export { splitList } from './list.ts';

/** One value of From, To, Contact, Route, Record-Route, Path, Refer-To and their like (RFC 3261 §20.10). */
export interface NameAddr {
  /** What a display shows, quotes and escapes undone; undefined when there is none. */
  readonly display: string | undefined;
  /** Verbatim and of any scheme; `parseUri` reads it. */
  readonly uri: string;
  /** The header's own parameters, not the URI's. */
  readonly params: Params;
}

/**
 * Reads one value (lists go through `splitList` first; the `*` of a Contact is not one).
 * Without `<>` whatever follows a semicolon belongs to the header, and a `?` or a comma is not allowed
 * (RFC 3261 §20, last paragraph before §20.1).
 */
export function parseNameAddr(value: string): NameAddr | undefined {
  const start = skipBlanks(value, 0);
  if (value.charCodeAt(start) === quote) {
    const end = endOfQuoted(value, start);
    if (end === undefined) return undefined;
    const open = skipBlanks(value, end);
    return value.charCodeAt(open) === lessThan ? angled(unquoted(value.slice(start, end)), value, open) : undefined;
  }
  const open = value.indexOf('<', start);
  const display = open < 0 ? undefined : value.slice(start, open).trimEnd();
  // A `<` further on may belong to a parameter of an address without brackets.
  if (display === undefined || display.includes(';')) return bare(value, start);
  return isUnquotedDisplay(display) ? angled(display === '' ? undefined : display, value, open) : undefined;
}

/** The display is always quoted: then nothing in it can be taken for an address. */
export function printNameAddr({ display, uri, params }: NameAddr): string {
  const name = display === undefined ? '' : `${quoted(display)} `;
  return `${name}<${uri}>${printParams(params)}`;
}

/** The `tag` of a From or To value; undefined when it has none or cannot be read. */
export function tagOf(value: string): string | undefined {
  const address = parseNameAddr(value);
  return address === undefined ? undefined : paramOf(address.params, 'tag');
}

function angled(display: string | undefined, value: string, open: number): NameAddr | undefined {
  const close = value.indexOf('>', open);
  if (close < 0) return undefined;
  const uri = value.slice(open + 1, close);
  const params = parseParams(value, close + 1);
  return params === undefined || !isUriLike(uri) ? undefined : { display, uri, params };
}

function bare(value: string, start: number): NameAddr | undefined {
  let end = start;
  for (; end < value.length; end++) {
    const code = value.charCodeAt(end);
    if (code === semicolon || isBlank(code)) break;
    if (code === comma || code === quote) return undefined;
  }
  const uri = value.slice(start, end);
  const params = parseParams(value, end);
  return params === undefined || uri.includes('?') || !isUriLike(uri) ? undefined : { display: undefined, uri, params };
}

/** Tokens and blanks by the grammar; telephones also write brackets, `@` and letters with accents, which harm nobody. */
function isUnquotedDisplay(text: string): boolean {
  return !text.includes(',') && !text.includes('"');
}

/** Has a scheme and no blank or bracket inside: enough to carry it on; its meaning is for `parseUri`. */
function isUriLike(text: string): boolean {
  return text.indexOf(':') > 0 && isUriText(text);
}
