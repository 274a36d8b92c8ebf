import { alarm, type Attempt, serviceFailure } from './attempt.ts';
import { Connection, type ConnectionSettings, type Sent } from './http2-connection.ts';

/** The connection to a service that stands, or else a new one. Those that were left close by themselves. */
export class Line {
  #connection: Connection | undefined;
  readonly #open = new Set<Connection>();

  constructor(private readonly settings: ConnectionSettings) {}

  connection(): Connection {
    if (this.#connection?.usable === true) return this.#connection;
    const connection = new Connection(this.settings, () => this.#open.delete(connection));
    this.#open.add(connection);
    this.#connection = connection;
    return connection;
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
  }
}

/** What it makes of an attempt that there was no answer. */
export function unanswered({ because, reason }: Extract<Sent, { got: 'nothing' }>): Attempt {
  switch (because) {
    case 'unprocessed':
      return { came: 'unprocessed', reason };
    case 'failed':
      return serviceFailure(reason);
    case 'certificate':
      return alarm('certificate', reason);
  }
}
