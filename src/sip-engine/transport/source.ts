import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Whom a packet's address stands for where shares are given out: the IPv4 address, also where it is written as an
 * IPv6 one (RFC 4291 §2.5.5.2), or the /64 of any other IPv6 address, for whoever has one address of it has them all.
 */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [plain = ''] = address.split('%');
  const [before = '', after] = plain.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array.from({ length: zeros }, () => 0), ...tail].slice(0, 4);
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`;
}

/** An IPv4 tail counts as two groups; what they hold is beyond the /64. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
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
