import { type IpAddress, parseIp } from '../../kernel/ip-address.ts';

/** A network in CIDR form (RFC 4632 §3.1, RFC 4291 §2.3). */
export interface Network {
  readonly base: IpAddress;
  /** Of its prefix. */
  readonly bits: number;
}

/** @param cidr `10.0.0.0/8` or `2001:db8::/32`; a bare address is a network of one. Undefined where it is none. */
export function parseNetwork(cidr: string): Network | undefined {
  const [address = '', length, ...more] = cidr.split('/');
  const base = parseIp(address);
  if (base === undefined || more.length > 0) return undefined;
  const longest = base.words.length * 32;
  if (length === undefined) return { base, bits: longest };
  // The prefix of an IPv4 address that was written as IPv6 counts the 96 bits before it.
  const bits = /^\d{1,3}$/.test(length) ? Number(length) - (address.includes(':') ? 128 - longest : 0) : -1;
  return bits < 0 || bits > longest ? undefined : { base, bits };
}

export function contains({ base, bits }: Network, address: IpAddress): boolean {
  return address.family === base.family && commonBits(base, address) >= bits;
}

/** How many leading bits two addresses of one family share. */
export function commonBits(one: IpAddress, other: IpAddress): number {
  let bits = 0;
  for (const [at, word] of one.words.entries()) {
    const differing = Math.clz32(word ^ (other.words[at] ?? 0));
    bits += differing;
    if (differing < 32) break;
  }
  return bits;
}
