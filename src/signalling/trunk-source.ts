import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Trunk } from '../directory/types.ts';
import { dialledIn } from './admission.ts';

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

/**
 * The number and name of a trunk's caller: P-Asserted-Identity before From (RFC 3325 §9.1);
 * a trunk is trusted to assert. Its Privacy header field may withhold what it asserts
 * (RFC 3325 §9.3, RFC 3323 §4.2): we show it to nobody then.
 */
export function trunkCaller(
  asserted: string | undefined,
  from: string | undefined,
  privacy: string | undefined,
): { readonly number: string | undefined; readonly name: string | undefined } {
  const field = asserted ?? from ?? '';
  // The URI is looked for where it stands only: a display name is the caller's own words.
  const [, quoted, plain, bracketed] = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*?))\s*<([^>]*)>/.exec(field) ?? [];
  const number = dialledIn(bracketed ?? field.trim());
  if (number === undefined || withheld.test(number) || isPrivate(privacy))
    return { number: undefined, name: undefined };
  const name = (quoted ?? plain ?? '').replaceAll(/\\(.)/g, '$1').trim();
  return { number, name: name === '' || name === number ? undefined : name };
}

const withheld = /^(anonymous|unknown|restricted|unavailable|private)$/i;

function isPrivate(privacy: string | undefined): boolean {
  return (privacy ?? '').split(/[;,]/).some((value) => /^(id|user)$/i.test(value.trim()));
}
