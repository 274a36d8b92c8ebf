import type { Clock } from '../../kernel/clock.ts';
import { ClientTransaction, type ClientWork } from './client-transaction.ts';
import { ServerTransaction, type ServerWork } from './server-transaction.ts';
import type { TimerCount } from './running-timers.ts';
import { type BaseTimers, timerTable, type TimerTable } from './timers.ts';

export interface TransactionCounts {
  readonly clientInvite: number;
  readonly clientNonInvite: number;
  readonly serverInvite: number;
  readonly serverNonInvite: number;
}

/** Every transaction that lives, found by the keys of `key.ts`. */
export class Transactions<Response extends { readonly status: number }, Ack> {
  readonly #clients = new Map<string, ClientTransaction<Response>>();
  readonly #servers = new Map<string, ServerTransaction<Ack>>();
  readonly #reliable: TimerTable;
  readonly #unreliable: TimerTable;
  readonly #counts = { clientInvite: 0, clientNonInvite: 0, serverInvite: 0, serverNonInvite: 0 };

  constructor(
    private readonly clock: Clock,
    base: BaseTimers,
    private readonly count: TimerCount,
  ) {
    this.#reliable = timerTable(base, true);
    this.#unreliable = timerTable(base, false);
  }

  get counts(): TransactionCounts {
    return { ...this.#counts };
  }

  client(key: string): ClientTransaction<Response> | undefined {
    return this.#clients.get(key);
  }

  server(key: string): ServerTransaction<Ack> | undefined {
    return this.#servers.get(key);
  }

  /** The caller starts it; `work.ended` is called once, after which the key is free. */
  newClient(
    key: string,
    kind: 'invite' | 'non-invite',
    reliable: boolean,
    work: ClientWork<Response>,
  ): ClientTransaction<Response> {
    const counted = kind === 'invite' ? 'clientInvite' : 'clientNonInvite';
    const transaction = new ClientTransaction<Response>(
      kind,
      this.#table(reliable),
      this.clock,
      this.count,
      work,
      () => {
        if (this.#clients.delete(key)) this.#counts[counted]--;
      },
    );
    this.#clients.set(key, transaction);
    this.#counts[counted]++;
    return transaction;
  }

  newServer(
    key: string,
    kind: 'invite' | 'non-invite',
    reliable: boolean,
    work: ServerWork<Ack>,
  ): ServerTransaction<Ack> {
    const counted = kind === 'invite' ? 'serverInvite' : 'serverNonInvite';
    const transaction = new ServerTransaction<Ack>(kind, this.#table(reliable), this.clock, this.count, work, () => {
      if (this.#servers.delete(key)) this.#counts[counted]--;
    });
    this.#servers.set(key, transaction);
    this.#counts[counted]++;
    return transaction;
  }

  /** A server transaction that nobody will answer any more. */
  dropServer(key: string): void {
    const transaction = this.#servers.get(key);
    if (transaction === undefined) return;
    transaction.abandon();
    this.#servers.delete(key);
    this.#counts[transaction.kind === 'invite' ? 'serverInvite' : 'serverNonInvite']--;
  }

  #table(reliable: boolean): TimerTable {
    return reliable ? this.#reliable : this.#unreliable;
  }
}
