import { defaultLimits as messageDefaults, type Limits } from './message/limits.ts';
import type { SessionTimerSettings } from './dialog/session-timer.ts';
import type { OverloadThresholds } from './overload/controller.ts';
import { type BaseTimers, rfcTimers } from './transaction/timers.ts';
import type { TransportName } from './transport/transport-name.ts';

export type { SessionTimerSettings } from './dialog/session-timer.ts';
export type { TransportName } from './transport/transport-name.ts';

/** Where SIP is listened for. */
export interface ListenAddress {
  readonly transport: TransportName;
  /** `0.0.0.0` stands for one socket per IPv4 address of this machine, `::` for one per IPv6 address. No brackets. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** Needed for `tls` and `wss`. */
  readonly tls?: ListenerTls;
  /** On `ws` and `wss`: whose pages may connect, as `https://example.com`; without it everybody's. */
  readonly origins?: readonly string[];
  /** Instead of the one for all. */
  readonly external?: ExternalAddress;
}

/** Paths of PEM files; the certificate's may hold those of its issuers as well. */
export interface CertificateFiles {
  readonly key: string;
  readonly cert: string;
}

/** What a listener shows to who connects by TLS, 1.2 or later. */
export interface ListenerTls extends CertificateFiles {
  /** Path of a PEM file: who may sign the certificates of clients. Without it, the authorities that Node.js knows. */
  readonly ca?: string;
  /** Asks clients for a certificate; who has none is let in all the same. */
  readonly requestClientCertificate?: boolean;
  /** Other certificates for who asks for one of these names (SNI); `*.example.com` is a name. */
  readonly servers?: readonly (CertificateFiles & { readonly names: readonly string[] })[];
}

/** TLS as a whole. */
export interface TlsSettings {
  /**
   * Whether a TLS server that we connect to must prove by its certificate that it is the host that was asked for, as RFC
   * 5922 wants. An address that was asked for must stand in the certificate itself.
   */
  readonly verifyPeers: boolean;
  /** Path of a PEM file: who may sign their certificates beside the authorities that Node.js knows. */
  readonly trusted: string | undefined;
  /** How often certificate files are looked at for a change, in milliseconds; 0: only when `reloadCertificates` is called. */
  readonly checkFilesMs: number;
}

/** How we are called by peers outside `localNetworks` (CIDR, as `10.0.0.0/8`): behind address translation, or in a cloud. */
export interface ExternalAddress {
  /** Where it is an IP address, it holds for listeners of its family. */
  readonly address: string;
  readonly localNetworks: readonly string[];
  /** Host names that mean us too: a request for one of them at a port of ours is for ourselves. */
  readonly names?: readonly string[];
}

/** How host names are looked up (RFC 3263). */
export interface DnsSettings {
  /** Name servers, as `192.0.2.53` or `[2001:db8::53]:5353`; undefined: those of this machine, and its hosts file. */
  readonly servers: readonly string[] | undefined;
  /** Milliseconds after which a name counts as not found, however many questions are still open. */
  readonly deadlineMs: number;
}

/** Milliseconds. */
export interface EngineTimers extends BaseTimers {
  /** How long an INVITE may wait for its next answer from the application before the caller gets 408 (RFC 3261 §16.6 step 11). */
  readonly timerC: number;
  /**
   * How long a BYE is kept back after the application learnt that the call is up. An application that sees both in
   * one read handles the BYE before it could put a handler on the dialog, and loses it.
   */
  readonly byeGrace: number;
}

/** What one peer may take from everybody; 0 switches a limit off. */
export interface EngineLimits {
  /** One message, from start line to end of body; over this and the next three: 513. */
  readonly messageBytes: number;
  readonly headerFields: number;
  /** Characters of one header field, with the lines folded under it. */
  readonly headerFieldLength: number;
  /** Hops in Via. */
  readonly vias: number;
  /** Characters of the request-URI; over it: 414. */
  readonly uriLength: number;
  /** Open connections of peers, in all and per source. A source is an IPv4 address, or the /64 of an IPv6 one. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** What one source may send in the long run; over this, requests are dropped without an answer. */
  readonly requestsPerSecondPerAddress: number;
  /** What it may send at once; 0: as much as in one second. */
  readonly requestBurstPerAddress: number;
  /** Networks (CIDR) that the limits per source do not hold for: a carrier sends everybody's calls from one address. */
  readonly exemptNetworks: readonly string[];
  /** A connection on which nothing came or went for so long is closed. */
  readonly idleConnectionMs: number;
  /** A message that was begun must be whole by then, and a connection that one side ended must be gone. */
  readonly messageMs: number;
  /** A peer that connected must have said something by then. */
  readonly silentConnectionMs: number;
  /** Keep-alives on one connection, which RFC 5626 wants every two minutes; over this it is closed. */
  readonly keepAlivesPerMinute: number;
  /** Bytes that an application may leave unread before its connection is ended. */
  readonly applicationBacklogBytes: number;
  /** A peer, or an application, that takes nothing of what it is sent for so long loses its connection. */
  readonly stalledConnectionMs: number;
  /** A TLS handshake or a WebSocket upgrade must be done by then. */
  readonly handshakeMs: number;
  /** How often a WebSocket's peer is asked whether it is there; who gives no answer until the next time is cut off. */
  readonly webSocketPingMs: number;
}

/** Where applications connect. Over TLS where there is a certificate; the secret travels in clear where there is none. */
export interface ControlAddress {
  /** An address of this machine; `0.0.0.0` is all of them. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** Files in PEM; the certificate's has its chain behind it. */
  readonly tls?: { readonly keyFile: string; readonly certificateFile: string };
}

/** When new work is refused; every threshold 0: never. */
export interface OverloadOptions extends OverloadThresholds {
  /** Seconds in Retry-After, and up to twice that. */
  readonly retryAfter: number;
}

/** Who says which application gets the new requests of a method: drachtio's outbound mode. */
export interface RequestHandler {
  /** A SIP method, or `*` for every method without a handler of its own. */
  readonly method: string;
  /** `http:` or `https:` to ask; `tcp:` or `tls:` for an application to connect to without asking. */
  readonly url: string;
  /** Default: GET. A POST carries the SIP message. */
  readonly httpMethod?: 'GET' | 'POST';
}

export interface EngineOptions {
  readonly listen: readonly ListenAddress[];
  /** What an application must show on a control port before it is heard. */
  readonly secret: string;
  /** Default: a free port of 127.0.0.1. */
  readonly control?: readonly ControlAddress[];
  readonly external?: ExternalAddress;
  /** Defaults: peers are verified, files looked at every 30 s. */
  readonly tls?: Partial<TlsSettings>;
  /** Defaults: the name servers of this machine, and 4 s. */
  readonly dns?: Partial<DnsSettings>;
  /** Defaults: RFC 3261's 500, 4000 and 5000, where T2 and T4 keep their proportion to another T1; timerC 200 s; byeGrace 100. */
  readonly timers?: Partial<EngineTimers>;
  /** Defaults: `none`, as drachtio-server, and 90 seconds (RFC 4028 §4). */
  readonly sessionTimers?: Partial<SessionTimerSettings>;
  readonly limits?: Partial<EngineLimits>;
  readonly overload?: Partial<OverloadOptions>;
  /** Whether applications that ask for `cdr:attempt`, `cdr:start` and `cdr:stop` get them. Default: no. */
  readonly cdrs?: boolean;
  /** Default: none; applications connect, and ask for methods. */
  readonly requestHandlers?: readonly RequestHandler[];
}

/** The options with every default filled in. */
export interface EngineSettings {
  readonly listen: readonly ListenAddress[];
  readonly secret: string;
  readonly control: readonly ControlAddress[];
  readonly external: ExternalAddress | undefined;
  readonly tls: TlsSettings;
  readonly dns: DnsSettings;
  readonly timers: EngineTimers;
  readonly sessionTimers: SessionTimerSettings;
  readonly cdrs: boolean;
  readonly requestHandlers: readonly RequestHandler[];
  readonly limits: EngineLimits;
  readonly overload: OverloadOptions;
}

const defaultLimits: EngineLimits = {
  messageBytes: messageDefaults.bytes,
  headerFields: messageDefaults.fields,
  headerFieldLength: messageDefaults.fieldLength,
  vias: messageDefaults.vias,
  uriLength: messageDefaults.uriLength,
  connections: 10_000,
  connectionsPerAddress: 1_000,
  requestsPerSecondPerAddress: 0,
  requestBurstPerAddress: 0,
  exemptNetworks: [],
  idleConnectionMs: 15 * 60_000,
  messageMs: 10_000,
  silentConnectionMs: 30_000,
  keepAlivesPerMinute: 120,
  applicationBacklogBytes: 32 * 1024 * 1024,
  stalledConnectionMs: 32_000,
  handshakeMs: 10_000,
  webSocketPingMs: 30_000,
};

/** Far from what an engine does that keeps up with its work. */
const defaultOverload: OverloadOptions = {
  busy: 0.995,
  lagMs: 500,
  backlogBytes: 2 * 1024 * 1024,
  maxPending: 20_000,
  leastRate: 50,
  sustainedMs: 1500,
  retryAfter: 5,
};

/** What the reader of messages is to keep to; there 'no limit' is infinity. */
export function messageLimits(limits: EngineLimits): Limits {
  const most = (limit: number): number => (limit === 0 ? Infinity : limit);
  return {
    bytes: most(limits.messageBytes),
    fields: most(limits.headerFields),
    fieldLength: most(limits.headerFieldLength),
    uriLength: most(limits.uriLength),
    vias: most(limits.vias),
  };
}

export function settingsOf(options: EngineOptions): EngineSettings {
  return {
    listen: options.listen,
    secret: options.secret,
    control: options.control ?? [{ address: '127.0.0.1', port: 0 }],
    external: options.external,
    tls: { verifyPeers: true, trusted: undefined, checkFilesMs: 30_000, ...options.tls },
    dns: { servers: options.dns?.servers, deadlineMs: options.dns?.deadlineMs ?? 4000 },
    timers: { ...defaultTimers(options.timers?.t1 ?? rfcTimers.t1), ...options.timers },
    sessionTimers: {
      defaultRefresher: options.sessionTimers?.defaultRefresher ?? 'none',
      // At none a hostile answer of 0 seconds would make a refresh of every turn.
      minSE: Math.max(1, options.sessionTimers?.minSE ?? 90),
    },
    limits: { ...defaultLimits, ...options.limits },
    overload: { ...defaultOverload, ...options.overload },
    cdrs: options.cdrs ?? false,
    requestHandlers: options.requestHandlers ?? [],
  };
}

function defaultTimers(t1: number): EngineTimers {
  const scale = t1 / rfcTimers.t1;
  return { t1, t2: rfcTimers.t2 * scale, t4: rfcTimers.t4 * scale, timerC: 200_000, byeGrace: 100 };
}
