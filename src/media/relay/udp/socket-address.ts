import { SocketAddress } from 'node:net';
import { addressFamily, unmapped } from '../../sdp/address.ts';
import type { Socket } from '../../sdp/description.ts';

/** Linux's numbers of the address families. */
export const families = { 4: 2, 6: 10 } as const;

/** Room for either of them: `sockaddr_in` has 16 bytes, `sockaddr_in6` 28. */
export const addressBytes = 28;

/**
 * The kernel's form of an address and port on a little-endian Linux: `sockaddr_in` or `sockaddr_in6` (ip(7), ipv6(7)).
 * Undefined for what is no IP address literal.
 */
export function toKernel({ address, port }: Socket): Buffer | undefined {
  switch (addressFamily(address)) {
    case 4: {
      const bytes = Buffer.alloc(16);
      bytes.writeUInt16LE(families[4], 0);
      bytes.writeUInt16BE(port, 2);
      bytes.set(address.split('.').map(Number), 4);
      return bytes;
    }
    case 6: {
      const groups = groupsOf(address);
      if (groups === undefined) return undefined;
      const bytes = Buffer.alloc(addressBytes);
      bytes.writeUInt16LE(families[6], 0);
      bytes.writeUInt16BE(port, 2);
      for (const [index, group] of groups.entries()) bytes.writeUInt16BE(group, 8 + 2 * index);
      return bytes;
    }
    case undefined:
      return undefined;
  }
}

/** What a socket of that family wants: an IPv6 one takes IPv4 as `::ffff:192.0.2.1` (RFC 3493 §3.7). */
export function inFamily(family: 4 | 6, { address, port }: Socket): Socket {
  return { address: family === 6 && addressFamily(address) === 4 ? `::ffff:${address}` : address, port };
}

/** What the kernel says of where a packet came from; an IPv6 address in its shortest form (RFC 5952), IPv4 inside it as IPv4. */
export function fromKernel(bytes: Buffer): Socket {
  const port = bytes.readUInt16BE(2);
  if (bytes.readUInt16LE(0) !== families[6]) return { address: bytes.subarray(4, 8).join('.'), port };
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(8 + 2 * index).toString(16));
  return { address: unmapped(new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address), port };
}

/** The eight groups of an IPv6 literal (RFC 4291 §2.2). */
function groupsOf(address: string): number[] | undefined {
  const [head = '', tail, more] = withoutDots(address).split('::');
  if (more !== undefined) return undefined;
  const before = numbers(head);
  const after = tail === undefined ? [] : numbers(tail);
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  return groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

/** The last 32 bits may be written as an IPv4 address. */
function withoutDots(address: string): string {
  const [whole, a, b, c, d] = /:(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address) ?? [];
  if (whole === undefined) return address;
  const group = (high = '', low = ''): string => (Number(high) * 256 + Number(low)).toString(16);
  return `${address.slice(0, -whole.length)}:${group(a, b)}:${group(c, d)}`;
}

function numbers(part: string): number[] {
  return part === '' ? [] : part.split(':').map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? parseInt(group, 16) : -1));
}
