import type { Malformed } from '../message/types.ts';
import { normalHost, parseIp } from '../../kernel/ip-address.ts';
import { printHostPort } from '../message/host-port.ts';
import type { Via } from '../message/via.ts';
import type { EngineSettings, ExternalAddress, ListenAddress } from '../options.ts';
import { countLimited, type Counters } from '../stats.ts';
import { Connections } from './connections.ts';
import { Names } from './dns/names.ts';
import type { Endpoint, Flow, Listener, ListenerWish } from './flow.ts';
import type { FoundWay, NoWay } from './found-way.ts';
import { checkAddress, expanded, explained } from './listen-place.ts';
import { listenForStreams, type OpenStreamListener } from './listen-stream.ts';
import { localAddresses, OwnAddresses } from './local-address.ts';
import { findPlace, type PlacesUser } from './places.ts';
import { RequestRate } from './request-rate.ts';
import { networkList, sourceOf } from './source.ts';
import { Security, type TlsFront, type TransportLog } from './security.ts';
import type { Target } from './target.ts';
import { isReliable, isWebSocket, sameConnection } from './transport-name.ts';
import { UdpListener } from './udp.ts';
import { listeningPlace, maddrPlace, sentByTarget, WayBack } from './way-back.ts';

export interface TransportUser {
  message(bytes: Buffer, flow: Flow): void;
  /** A stream that cannot be read on; it is closed after this. */
  fault(malformed: Malformed, flow: Flow): void;
  readonly log: TransportLog;
}

/** RFC 3261 §18.1.1: a larger request goes by TCP where it may. */
const largestDatagram = 1300;

/** Times T1 that a peer may take to accept a connection for what is too large for a datagram. */
const streamPatience = 8;

/** Every socket that peers are met on. */
export class Transports {
  readonly #udp = new Map<Listener, UdpListener>();
  readonly #streams: OpenStreamListener[] = [];
  readonly #fronts = new Map<Listener, TlsFront>();
  readonly #connections: Connections;
  readonly #security: Security;
  readonly #rate: RequestRate;
  readonly #exempt: { has(address: string): boolean };
  readonly #names: Names;
  #own: OwnAddresses;

  private constructor(
    private readonly settings: EngineSettings,
    private readonly counters: Counters,
    private readonly now: () => number,
    private readonly user: TransportUser,
  ) {
    const { requestsPerSecondPerAddress, requestBurstPerAddress, exemptNetworks } = settings.limits;
    this.#rate = new RequestRate(requestsPerSecondPerAddress, requestBurstPerAddress);
    this.#exempt = networkList(exemptNetworks);
    this.#own = new OwnAddresses([], new Map(), settings.external);
    this.#names = new Names(settings.dns, now);
    this.#connections = new Connections(settings.limits, counters, this.#exempt, {
      message: (bytes, flow) => {
        this.#receive(bytes, flow);
      },
      fault: (malformed, flow) => user.fault(malformed, flow),
    });
    this.#connections.probeEvery(settings.limits.webSocketPingMs);
    this.#security = new Security(settings.tls, settings.limits.handshakeMs, counters, user.log);
  }

  /** Rejects when a socket cannot be bound, saying which and what to do; then none is left open. */
  static async open(
    settings: EngineSettings,
    counters: Counters,
    now: () => number,
    user: TransportUser,
  ): Promise<Transports> {
    const transports = new Transports(settings, counters, now, user);
    const interfaces = localAddresses();
    const externals = new Map<Listener, ExternalAddress>();
    try {
      for (const wanted of settings.listen.flatMap((address) => expanded(address, interfaces))) {
        const before = new Set(transports.listening);
        await transports.#listen(wanted);
        const { external } = wanted;
        if (external === undefined) continue;
        for (const listener of transports.listening) if (!before.has(listener)) externals.set(listener, external);
      }
    } catch (error) {
      await transports.close();
      throw error;
    }
    transports.#own = new OwnAddresses(transports.listening, interfaces, settings.external, externals);
    return transports;
  }

  get own(): OwnAddresses {
    return this.#own;
  }

  get listening(): Listener[] {
    return [...this.#udp.keys(), ...this.#streams.map(({ local }) => local)];
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Calls back in the same turn unless a name has to be looked up or a connection tried first. */
  find(target: Target, size: number, found: FoundWay): void {
    const host = normalHost(target.host);
    if (parseIp(host) !== undefined) {
      this.#findAddress({ ...target, host }, size, found);
      return;
    }
    // Nobody's, for ever (RFC 6761 §6.4): a browser has no address to put in its Contact (RFC 7118 §5.1).
    if (host.endsWith('.invalid')) {
      found({ noWay: 'unreachable' });
      return;
    }
    if (this.#own.isOwn(host, target.port, target.wish.transport)) {
      found({ noWay: 'myself' });
      return;
    }
    void this.#names.places({ ...target, host }, this.#own).then((places) => {
      const user: PlacesUser = {
        findAddress: (place, foundPlace) => this.#findAddress(place, size, foundPlace),
        avoid: (place, ms) => this.#names.avoid(place, ms),
      };
      findPlace(target, places, user, found);
    });
  }

  /** A flow on paper: which of our addresses a request to that target would have borne. */
  unreached({ host, port, wish }: Target): Flow | undefined {
    const local = this.#own.choose(host, wish) ?? this.#webSocketListener(host, wish);
    return local === undefined
      ? undefined
      : { transport: wish.transport, local, remote: { address: host, port }, open: false, send: () => undefined };
  }

  /**
   * Where a response goes that may not go, or goes no more, by the flow of its request: a datagram's to its `maddr`, others
   * to where the request said that its sender listens (RFC 3261 §18.2.2).
   */
  back(via: Via, flow: Flow): Flow {
    const { transport, local } = flow;
    if (transport === 'udp') {
      const wanted = maddrPlace(via);
      if (wanted === undefined || !sameFamily(wanted, local)) return flow;
      return this.#udp.get(local)?.flowTo(wanted) ?? flow;
    }
    const remote = listeningPlace(via, flow);
    const open = this.#connections.with(transport, remote, remote.address);
    if (open !== undefined) return open;
    if (isWebSocket(transport)) return flow;
    return new WayBack(this.#connect(remote, local, via.host), {
      dial: (place) => this.#connections.with(transport, place, via.host) ?? this.#connect(place, local, via.host),
      otherPlaces: async () => {
        const target = sentByTarget(via, transport);
        const { host: address, port } = target;
        const places: readonly Endpoint[] =
          parseIp(address) === undefined ? await this.#names.places(target, this.#own) : [{ address, port }];
        return places.filter((place) => sameFamily(place, local));
      },
    });
  }

  /** The sender of a request says that it may be called over its connection (RFC 5923 §8.1). */
  alias(via: Via, flow: Flow): void {
    this.#connections.alias(flow, via.host, via.port ?? 5061);
  }

  /** Reads the certificates of all listeners again. */
  reloadCertificates(): void {
    this.#security.reload();
  }

  async close(): Promise<void> {
    this.#security.close();
    this.#names.close();
    this.#connections.closeAll();
    await Promise.all([...this.#udp.values(), ...this.#streams].map((listener) => listener.close()));
    this.#connections.closeAll();
  }

  #findAddress(target: Target, size: number, found: (way: Flow | NoWay) => void): void {
    const { host: address, port, wish, name } = target;
    const remote = { address, port };
    if (this.#own.isOwn(address, port, wish.transport)) {
      found({ noWay: 'myself' });
      return;
    }
    const open = this.#connections.with(wish.transport, remote, name);
    if (open !== undefined) {
      found(open);
      return;
    }
    const local = this.#own.choose(address, wish) ?? this.#webSocketListener(address, wish);
    if (local === undefined) found({ noWay: 'transport' });
    else if (isReliable(wish.transport)) {
      found(target.onlyOpen ? { noWay: 'unreachable' } : this.#connect(remote, local, name));
    } else {
      const datagram = this.#udp.get(local)?.flowTo(remote);
      if (datagram === undefined) found({ noWay: 'transport' });
      else if (target.fixed || size <= largestDatagram) found(datagram);
      else this.#preferStream(remote, datagram, found);
    }
  }

  /** A browser says ws for wss: that we have the other is enough to say that it is gone, not that it never could be. */
  #webSocketListener(target: string, wish: ListenerWish): Listener | undefined {
    if (!isWebSocket(wish.transport)) return undefined;
    const [, other] = sameConnection[wish.transport];
    return other === undefined ? undefined : this.#own.choose(target, { ...wish, transport: other });
  }

  /** A connection of ours to a peer that must prove to be `host` where it speaks TLS. */
  #connect(remote: Endpoint, local: Listener, host: string): Flow {
    if (local.transport !== 'tls') return this.#connections.connect(remote, local);
    const socket = this.#security.dial(remote, local, host, this.#fronts.get(local));
    return this.#connections.opened(socket, local, remote, 'secureConnect', this.#security.identity(socket, remote));
  }

  /** Too large for a datagram, but better one in fragments than none: a peer without TCP gets it all the same. */
  #preferStream(remote: Endpoint, datagram: Flow, found: (way: Flow) => void): void {
    const local = this.#own.choose(remote.address, { transport: 'tcp' });
    if (local === undefined) {
      found(datagram);
      return;
    }
    const connection =
      this.#connections.with('tcp', remote, remote.address) ?? this.#connections.connect(remote, local);
    if (!connection.connecting) {
      found(connection.open ? connection : datagram);
      return;
    }
    // Who drops what it does not expect says neither yes nor no, and the kernel asks for two minutes.
    let decide: typeof found | undefined = found;
    const settle = (way: Flow): void => {
      clearTimeout(patience);
      decide?.(way);
      decide = undefined;
    };
    const patience = setTimeout(() => {
      settle(datagram);
    }, streamPatience * this.settings.timers.t1);
    connection.whenSettled((connected) => {
      settle(connected ? connection : datagram);
    });
  }

  async #listen(wanted: ListenAddress): Promise<void> {
    const { transport, address, port } = wanted;
    try {
      checkAddress(address);
      if (transport === 'udp') {
        const reception = {
          mayAsk: (from: string): boolean => this.#mayAsk(from),
          message: (bytes: Buffer, flow: Flow): void => {
            this.#receive(bytes, flow);
          },
        };
        const listener = await UdpListener.open(address, port, reception);
        this.#udp.set(listener.local, listener);
      } else {
        const listener = await listenForStreams(
          {
            connections: this.#connections,
            security: this.#security,
            limits: this.settings.limits,
            counters: this.counters,
            log: this.user.log,
          },
          wanted,
        );
        this.#streams.push(listener);
        if (listener.front !== undefined) this.#fronts.set(listener.local, listener.front);
      }
    } catch (error) {
      throw new Error(explained(`${transport}:${printHostPort({ host: address, port })}`, error), { cause: error });
    }
  }

  #receive(bytes: Buffer, flow: Flow): void {
    // A keep-alive of one or two line ends, or of zeros, is no message (RFC 5626 §3.5.1 has STUN here, others this).
    if (bytes.length <= 4) return;
    if (isResponse(bytes) || this.#mayAsk(flow.remote.address)) this.user.message(bytes, flow);
    else countLimited(this.counters, 'requests');
  }

  #mayAsk(address: string): boolean {
    // Who is exempt is looked up last: it costs more than the rest, and few are ever over the limit.
    return this.#rate.allows(sourceOf(address), this.now()) || this.#exempt.has(address);
  }
}

/** `SIP/`, which no request begins with. */
function isResponse(bytes: Buffer): boolean {
  return bytes[3] === 0x2f && bytes[0] === 0x53 && bytes[1] === 0x49 && bytes[2] === 0x50;
}

function sameFamily(one: Endpoint, other: Endpoint): boolean {
  return one.address.includes(':') === other.address.includes(':');
}
