import { connect, createServer, type Server, type Socket } from 'node:net';
import type { EngineLimits } from '../options.ts';
import { countLimited, type Counters } from '../stats.ts';
import { type StreamReception, TcpConnection } from './connection.ts';
import type { Endpoint, Listener } from './flow.ts';
import { sourceOf } from './source.ts';

/** Every TCP connection with a peer, by the peer's address and port: either side's requests use it (RFC 5923 §5). */
export class TcpConnections {
  readonly #connections = new Map<string, TcpConnection>();
  readonly #perSource = new Map<string, number>();
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
    return this.#connections.size;
  }

  /** The connection with that peer, whoever opened it. */
  with(remote: Endpoint): TcpConnection | undefined {
    return this.#connections.get(keyOf(remote));
  }

  connect(remote: Endpoint, local: Listener): TcpConnection {
    const socket = connect({ host: remote.address, port: remote.port, localAddress: local.address });
    return this.#add(socket, local, remote);
  }

  accept(socket: Socket, local: Listener): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined) {
      socket.destroy();
      return;
    }
    const { connections, connectionsPerAddress } = this.limits;
    const crowded = connections > 0 && this.size >= connections;
    const greedy = connectionsPerAddress > 0 && this.#of(address) >= connectionsPerAddress && !this.exempt.has(address);
    if (crowded || greedy) {
      countLimited(this.counters, 'connections');
      socket.destroy();
      return;
    }
    this.#add(socket, local, { address, port });
  }

  closeAll(): void {
    for (const connection of this.#connections.values()) connection.destroy();
  }

  #add(socket: Socket, local: Listener, remote: Endpoint): TcpConnection {
    const connection = new TcpConnection(socket, local, remote, this.limits, this.#reception);
    this.#connections.set(keyOf(remote), connection);
    this.#perSource.set(sourceOf(remote.address), this.#of(remote.address) + 1);
    return connection;
  }

  #forget(connection: TcpConnection): void {
    const { remote } = connection;
    if (this.#connections.get(keyOf(remote)) === connection) this.#connections.delete(keyOf(remote));
    const left = this.#of(remote.address) - 1;
    if (left > 0) this.#perSource.set(sourceOf(remote.address), left);
    else this.#perSource.delete(sourceOf(remote.address));
  }

  #of(address: string): number {
    return this.#perSource.get(sourceOf(address)) ?? 0;
  }
}

/** One TCP socket of ours that peers connect to. */
export class TcpListener {
  private constructor(
    private readonly server: Server,
    readonly local: Listener,
  ) {}

  /** Rejects with the error of `bind`. */
  static async open(address: string, port: number, connections: TcpConnections): Promise<TcpListener> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const bound = server.address();
    const local: Listener = {
      transport: 'tcp',
      address,
      port: bound === null || typeof bound === 'string' ? port : bound.port,
    };
    server.on('connection', (socket) => {
      connections.accept(socket, local);
    });
    // Out of descriptors: those that are open go on, and the next may fit again.
    server.on('error', () => undefined);
    return new TcpListener(server, local);
  }

  /** The connections themselves are closed by whoever holds them. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${String(port)}`;
}
