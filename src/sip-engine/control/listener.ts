import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { ControlAddress } from '../options.ts';

/** One control port, plain or TLS. */
export class ControlListener {
  /** Also those whose TLS handshake is not over. */
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server | TlsServer,
    private readonly wanted: ControlAddress,
  ) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Rejects with an Error that says which port could not be had, and what to do. */
  static async open(wanted: ControlAddress, accept: (socket: Socket) => void): Promise<ControlListener> {
    const server =
      wanted.tls === undefined
        ? createServer(accept)
        : createTlsServer({ ...certificateOf(wanted.tls), handshakeTimeout: 10_000 }, accept);
    server.maxConnections = 1000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(unavailable(wanted, error.code ?? error.message)));
      });
      server.listen({ host: wanted.address, port: wanted.port, exclusive: true }, resolve);
    });
    server.removeAllListeners('error');
    // An application that cannot be accepted tries again by itself.
    server.on('error', () => undefined);
    return new ControlListener(server, wanted);
  }

  /** With the port that was free. */
  get address(): ControlAddress {
    const bound = this.server.address();
    return bound === null || typeof bound === 'string' ? this.wanted : { ...this.wanted, port: bound.port };
  }

  /** Reads the certificate anew; those who are connected stay. Throws where it cannot be read. */
  reload(): void {
    if (this.wanted.tls !== undefined && 'setSecureContext' in this.server) {
      this.server.setSecureContext(certificateOf(this.wanted.tls));
    }
  }

  /** Takes nobody new, and lets go of everybody. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

function certificateOf({ keyFile, certificateFile }: NonNullable<ControlAddress['tls']>): {
  key: Buffer;
  cert: Buffer;
  minVersion: 'TLSv1.2';
} {
  return { key: readFileSync(keyFile), cert: readFileSync(certificateFile), minVersion: 'TLSv1.2' };
}

function unavailable({ address, port }: ControlAddress, why: string): string {
  const place = `${address}:${String(port)}`;
  if (why === 'EADDRINUSE')
    return `applications cannot be listened for at ${place}: another program has that port, perhaps a drachtio-server; stop it, or choose another port`;
  if (why === 'EADDRNOTAVAIL')
    return `applications cannot be listened for at ${place}: this machine has no such address; choose one that it has`;
  if (why === 'EACCES')
    return `applications cannot be listened for at ${place}: ports below 1024 are for root; choose a higher one`;
  return `applications cannot be listened for at ${place}: ${why}`;
}
