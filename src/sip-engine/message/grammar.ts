/**
 * The character classes of RFC 3261 §25.1 as one table: a look-up by character code
 * is what keeps regular expressions off the path that every message takes.
 */
const token = 1;
const hostName = 2;
const notInUri = 4;
const classes = new Uint8Array(128);
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
mark(`${alphanumeric}-.!%*_+\`'~`, token);
mark(`${alphanumeric}-._`, hostName);
mark(' \t\r\n\f\v\0<>"', notInUri);

function mark(characters: string, as: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | as;
  }
}

function isOf(wanted: number, code: number): boolean {
  return code < classes.length && ((classes[code] ?? 0) & wanted) !== 0;
}

export const space = 0x20;
export const tab = 0x09;
export const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const semicolon = 0x3b;
export const lessThan = 0x3c;
export const equals = 0x3d;
export const greaterThan = 0x3e;
export const backslash = 0x5c;

export function isTokenCode(code: number): boolean {
  return isOf(token, code);
}

/** `token` of RFC 3261 §25.1: at least one character, all of the class. */
export function isToken(text: string): boolean {
  return text.length > 0 && allAre(token, text);
}

/**
 * A host name or an IPv4 address. The underscore, which no host name may have, is let through: names on private
 * networks have it.
 */
export function isHostName(text: string): boolean {
  const first = text.charCodeAt(0);
  return isOf(hostName, first) && first > 0x2f && allAre(hostName, text);
}

/** Free of what no URI of any scheme can hold: a blank, a line end, an angle or a quote (RFC 3986 §2). */
export function isUriText(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (isOf(notInUri, text.charCodeAt(at))) return false;
  return true;
}

function allAre(wanted: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isOf(wanted, text.charCodeAt(at))) return false;
  return true;
}

export function isBlank(code: number): boolean {
  return code === space || code === tab;
}

/** The first blank at or after `at`; -1 where there is none. */
export function findBlank(text: string, at: number): number {
  for (; at < text.length; at++) if (isBlank(text.charCodeAt(at))) return at;
  return -1;
}

/** The first position at or after `at` that holds no blank. */
export function skipBlanks(text: string, at: number): number {
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** The position after the closing quote of the quoted string that opens at `at`; undefined where it never closes. */
export function endOfQuoted(text: string, at: number): number | undefined {
  for (let next = at + 1; next < text.length; next++) {
    const code = text.charCodeAt(next);
    if (code === backslash) next++;
    else if (code === quote) return next + 1;
  }
  return undefined;
}

/** A number of decimal digits and nothing else, at most `limit`; undefined otherwise. */
export function parseDigits(text: string, limit: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    value = value * 10 + digit;
    if (value > limit) return undefined;
  }
  return value;
}
