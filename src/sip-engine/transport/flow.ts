import type { TransportName } from './transport-name.ts';

/** An address in its one spelling (`normalHost`), without brackets, and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** One of our own sockets that peers can send to. */
export interface Listener extends Endpoint {
  readonly transport: TransportName;
}

/**
 * The way to one peer: which of our sockets, and which of theirs (the term is RFC 5626's). What came over a flow
 * is answered over it, for an address translator lets nothing else through.
 */
export interface Flow {
  readonly transport: TransportName;
  /** The listener whose address goes into Via and Contact. */
  readonly local: Listener;
  readonly remote: Endpoint;
  /** False once a connection is gone for good. */
  readonly open: boolean;
  /** `failed` is called at most once, later, with the reason for a log. */
  send(bytes: Uint8Array, failed?: (why: string) => void): void;
}

/** Where whole messages go. */
export interface Reception {
  message(bytes: Buffer, flow: Flow): void;
}

/** What a request may say about the socket that it is to leave from. */
export interface ListenerWish {
  readonly transport: TransportName;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}
