import { networkInterfaces } from 'node:os';
import type { ExternalAddress } from '../options.ts';
import type { Listener, ListenerWish } from './flow.ts';
import type { TransportName } from './transport-name.ts';

/** A network in CIDR form. */
interface Network {
  readonly base: number;
  readonly mask: number;
}

/** The address as one number; undefined where it is no dotted IPv4 address. */
export function ipv4Number(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256 + Number(part);
  }
  return number;
}

/** @param cidr `10.0.0.0/8`; a bare address is a network of one */
export function parseNetwork(cidr: string): Network | undefined {
  const [address = '', length = '32'] = cidr.split('/');
  const base = ipv4Number(address);
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : 33;
  if (base === undefined || bits > 32) return undefined;
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return { base: (base & mask) >>> 0, mask };
}

export function contains(network: Network, address: number): boolean {
  return (address & network.mask) >>> 0 === network.base;
}

/** The IPv4 addresses of this machine, with the network that each is in. */
export function localAddresses(): Map<string, string> {
  const found = new Map<string, string>();
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { family, address, cidr } of addresses ?? []) {
      if (family === 'IPv4' && cidr !== null) found.set(address, cidr);
    }
  }
  return found;
}

/** Chooses among our listeners, and says how each is called by whom. */
export class OwnAddresses {
  readonly #networks = new Map<string, Network>();
  readonly #near: readonly Network[];

  constructor(
    readonly listeners: readonly Listener[],
    interfaces: ReadonlyMap<string, string>,
    private readonly external: ExternalAddress | undefined,
  ) {
    for (const [address, cidr] of interfaces) {
      const network = parseNetwork(cidr);
      if (network !== undefined) this.#networks.set(address, network);
    }
    this.#near = (external?.localNetworks ?? []).flatMap((cidr) => parseNetwork(cidr) ?? []);
  }

  /**
   * The listener to send from: what was asked for; else the one whose network holds the target, then the one with
   * most leading octets in common, loopback last. Undefined where we have none on that transport.
   */
  choose(target: string, wish: ListenerWish): Listener | undefined {
    let best: Listener | undefined;
    let bestScore = -1;
    for (const listener of this.listeners) {
      if (listener.transport !== wish.transport) continue;
      if (wish.port !== undefined && listener.port !== wish.port) continue;
      if (wish.address !== undefined && listener.address !== wish.address) continue;
      const score = this.#score(listener.address, target);
      if (score > bestScore) [best, bestScore] = [listener, score];
    }
    return best;
  }

  /** Our name towards that peer, for Via and Contact. */
  nameFor(listener: Listener, peer: string): string {
    const external = this.external;
    if (external === undefined) return listener.address;
    const number = ipv4Number(peer);
    if (number === undefined || isLoopback(peer)) return listener.address;
    return this.#near.some((network) => contains(network, number)) ? listener.address : external.address;
  }

  isOwn(address: string, port: number, transport: TransportName): boolean {
    return this.listeners.some(
      (listener) =>
        listener.transport === transport &&
        listener.port === port &&
        (listener.address === address || this.external?.address === address),
    );
  }

  #score(address: string, target: string): number {
    if (address === target) return 100;
    const number = ipv4Number(target);
    const network = this.#networks.get(address);
    const near = number !== undefined && network !== undefined && contains(network, number);
    const loopback = isLoopback(address) && !isLoopback(target);
    return (near ? 50 : 10) + commonOctets(address, target) - (loopback ? 9 : 0);
  }
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.');
}

function commonOctets(one: string, other: string): number {
  const [a, b] = [one.split('.'), other.split('.')];
  let common = 0;
  while (common < 4 && a[common] === b[common]) common++;
  return common;
}
