import { normalHost, parseIp } from '../../kernel/ip-address.ts';
import { paramOf } from '../message/params.ts';
import type { Via } from '../message/via.ts';
import type { Endpoint, Flow, Listener } from './flow.ts';
import type { Target } from './target.ts';
import { isSecure, type TransportName } from './transport-name.ts';

/** A stranger chooses the name: he gets a few connections of ours for it. */
const mostPlaces = 4;

/** Where a datagram's answer goes in place of its source, if the request wants that (RFC 3261 §18.2.2). */
export function maddrPlace(via: Via): Endpoint | undefined {
  const address = normalHost((paramOf(via.params, 'maddr') ?? '').replace(/^\[|\]$/g, ''));
  return parseIp(address) === undefined ? undefined : { address, port: via.port ?? 5060 };
}

/** Where the request said that its sender listens, at the address that it came from. */
export function listeningPlace(via: Via, { transport, remote }: Flow): Endpoint {
  return {
    address: paramOf(via.params, 'received') ?? remote.address,
    port: via.port ?? (isSecure(transport) ? 5061 : 5060),
  };
}

/** What to look up where nobody listens there (RFC 3263 §5): with a port the name is a machine's, without one a service's. */
export function sentByTarget(via: Via, transport: TransportName): Target {
  const host = normalHost(via.host);
  return {
    ...{ host, name: host, port: via.port ?? (isSecure(transport) ? 5061 : 5060) },
    ...{ wish: { transport }, lookUp: via.port === undefined ? 'srv' : 'address', fixed: true, onlyOpen: false },
  };
}

export interface WayBackUser {
  dial(place: Endpoint): Flow;
  /** Where else the sender may be. Never rejects. */
  otherPlaces(): Promise<readonly Endpoint[]>;
}

/**
 * The way back of responses whose connection is gone: by a connection to where the sender listens, and where there is none
 * to be had, to where its name leads (RFC 3261 §18.2.2, RFC 3263 §5).
 */
export class WayBack implements Flow {
  readonly transport: TransportName;
  readonly local: Listener;
  #current: Flow;
  #others: Endpoint[] | undefined;
  #searching = 0;
  /** What came after a flow that failed: the same for every response that failed with it. */
  readonly #after = new WeakMap<Flow, Promise<Flow | undefined>>();

  constructor(
    first: Flow,
    private readonly user: WayBackUser,
  ) {
    this.#current = first;
    this.transport = first.transport;
    this.local = first.local;
  }

  get remote(): Endpoint {
    return this.#current.remote;
  }

  get open(): boolean {
    return this.#current.open || this.#searching > 0;
  }

  send(bytes: Uint8Array, failed?: (why: string) => void): void {
    this.#sendOver(this.#current, bytes, failed);
  }

  #sendOver(flow: Flow, bytes: Uint8Array, failed: ((why: string) => void) | undefined): void {
    flow.send(bytes, (why) => {
      const next = this.#after.get(flow) ?? this.#search();
      this.#after.set(flow, next);
      void next.then((found) => {
        if (found === undefined) failed?.(why);
        else this.#sendOver(found, bytes, failed);
      });
    });
  }

  async #search(): Promise<Flow | undefined> {
    this.#searching++;
    const tried = this.#current.remote;
    this.#others ??= (await this.user.otherPlaces())
      .filter(({ address, port }) => address !== tried.address || port !== tried.port)
      .slice(0, mostPlaces);
    this.#searching--;
    const place = this.#others.shift();
    if (place === undefined) return undefined;
    this.#current = this.user.dial(place);
    return this.#current;
  }
}
