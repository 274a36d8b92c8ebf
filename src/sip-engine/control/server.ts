import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Application, Applications } from '../core/application.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import { Routes } from './routes.ts';

/** The control port: every application that is connected, and who wants what. */
export class ControlServer implements Applications {
  readonly #routes = new Routes<Connection>();
  readonly #connections = new Set<Connection>();
  readonly #server: Server;

  constructor(host: Omit<ConnectionHost, 'route' | 'removeRoute' | 'gone'> & { gone(application: Application): void }) {
    const whole: ConnectionHost = {
      secret: host.secret,
      now: () => host.now(),
      uuid: () => host.uuid(),
      authenticated: (connection) => host.authenticated(connection),
      sip: (connection, frame, answer) => host.sip(connection, frame, answer),
      route: (verb, connection) => {
        this.#routes.add(verb, connection);
      },
      removeRoute: (verb, connection) => {
        this.#routes.remove(verb, connection);
      },
      gone: (connection) => {
        this.#routes.removeAll(connection);
        this.#connections.delete(connection);
        if (connection.authenticated) host.gone(connection);
      },
    };
    this.#server = createServer((socket) => {
      this.#connections.add(new Connection(socket, whole));
    });
  }

  get applications(): number {
    return [...this.#connections].filter((connection) => connection.authenticated).length;
  }

  /** On loopback alone; resolves with the port that was free. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port: 0 }, () => {
        this.#server.off('error', reject);
        resolve(portOf(this.#server.address()));
      });
    });
  }

  choose(method: string): Application | undefined {
    return this.#routes.next(method.toLowerCase());
  }

  wanted(): string[] {
    return this.#routes
      .verbs()
      .filter((verb) => !verb.includes(':'))
      .map((verb) => verb.toUpperCase());
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      for (const connection of this.#connections) connection.destroy();
    });
  }
}

function portOf(address: AddressInfo | string | null): number {
  return address === null || typeof address === 'string' ? 0 : address.port;
}
