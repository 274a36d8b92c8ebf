import { parseIp, printIp } from '../../../kernel/ip-address.ts';
import { addressFamily } from '../../sdp/address.ts';
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
      const ip = parseIp(address);
      if (ip === undefined) return undefined;
      const bytes = Buffer.alloc(addressBytes);
      bytes.writeUInt16LE(families[6], 0);
      bytes.writeUInt16BE(port, 2);
      // IPv4 inside IPv6 is read as IPv4: here it is wanted in its IPv6 form (RFC 4291 §2.5.5.2).
      const words = ip.family === 4 ? [0, 0, 0xffff, ...ip.words] : ip.words;
      for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, 8 + 4 * index);
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
  const words = [0, 1, 2, 3].map((index) => bytes.readUInt32BE(8 + 4 * index));
  const [first, second, third, last = 0] = words;
  const mapped = first === 0 && second === 0 && third === 0xffff;
  return { address: printIp(mapped ? { family: 4, words: [last] } : { family: 6, words }), port };
}
