import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A path through the network that can die without either end being told. */
export class Path {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** The address by which that origin is reached through the path. */
  async to(origin: string): Promise<string> {
    const port = Number(new URL(origin).port);
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `https://localhost:${(server.address() as AddressInfo).port}`;
  }

  /** Connections that stand carry nothing any more; new ones do. */
  die(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
  }
}
