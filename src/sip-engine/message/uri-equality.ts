import { sameHost } from '../../kernel/ip-address.ts';
import { type Param, type Params } from './params.ts';
import type { SipUri } from './uri.ts';

/** A URI that has one of these equals none that lacks it (RFC 3261 §19.1.4; the examples there add transport). */
const decisive = ['user', 'ttl', 'method', 'maddr', 'transport'] as const;

/**
 * Whether two URIs name the same resource (RFC 3261 §19.1.4; for tel RFC 3966 §5). Not transitive, by the RFC's own words:
 * a parameter that only one of them has is mostly ignored.
 */
export function uriEquals(one: SipUri, other: SipUri): boolean {
  if (one.scheme !== other.scheme) return false;
  if (one.scheme === 'tel') return dialled(one.user) === dialled(other.user) && sameTelParams(one.params, other.params);
  return (
    normal(one.user) === normal(other.user) &&
    normal(one.password) === normal(other.password) &&
    sameHost(one.host, other.host) &&
    one.port === other.port &&
    sameParams(one.params, other.params) &&
    sameHeaders(one.headers, other.headers)
  );
}

function sameParams(one: Params, other: Params): boolean {
  const [here, there] = [byName(one), byName(other)];
  if (decisive.some((name) => here.has(name) !== there.has(name))) return false;
  for (const [name, value] of here) {
    const opposite = there.get(name);
    if (opposite !== undefined && folded(opposite) !== folded(value)) return false;
  }
  return true;
}

/** Of a parameter that stands there twice, which the grammar forbids, the first counts. */
function byName(params: Params): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, value } of params) {
    const key = folded(name);
    if (!found.has(key)) found.set(key, value ?? '');
  }
  return found;
}

/** Header components are never ignored, and their order does not matter. */
function sameHeaders(one: Params, other: Params): boolean {
  return sortedPairs(one) === sortedPairs(other);
}

function sortedPairs(headers: Params): string {
  const written = headers.map(({ name, value }: Param) => `${folded(name)}=${normal(value) ?? ''}`);
  return written.sort().join('&');
}

/** For tel every parameter counts on both sides, in any order (RFC 3966 §5). */
function sameTelParams(one: Params, other: Params): boolean {
  const [here, there] = [byName(one), byName(other)];
  if (here.size !== there.size) return false;
  for (const [name, value] of here) {
    const opposite = there.get(name);
    if (opposite === undefined || phoneContext(name, opposite) !== phoneContext(name, value)) return false;
  }
  return true;
}

function phoneContext(name: string, value: string): string {
  const isNumber = name !== 'phone-context' || value.startsWith('+');
  return isNumber ? (dialled(value) ?? '') : folded(value);
}

/** Without the visual separators (RFC 3966 §5.1.1). */
function dialled(number: string | undefined): string | undefined {
  return number?.replace(/[-.()]/g, '').toLowerCase();
}

function folded(text: string): string {
  return (normal(text) ?? '').toLowerCase();
}

/**
 * One spelling for one meaning: `%HH` of an unreserved character is that character; that of a reserved one is not
 * (RFC 3261 §19.1.4), so it stays, in upper case.
 */
function normal(text: string | undefined): string | undefined {
  if (text?.includes('%') !== true) return text;
  return text.replace(/%[0-9a-fA-F]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9\-_.!~*'()]/.test(character) ? character : escape.toUpperCase();
  });
}
