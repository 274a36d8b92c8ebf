import { BlockList } from 'node:net';
import { addressFamily } from '../sdp/address.ts';

export interface AddressRules {
  /** Named in descriptions in place of our own address; undefined when our own can be reached. */
  readonly externalAddress: string | undefined;
  /** Networks, as `10.1.0.0/16`, whose addresses of ours are named as they are. */
  readonly localNetworks: readonly string[];
}

/**
 * Which address of ours a party is told: the one that its signalling goes through, or the external
 * one where it is of the same family, unless the former lies in a local network.
 */
export function ownAddress(rules: AddressRules): (via: string) => string {
  const local = new BlockList();
  for (const network of ['127.0.0.0/8', ...rules.localNetworks]) {
    const [address = '', length = ''] = network.split('/');
    local.addSubnet(address, Number(length), addressFamily(address) === 6 ? 'ipv6' : 'ipv4');
  }
  local.addAddress('::1', 'ipv6');
  const isLocal = (address: string): boolean => local.check(address, addressFamily(address) === 6 ? 'ipv6' : 'ipv4');
  const { externalAddress: external } = rules;
  // Who came by one family is told no address of the other: it may have none of those.
  const isPlain = (via: string): boolean => addressFamily(via) !== addressFamily(external ?? '') || isLocal(via);
  return (via) => (external === undefined || isPlain(via) ? via : external);
}
