import { networkInterfaces } from 'node:os';
import { type IpAddress, isLinkLocal, isLoopback, normalHost, parseIp } from '../../kernel/ip-address.ts';
import type { ExternalAddress } from '../options.ts';
import type { Listener, ListenerWish } from './flow.ts';
import { commonBits, contains, type Network, parseNetwork } from './network.ts';
import type { TransportName } from './transport-name.ts';

/**
 * The addresses of this machine, with the network that each is in. Those that hold on one wire only are left out: they
 * say nothing without the name of an interface, which no SIP message can carry.
 */
export function localAddresses(): Map<string, string> {
  const found = new Map<string, string>();
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, cidr } of addresses ?? []) {
      const ip = parseIp(address);
      if (cidr !== null && ip !== undefined && !(ip.family === 6 && isLinkLocal(ip))) found.set(address, cidr);
    }
  }
  return found;
}

/** A listener, with what is asked about it for each message. */
interface Own {
  readonly listener: Listener;
  readonly ip: IpAddress | undefined;
  readonly network: Network | undefined;
  readonly outside: Outside | undefined;
}

/** How a listener is called by who is not near. */
interface Outside {
  readonly address: string;
  readonly near: readonly Network[];
  /** Everything that means us. */
  readonly hosts: ReadonlySet<string>;
}

/** Chooses among our listeners, and says how each is called by whom. */
export class OwnAddresses {
  readonly #all: readonly Own[];
  /** Of those listeners only that are called differently outside. */
  readonly #outside = new Map<Listener, Outside>();

  /**
   * @param external of all listeners
   * @param externals of single ones, before that
   */
  constructor(
    readonly listeners: readonly Listener[],
    interfaces: ReadonlyMap<string, string>,
    external: ExternalAddress | undefined,
    externals: ReadonlyMap<Listener, ExternalAddress> = new Map(),
  ) {
    this.#all = listeners.map((listener) => {
      const ip = parseIp(listener.address);
      const outside = outsideOf(ip, externals.get(listener) ?? external);
      if (outside !== undefined) this.#outside.set(listener, outside);
      return { listener, ip, network: parseNetwork(interfaces.get(listener.address) ?? ''), outside };
    });
  }

  /**
   * The listener to send from: what was asked for; else the one whose network holds the target, then the one with
   * most leading octets in common, loopback last. Undefined where we have none of that transport and family.
   */
  choose(target: string, wish: ListenerWish): Listener | undefined {
    const ip = parseIp(target);
    const address = wish.address === undefined ? undefined : normalHost(wish.address);
    let best: Listener | undefined;
    let bestScore = -1;
    for (const own of this.#all) {
      const { listener } = own;
      if (listener.transport !== wish.transport) continue;
      if (wish.port !== undefined && listener.port !== wish.port) continue;
      if (address !== undefined && listener.address !== address) continue;
      if (ip !== undefined && own.ip?.family !== ip.family) continue;
      const score = scoreOf(own, ip);
      if (score > bestScore) [best, bestScore] = [listener, score];
    }
    return best;
  }

  speaks(transport: TransportName, family: 4 | 6): boolean {
    return this.#all.some(({ listener, ip }) => listener.transport === transport && ip?.family === family);
  }

  /** Our name towards that peer, for Via and Contact. An IPv6 address has no brackets. */
  nameFor(listener: Listener, peer: string): string {
    if (this.#outside.size === 0) return listener.address;
    const outside = this.#outside.get(listener);
    const ip = outside === undefined ? undefined : parseIp(peer);
    if (outside === undefined || ip === undefined || isLoopback(ip)) return listener.address;
    return outside.near.some((network) => contains(network, ip)) ? listener.address : outside.address;
  }

  /** Our name towards the world. */
  outerName(listener: Listener): string {
    return this.#outside.get(listener)?.address ?? listener.address;
  }

  isOwn(host: string, port: number, transport: TransportName): boolean {
    const wanted = normalHost(host);
    return this.#all.some(
      ({ listener, outside }) =>
        listener.transport === transport &&
        listener.port === port &&
        (listener.address === wanted || outside?.hosts.has(wanted) === true),
    );
  }
}

/** Undefined where the external address is of another family than the listener's. */
function outsideOf(ip: IpAddress | undefined, external: ExternalAddress | undefined): Outside | undefined {
  if (external === undefined) return undefined;
  const outer = parseIp(external.address);
  if (outer !== undefined && outer.family !== ip?.family) return undefined;
  const address = normalHost(external.address);
  return {
    address,
    near: external.localNetworks.flatMap((cidr) => parseNetwork(cidr) ?? []),
    hosts: new Set([address, ...(external.names ?? []).map(normalHost)]),
  };
}

function scoreOf({ ip, network }: Own, target: IpAddress | undefined): number {
  if (ip === undefined || target === undefined) return 0;
  const common = commonBits(ip, target);
  if (common === ip.words.length * 32) return 100;
  const near = network !== undefined && contains(network, target);
  const loopback = isLoopback(ip) && !isLoopback(target);
  return (near ? 50 : 10) + (common >> 3) - (loopback ? 9 : 0);
}
