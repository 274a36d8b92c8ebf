/**
 * IP addresses as they stand in messages, of either version. One address has many spellings (RFC 4291 §2.2, and
 * leading zeros in RFC 3261's IPv4address); what is compared, or is a key, goes through `normalHost` first.
 */
export interface IpAddress {
  readonly family: 4 | 6;
  /** One number of 32 bits for IPv4, four for IPv6. */
  readonly words: readonly number[];
}

/**
 * Undefined where the text is no address. An IPv4 address inside an IPv6 one (`::ffff:192.0.2.1`) comes out as IPv4. A zone
 * (`fe80::1%eth0`) is refused: it means something on one machine only, and SIP has no place for it (RFC 5118 §3).
 */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const number = ipv4Word(text);
    return number === undefined ? undefined : { family: 4, words: [number] };
  }
  const groups = ipv6Groups(text);
  if (groups === undefined) return undefined;
  const words = [0, 2, 4, 6].map((at) => (groups[at] ?? 0) * 65536 + (groups[at + 1] ?? 0));
  const [first, second, third, last = 0] = words;
  const mapped = first === 0 && second === 0 && third === 0xffff;
  return mapped ? { family: 4, words: [last] } : { family: 6, words };
}

/** The spelling of RFC 5952; without brackets. */
export function printIp({ family, words }: IpAddress): string {
  if (family === 4) {
    const [word = 0] = words;
    return [24, 16, 8, 0].map((shift) => String((word >>> shift) & 0xff)).join('.');
  }
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const gap = longestGap(groups);
  const write = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (gap.length < 2) return write(groups);
  return `${write(groups.slice(0, gap.start))}::${write(groups.slice(gap.start + gap.length))}`;
}

/** A host in the one spelling that all its spellings share: an address by RFC 5952, a name in lower case. */
export function normalHost(host: string): string {
  if (isPlainIpv4(host)) return host;
  const ip = parseIp(host);
  return ip === undefined ? host.toLowerCase() : printIp(ip);
}

export function sameHost(one: string, other: string): boolean {
  return one === other || normalHost(one) === normalHost(other);
}

export function isLoopback({ family, words }: IpAddress): boolean {
  if (family === 4) return (words[0] ?? 0) >>> 24 === 127;
  return words.every((word, at) => word === (at === 3 ? 1 : 0));
}

/** Valid on one wire only: 169.254/16 and fe80::/10. */
export function isLinkLocal({ family, words: [first = 0] }: IpAddress): boolean {
  return family === 4 ? first >>> 16 === 0xa9fe : first >>> 22 === 0xfe80 >>> 6;
}

/** Known to its own network only: RFC 1918, and fc00::/7 of RFC 4193. */
export function isPrivate({ family, words: [first = 0] }: IpAddress): boolean {
  if (family === 6) return first >>> 25 === 0xfc >>> 1;
  return first >>> 24 === 10 || first >>> 20 === 0xac1 || first >>> 16 === 0xc0a8;
}

/** The common case of `normalHost`, by a look at each character. */
function isPlainIpv4(text: string): boolean {
  return ipv4Word(text) !== undefined && !/(?:^|\.)0\d/.test(text);
}

function ipv4Word(text: string): number | undefined {
  let word = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit === -2) {
      if (digits === 0 || ++dots > 3) return undefined;
      word = word * 256 + part;
      [part, digits] = [0, 0];
    } else {
      if (!(digit >= 0 && digit <= 9) || ++digits > 3) return undefined;
      part = part * 10 + digit;
      if (part > 255) return undefined;
    }
  }
  return dots === 3 && digits > 0 ? word * 256 + part : undefined;
}

/** Eight numbers of 16 bits. */
function ipv6Groups(text: string): number[] | undefined {
  // RFC 3261's own grammar asks for a third colon before an IPv4 tail: RFC 5118 §4.10 wants it forgiven.
  const [head = '', tail, ...more] = text.replace(/:::(?=[0-9]+(?:\.[0-9]+){3}$)/, '::').split('::');
  const before = groupsOf(head, tail === undefined);
  const after = groupsOf(tail ?? '', true);
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined) return missing === 0 ? before : undefined;
  return missing < 1 ? undefined : [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const word = last && at === parts.length - 1 && part.includes('.') ? ipv4Word(part) : undefined;
    if (word !== undefined) groups.push(word >>> 16, word & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** The first of the longest rows of zeros (RFC 5952 §4.2.3). */
function longestGap(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
