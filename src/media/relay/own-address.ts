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
 * one, unless the former lies in a local network.
 */
export function ownAddress(rules: AddressRules): (via: string) => string {
  const local = new BlockList();
  for (const network of ['127.0.0.0/8', ...rules.localNetworks]) {
    const [address = '', length = ''] = network.split('/');
    local.addSubnet(address, Number(length), addressFamily(address) === 6 ? 'ipv6' : 'ipv4');
  }
  const isLocal = (address: string): boolean => local.check(address, addressFamily(address) === 6 ? 'ipv6' : 'ipv4');
  return (via) => (rules.externalAddress === undefined || isLocal(via) ? via : rules.externalAddress);
}
