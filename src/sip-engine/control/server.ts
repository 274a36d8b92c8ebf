import type { Socket } from 'node:net';
import type { Application, Applications } from '../core/application.ts';
import type { ControlAddress } from '../options.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import { ControlListener } from './listener.ts';
import { Routes } from './routes.ts';

/** The control ports: every application that is connected, and who wants what. */
export class ControlServer implements Applications {
  readonly #routes = new Routes<Connection>();
  readonly #connections = new Set<Connection>();
  readonly #host: ConnectionHost;
  #listeners: ControlListener[] = [];

  constructor(host: Omit<ConnectionHost, 'route' | 'removeRoute' | 'gone'> & { gone(application: Application): void }) {
    this.#host = {
      secret: host.secret,
      now: () => host.now(),
      uuid: () => host.uuid(),
      authenticated: (connection) => host.authenticated(connection),
      sip: (connection, frame, answer) => host.sip(connection, frame, answer),
      proxy: (connection, order, tell) => host.proxy(connection, order, tell),
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
  }

  get applications(): number {
    return [...this.#connections].filter((connection) => connection.authenticated).length;
  }

  /** Bytes that the slowest application has not taken yet. */
  get backlog(): number {
    let most = 0;
    for (const connection of this.#connections) most = Math.max(most, connection.backlog);
    return most;
  }

  /** Resolves with the ports that were free; rejects, and has none open, where one cannot be had. */
  async listen(wanted: readonly ControlAddress[]): Promise<ControlAddress[]> {
    const accept = (socket: Socket): void => {
      this.#connections.add(new Connection(socket, this.#host));
    };
    try {
      for (const address of wanted) this.#listeners.push(await ControlListener.open(address, accept));
    } catch (error) {
      await this.close();
      throw error;
    }
    return this.#listeners.map(({ address }) => address);
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

  /** Reads certificates anew. Throws where one cannot be read; the old one then stays. */
  reload(): void {
    for (const listener of this.#listeners) listener.reload();
  }

  async close(): Promise<void> {
    const closed = this.#listeners.map((listener) => listener.close());
    this.#listeners = [];
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(closed);
  }
}
