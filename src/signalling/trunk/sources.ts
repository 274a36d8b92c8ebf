import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Trunk } from '../../directory/types.ts';

/** Which trunk an address belongs to, by the networks that each has. */
export class TrunkSources {
  readonly #lists: readonly { readonly trunk: Trunk; readonly list: BlockList }[];

  constructor(trunks: readonly Trunk[]) {
    this.#lists = trunks.map((trunk) => ({ trunk, list: blockList(trunk.sources) }));
  }

  /** @returns the first trunk, in the order that they were given in, whose networks hold the address */
  at(address: string): Trunk | undefined {
    if (isIP(address) === 0) return undefined;
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    return this.#lists.find(({ list }) => list.check(address, family))?.trunk;
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    // Damage in the store: it is nobody's network, and everybody else's calls go on.
    if (isIP(address) === 0 || (prefix !== undefined && !isPrefix(prefix, family === 'ipv6' ? 128 : 32))) continue;
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function isPrefix(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= most;
}
