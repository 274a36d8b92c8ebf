import { connect, type Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { EngineLimits } from '../options.ts';
import { countLimited, type Counters } from '../stats.ts';
import type { Connection, PeerIdentity, StreamReception } from './connection.ts';
import type { Endpoint, Flow, Listener } from './flow.ts';
import { sourceOf } from './source.ts';
import { type Readiness, StreamConnection } from './stream-connection.ts';
import { sameConnection, type TransportName } from './transport-name.ts';
import { WebSocketConnection } from './web-socket-connection.ts';

/** One peer has one port to be called at, or a few. */
const mostAliases = 4;

/** Every connection with a peer, by the peer's address and port: either side's requests use it (RFC 5923 §5). */
export class Connections {
  readonly #connections = new Map<string, Connection>();
  /** Every socket, also of those who have not yet shaken hands. */
  readonly #sockets = new Set<Socket>();
  readonly #perSource = new Map<string, number>();
  /** Those who have still to shake hands. */
  readonly #arriving = new Map<string, NodeJS.Timeout>();
  readonly #aliases = new Map<Connection, readonly string[]>();
  readonly #webSockets = new Set<WebSocketConnection>();
  #probing: NodeJS.Timeout | undefined;
  readonly #reception: StreamReception;

  constructor(
    private readonly limits: EngineLimits,
    private readonly counters: Counters,
    private readonly exempt: { has(address: string): boolean },
    reception: Omit<StreamReception, 'closed' | 'limited'>,
  ) {
    this.#reception = {
      message: (bytes, flow) => reception.message(bytes, flow),
      fault: (malformed, flow) => reception.fault(malformed, flow),
      limited: (limit) => {
        countLimited(counters, limit);
      },
      closed: (connection) => {
        this.#forget(connection);
      },
    };
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** The connection with that peer, whoever opened it, if the peer may be taken for that host. */
  with(transport: TransportName, remote: Endpoint, host: string): Connection | undefined {
    for (const spoken of sameConnection[transport]) {
      const connection = this.#connections.get(keyOf(spoken, remote));
      if (connection?.peer.isWith(host) === true) return connection;
    }
    return undefined;
  }

  connect(remote: Endpoint, local: Listener): Connection {
    const socket = connect({ host: remote.address, port: remote.port, localAddress: local.address });
    return this.opened(socket, local, remote, 'connect', anybody);
  }

  /** Takes in a socket that we connect by. */
  opened(socket: Socket, local: Listener, remote: Endpoint, readiness: Readiness, peer: PeerIdentity): Connection {
    this.#count(socket, remote.address);
    return this.#add(new StreamConnection(socket, local, remote, this.limits, this.#reception, readiness, peer));
  }

  /** Counts somebody who connected to us; undefined: refused for a limit, or gone already. */
  arrived(socket: Socket): Endpoint | undefined {
    const { remoteAddress: address, remotePort: port } = socket;
    // An address with a zone cannot stand in a message.
    if (address === undefined || port === undefined || address.includes('%')) {
      socket.destroy();
      return undefined;
    }
    const { connections, connectionsPerAddress } = this.limits;
    const crowded = connections > 0 && this.size >= connections;
    const greedy = connectionsPerAddress > 0 && this.#of(address) >= connectionsPerAddress && !this.exempt.has(address);
    if (crowded || greedy) {
      countLimited(this.counters, 'connections');
      socket.destroy();
      return undefined;
    }
    this.#count(socket, address);
    return { address, port };
  }

  /** Somebody who still has to shake hands, and not for ever. */
  arrives(socket: Socket, { transport }: Listener): boolean {
    const remote = this.arrived(socket);
    if (remote === undefined) return false;
    const key = keyOf(transport, remote);
    const { handshakeMs } = this.limits;
    if (handshakeMs > 0) {
      const deadline = setTimeout(() => {
        this.counters.handshakesFailed++;
        socket.destroy();
      }, handshakeMs);
      this.#arriving.set(key, deadline);
    }
    socket.once('close', () => {
      this.#settle(key);
    });
    return true;
  }

  /** A stream that messages come by from now on, from a peer that connected to us. */
  accept(socket: Socket, local: Listener, remote: Endpoint, peer: PeerIdentity = anybody): void {
    this.#add(new StreamConnection(socket, local, remote, this.limits, this.#reception, 'open', peer));
  }

  /** The same for a WebSocket; `socket` is what it runs over. */
  acceptWebSocket(webSocket: WebSocket, socket: Socket, local: Listener, remote: Endpoint, peer: PeerIdentity): void {
    const { limits } = this;
    const connection = new WebSocketConnection(webSocket, socket, local, remote, limits, this.#reception, peer);
    this.#webSockets.add(connection);
    this.#add(connection);
  }

  /** Asks every WebSocket so often whether its peer is there: a browser that lost its network says nothing. */
  probeEvery(milliseconds: number): void {
    if (milliseconds === 0) return;
    this.#probing = setInterval(() => {
      for (const connection of this.#webSockets) connection.probe();
    }, milliseconds).unref();
  }

  /**
   * Notes that the peer of this connection listens on `port` as well, and that requests to it may go over this one (RFC
   * 5923 §8.1). Only of who has proved to be the host that it says it is, and only for the address it came from.
   */
  alias(flow: Flow, host: string, port: number): void {
    const connection = this.#connections.get(keyOf(flow.transport, flow.remote));
    if (connection !== flow || !connection.peer.proves(host)) return;
    const key = keyOf(flow.transport, { address: flow.remote.address, port });
    const keys = this.#aliases.get(connection) ?? [];
    if (this.#connections.has(key) || keys.length >= mostAliases) return;
    this.#connections.set(key, connection);
    this.#aliases.set(connection, [...keys, key]);
  }

  closeAll(): void {
    clearInterval(this.#probing);
    for (const socket of this.#sockets) socket.destroy();
  }

  #count(socket: Socket, address: string): void {
    this.#sockets.add(socket);
    this.#perSource.set(sourceOf(address), this.#of(address) + 1);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const left = this.#of(address) - 1;
      if (left > 0) this.#perSource.set(sourceOf(address), left);
      else this.#perSource.delete(sourceOf(address));
    });
  }

  #of(address: string): number {
    return this.#perSource.get(sourceOf(address)) ?? 0;
  }

  #add(connection: Connection): Connection {
    const key = keyOf(connection.transport, connection.remote);
    this.#settle(key);
    this.#connections.set(key, connection);
    return connection;
  }

  #settle(key: string): void {
    clearTimeout(this.#arriving.get(key));
    this.#arriving.delete(key);
  }

  #forget(connection: Connection): void {
    for (const key of [keyOf(connection.transport, connection.remote), ...(this.#aliases.get(connection) ?? [])]) {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
    }
    this.#aliases.delete(connection);
    if (connection instanceof WebSocketConnection) this.#webSockets.delete(connection);
  }
}

const anybody: PeerIdentity = { isWith: () => true, proves: () => false };

function keyOf(transport: TransportName, { address, port }: Endpoint): string {
  return `${transport}/${address}:${String(port)}`;
}
