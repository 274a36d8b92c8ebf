import { parseIp, printIp } from '../../kernel/ip-address.ts';

/** How an address is named in `c=` and `o=` lines (RFC 8866 §5.7). */
export type AddressFamily = 4 | 6;

/** The family of an IP address; undefined for a host name or anything else. */
export function addressFamily(address: string): AddressFamily | undefined {
  if (isDottedQuad(address)) return 4;
  return address.includes(':') && parseIp(address) !== undefined ? 6 : undefined;
}

/**
 * An address in the one spelling that packets are known by: IPv6 by RFC 5952, and IPv4 inside IPv6 (`::ffff:192.0.2.1`,
 * as a socket for both families says it) as IPv4. Anything else comes back as it is.
 */
export function normalAddress(address: string): string {
  const ip = address.includes(':') ? parseIp(address) : undefined;
  return ip === undefined ? address : printIp(ip);
}

/** IPv4 inside IPv6 as IPv4, of an address as the system spells it. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Whether it says *nowhere*: `0.0.0.0` or `::`. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function isDottedQuad(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
