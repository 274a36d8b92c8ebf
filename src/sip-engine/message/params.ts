import { comma, endOfQuoted, equals, isBlank, isTokenCode, quote, semicolon, skipBlanks } from './grammar.ts';

/** One `;name` or `;name=value`. The value is verbatim: a quoted string keeps its quotes. */
export interface Param {
  readonly name: string;
  readonly value: string | undefined;
}

export type Params = readonly Param[];

/** The value of that parameter (any case), '' when it stands there without one; undefined when it is absent. */
export function paramOf(params: Params, name: string): string | undefined {
  for (const param of params) if (sameName(param.name, name)) return param.value ?? '';
  return undefined;
}

export function hasParam(params: Params, name: string): boolean {
  return paramOf(params, name) !== undefined;
}

/** With that parameter put in its place, or at the end; `value` undefined means a bare `;name`. */
export function withParam(params: Params, name: string, value: string | undefined): Params {
  const at = params.findIndex((param) => sameName(param.name, name));
  return at < 0 ? [...params, { name, value }] : params.with(at, { name, value });
}

export function withoutParam(params: Params, name: string): Params {
  return params.filter((param) => !sameName(param.name, name));
}

/** `;a;b=c`: what `parseParams` reads. */
export function printParams(params: Params): string {
  let text = '';
  for (const { name, value } of params) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/**
 * The `*( SEMI generic-param )` that a header value ends in (RFC 3261 §25.1), from `at` to the end of the text.
 * Undefined where that is not what stands there: an empty parameter, an open quote, a blank inside a value.
 */
export function parseParams(text: string, at: number): Params | undefined {
  const params: Param[] = [];
  for (at = skipBlanks(text, at); at < text.length; at = skipBlanks(text, at)) {
    if (text.charCodeAt(at) !== semicolon) return undefined;
    const start = skipBlanks(text, at + 1);
    const nameEnd = endOfName(text, start);
    const name = text.slice(start, nameEnd);
    if (name === '') return undefined;
    at = skipBlanks(text, nameEnd);
    if (text.charCodeAt(at) !== equals) {
      params.push({ name, value: undefined });
      continue;
    }
    const from = skipBlanks(text, at + 1);
    const to = text.charCodeAt(from) === quote ? endOfQuoted(text, from) : endOfValue(text, from);
    if (to === undefined || to === from) return undefined;
    params.push({ name, value: text.slice(from, to) });
    at = to;
  }
  return params;
}

/** `"` and `\` escaped, in quotes (RFC 3261 §25.1 quoted-string). */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** What a quoted string says; a value without quotes is returned as it is. */
export function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  const inner = value.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\([^])/g, '$1') : inner;
}

function sameName(one: string, other: string): boolean {
  return one === other || (one.length === other.length && one.toLowerCase() === other.toLowerCase());
}

function endOfName(text: string, at: number): number {
  while (at < text.length && isTokenCode(text.charCodeAt(at))) at++;
  return at;
}

/** More than a token: hosts with colons, base64 with `=`, `<urn:…>`; only what would end it is kept out. */
function endOfValue(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === semicolon || code === comma || code === quote || isBlank(code)) break;
  }
  return at;
}
