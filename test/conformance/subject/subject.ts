import type { Place } from '../../contract/sip-engine/peer.ts';

/** What one suite wants of the server under it; what is left out is as it comes. */
export interface Wanted {
  /** RFC 3261 T1 in milliseconds; the other timers keep their proportion to it. */
  readonly t1?: number;
  readonly cdrs?: boolean;
  /** How the server is called by peers outside `localNetworks`. */
  readonly external?: { readonly address: string; readonly localNetworks: readonly string[] };
  readonly tls?: boolean;
  /** `ws`, and with `tls` as well `wss`. */
  readonly websocket?: boolean;
  /** Where new requests of a method are taken: an application that listens. */
  readonly handlers?: readonly { readonly method: string; readonly url: string }[];
}

/** What a server may lack, or may not be told to do by whoever runs these tests. */
export type Feature =
  | 'short timers'
  | 'cdr'
  | 'proxy'
  | 'session timers'
  | 'tls'
  | 'websocket'
  | 'outbound connections'
  | 'external address';

/** A SIP server that speaks drachtio's control protocol. */
export interface Subject {
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
  readonly sip: {
    readonly udp: Place;
    readonly tcp: Place;
    readonly tls?: Place;
    readonly ws?: Place;
    readonly wss?: Place;
  };
  /** Resolves when nothing of what was done is left, where the server can tell; rejects when something stays. */
  settled(): Promise<void>;
  /** The process is still there. */
  alive(): boolean;
  close(): Promise<void>;
}

/** One of the two servers that are compared. */
export interface Ground {
  readonly name: string;
  readonly kind: 'ours' | 'drachtio';
  /** Why this feature cannot be tried on this ground; undefined: it can. */
  lacks(feature: Feature): string | undefined;
  start(wanted: Wanted): Promise<Subject>;
}
