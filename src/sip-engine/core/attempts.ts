import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import { type Departure, depart, exchange, type ExchangeUser } from './client-exchange.ts';
import type { InboundResponse } from './inbound.ts';
import { ownUri } from './own-uri.ts';
import { after, type OtherPlaces, type Surroundings } from './surroundings.ts';

/** How long a failed place is avoided where it does not say so itself. */
const usualAvoidanceMs = 30_000;

/** Times T1 that a place may stay silent while there is another to try; the last place has all its time. */
const patience = 16;

/** Times T1 after which no further place is tried. */
const wholePatience = 64;

export interface AttemptsUser extends ExchangeUser {
  /** Whether another place may still be tried; default: yes. */
  wanted?(): boolean;
  /** The request for another way; default: the one before, with a new Via and a Contact of that way. */
  elsewhere?(flow: Flow): Departure;
}

/**
 * One request of ours, sent to one place after another until one is there (RFC 3263 §4.3): on to the next when a place
 * cannot be reached, says nothing at all, or answers 503. Its user sees one exchange, with the last answer.
 */
export class Attempts {
  #departure: Departure;
  #transaction: ClientTransaction<InboundResponse> | undefined;
  #impatience: { cancel(): void } | undefined;
  /** Something was heard of the place that is tried now. */
  #heard = false;
  /** No other place is wanted any more. */
  #settled = false;
  readonly #since: number;

  constructor(
    private readonly around: Surroundings,
    departure: Departure,
    private others: OtherPlaces | undefined,
    private readonly user: AttemptsUser,
  ) {
    this.#departure = departure;
    this.#since = around.clock.now();
    this.#open();
  }

  /** To the place that is tried now: what belongs to the request, such as its CANCEL, goes there. */
  get departure(): Departure {
    return this.#departure;
  }

  start(): void {
    if (this.#mayGoOn) {
      this.#impatience = after(this.around, patience * this.around.timers.t1, () => {
        this.#transaction?.transportFailed();
      });
    }
    this.#transaction?.start();
  }

  /** A response in the place of the peer's. */
  receive(inbound: InboundResponse): void {
    this.#transaction?.receive(inbound);
  }

  /** Nothing is waited for any more. */
  abandon(): void {
    this.settle();
    this.#transaction?.abandon();
  }

  /** The place that is tried now is the last. */
  settle(): void {
    this.#settled = true;
    this.#impatience?.cancel();
  }

  get #isWanted(): boolean {
    return !this.#settled && this.user.wanted?.() !== false;
  }

  get #mayGoOn(): boolean {
    const { clock, timers } = this.around;
    return this.others?.more === true && this.#isWanted && clock.now() - this.#since < wholePatience * timers.t1;
  }

  #open(): void {
    const transaction = exchange(this.around, this.#departure, {
      response: (inbound) => {
        this.#receive(inbound);
      },
      ended: () => {
        if (this.#transaction === transaction) this.user.ended?.();
      },
    });
    this.#transaction = transaction;
  }

  #receive(inbound: InboundResponse): void {
    this.#impatience?.cancel();
    if (inbound.madeHere === true && !this.#heard) {
      this.#failed(inbound, usualAvoidanceMs);
      return;
    }
    this.#heard = true;
    if (inbound.status === 503 && inbound.madeHere !== true) {
      const wait = /^\s*(\d{1,6})/.exec(inbound.response.headers.get('Retry-After') ?? '')?.[1];
      this.#failed(inbound, wait === undefined ? usualAvoidanceMs : Number(wait) * 1000);
      return;
    }
    // The user is told of this place: there is no leaving it unseen.
    if (inbound.status > 100) this.#settled = true;
    this.user.response(inbound);
  }

  #failed(inbound: InboundResponse, avoidMs: number): void {
    this.others?.avoid(avoidMs);
    if (!this.#mayGoOn) {
      this.user.response(inbound);
      return;
    }
    // What is left of that transaction only absorbs repetitions.
    this.#transaction = undefined;
    this.others?.next((way, others) => {
      if (!this.#isWanted || 'noWay' in way) {
        this.user.response(inbound);
        this.user.ended?.();
        return;
      }
      this.others = others;
      this.#heard = false;
      this.#departure = this.user.elsewhere?.(way) ?? elsewhere(this.around, this.#departure, way);
      this.#open();
      this.start();
    });
  }
}

/** The same request by another way: a new branch, and where our address on that way is another, the Contact too. */
function elsewhere(around: Surroundings, { request, flow: before }: Departure, flow: Flow): Departure {
  const headers = request.headers.clone();
  headers.shift('Via');
  const [was, is] = [`<${ownUri(around.own, before)}>`, `<${ownUri(around.own, flow)}>`];
  if (was !== is && headers.get('Contact') === was) headers.set('Contact', is);
  return depart(around, { ...request, headers }, flow);
}

/** Sends a request that makes no dialog by an INVITE. A request with one place to go costs nothing more than its exchange. */
export function attempt(
  around: Surroundings,
  departure: Departure,
  others: OtherPlaces | undefined,
  user: ExchangeUser,
): { start(): void } {
  return others === undefined ? exchange(around, departure, user) : new Attempts(around, departure, others, user);
}
