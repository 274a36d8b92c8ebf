import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { parseIp, printIp } from '../../kernel/ip-address.ts';

/**
 * Whom a packet's address stands for where shares are given out: the IPv4 address, also where it is written as an
 * IPv6 one (RFC 4291 §2.5.5.2), or the /64 of any other IPv6 address, for whoever has one address of it has them all.
 */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const ip = parseIp(address.split('%')[0] ?? '');
  if (ip === undefined) return address;
  if (ip.family === 4) return printIp(ip);
  const [first = 0, second = 0] = ip.words;
  return `${printIp({ family: 6, words: [first, second, 0, 0] })}/64`;
}

/**
 * The networks that limits per source do not hold for.
 * @param networks in CIDR form; a bare address is a network of one. Throws an Error that names the one that is none.
 */
export function networkList(networks: readonly string[]): { has(address: string): boolean } {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
    const largest = family === 'ipv4' ? 32 : 128;
    const bits = length === undefined ? largest : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
    if (family === undefined || !(bits <= largest)) {
      throw new Error(`${network} is no network: write it like 192.0.2.0/24 or 2001:db8::/32`);
    }
    list.addSubnet(address, bits, family);
  }
  return {
    has: (address) => networks.length > 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
  };
}
