import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Application } from '../core/application.ts';
import type { Applications } from '../core/applications.ts';
import type { Director } from '../core/direction.ts';
import type { ControlAddress, RequestHandler } from '../options.ts';
import { Connection, type ConnectionHost, version } from './connection.ts';
import type { ApplicationPlace } from './direction-answer.ts';
import { ControlListener } from './listener.ts';
import { type ConnectedApplication, OutboundRouting } from './outbound.ts';
import { Routes } from './routes.ts';

/** What the control ports need of the engine. */
export interface ControlHost extends Omit<ConnectionHost, 'ready' | 'route' | 'removeRoute' | 'gone'> {
  gone(application: Application): void;
}

/** Milliseconds in which an application that we connect to must show the secret. */
const outboundPatience = 3000;

/** The control ports: every application that is connected, and who wants what. */
export class ControlServer implements Applications {
  readonly #routes = new Routes<Connection>();
  readonly #connections = new Set<Connection>();
  readonly #host: ConnectionHost;
  readonly #outbound: OutboundRouting;
  /** Applications that we connected to, and that have not shown the secret yet. */
  readonly #awaited = new Map<Connection, (connected: ConnectedApplication | undefined) => void>();
  #listeners: ControlListener[] = [];

  constructor(host: ControlHost, handlers: readonly RequestHandler[]) {
    this.#host = {
      secret: host.secret,
      backlogBytes: host.backlogBytes,
      stalledMs: host.stalledMs,
      log: host.log,
      ready: (connection) => {
        this.#settle(connection, { application: connection, destroy: () => connection.destroy() });
      },
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
        this.#settle(connection, undefined);
        if (connection.authenticated) host.gone(connection);
      },
    };
    this.#outbound = new OutboundRouting(handlers, {
      connect: (place, done) => {
        this.#connect(place, done);
      },
      tagged: (method, tag) => this.#routes.next(method.toLowerCase(), ({ tags }) => tags.has(tag)),
      agent: `Drachtio/${version}`,
      log: host.log,
    });
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

  director(method: string): Director | undefined {
    return this.#outbound.directorFor(method);
  }

  wanted(): string[] {
    return this.#routes
      .verbs()
      .filter((verb) => !verb.includes(':'))
      .map((verb) => verb.toUpperCase());
  }

  /** Reads certificates anew. What cannot be used is logged, and the old one stays. */
  reload(): void {
    for (const listener of this.#listeners) {
      try {
        listener.reload();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#host.log('error', 'the certificate of a control port cannot be used; the old one stays', { why });
      }
    }
  }

  async close(): Promise<void> {
    const closed = this.#listeners.map((listener) => listener.close());
    this.#listeners = [];
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(closed);
  }

  /** As drachtio-server, whoever answers there is not asked for a certificate of a known authority. */
  #connect({ host, port, tls }: ApplicationPlace, done: (connected: ConnectedApplication | undefined) => void): void {
    const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    const connection = new Connection(socket, this.#host, outboundPatience);
    this.#connections.add(connection);
    this.#awaited.set(connection, done);
  }

  #settle(connection: Connection, connected: ConnectedApplication | undefined): void {
    const done = this.#awaited.get(connection);
    this.#awaited.delete(connection);
    done?.(connected);
  }
}
