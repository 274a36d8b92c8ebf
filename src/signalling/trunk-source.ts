import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Trunk } from '../directory/types.ts';

/** Which trunk an address belongs to, by the networks that the configuration gives each. */
export class TrunkSources {
  readonly #lists: readonly { readonly trunk: Trunk; readonly list: BlockList }[];

  constructor(trunks: readonly Trunk[]) {
    this.#lists = trunks.map((trunk) => ({ trunk, list: blockList(trunk.sources) }));
  }

  /** @returns the first trunk, in the order of the configuration, whose networks hold the address */
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
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** The number and name of a trunk's caller: P-Asserted-Identity before From (RFC 3325 §9.1); a trunk is trusted to assert. */
export function trunkCaller(
  asserted: string | undefined,
  from: string | undefined,
): { readonly number: string | undefined; readonly name: string | undefined } {
  const field = asserted ?? from ?? '';
  const [, quoted, plain] = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*?))\s*</.exec(field) ?? [];
  const [, user] = /(?:sips?|tel):([^@;>\s]+)/i.exec(field) ?? [];
  const name = (quoted ?? plain ?? '').replaceAll(/\\(.)/g, '$1').trim();
  const number =
    user === undefined || /^(anonymous|unknown|restricted|unavailable|private)$/i.test(user)
      ? undefined
      : decoded(user);
  return { number, name: number === undefined || name === '' || name === number ? undefined : name };
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
