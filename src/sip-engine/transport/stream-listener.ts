import { createServer, type Server, type Socket } from 'node:net';
import type { Listener } from './flow.ts';
import type { TransportName } from './transport-name.ts';

/** One TCP socket of ours that peers connect to, whatever is spoken on it. */
export class StreamListener {
  private constructor(
    private readonly server: Server,
    readonly local: Listener,
  ) {}

  /** Rejects with the error of `bind`. */
  static async open(
    transport: TransportName,
    address: string,
    port: number,
    connected: (socket: Socket, local: Listener) => void,
  ): Promise<StreamListener> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, exclusive: true, ipv6Only: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const bound = server.address();
    const local: Listener = {
      transport,
      address,
      port: bound === null || typeof bound === 'string' ? port : bound.port,
    };
    server.on('connection', (socket) => {
      connected(socket, local);
    });
    // Out of descriptors: those that are open go on, and the next may fit again.
    server.on('error', () => undefined);
    return new StreamListener(server, local);
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
