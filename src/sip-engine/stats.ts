/** What the engine holds now, and what it has done since its start. */
export interface EngineStats {
  /** Transactions that live, by kind. */
  readonly transactions: {
    readonly clientInvite: number;
    readonly clientNonInvite: number;
    readonly serverInvite: number;
    readonly serverNonInvite: number;
  };
  readonly dialogs: number;
  readonly timers: number;
  /** TCP connections with peers, also those that have still to shake hands. */
  readonly connections: number;
  /** Authenticated applications on the control port. */
  readonly applications: number;
  /** The methods that some application wants, in upper case. */
  readonly routed: readonly string[];
  readonly requestsReceived: number;
  readonly responsesReceived: number;
  readonly messagesSent: number;
  readonly retransmissionsSent: number;
  readonly retransmissionsReceived: number;
  /** Messages that could not be read. */
  readonly malformed: number;
  /** Messages that could be read and had nobody to go to. */
  readonly dropped: number;
  /** Messages and connections refused for a limit, in all. */
  readonly limited: number;
  /** The same, by limit. */
  readonly limitedBy: Readonly<Record<Limit, number>>;
  /** TLS handshakes and WebSocket upgrades that came to nothing. */
  readonly handshakesFailed: number;
  /** Requests outside dialogs, with too much to do. */
  readonly overload: {
    /** With a 503 that asks to come back later. */
    readonly refused: number;
    /** Without a word: even those were too many. */
    readonly dropped: number;
    /** The part of them that gets in now: 1 in normal operation. */
    readonly share: number;
    /** Those that got in, and to which the application has said nothing yet. */
    readonly pending: number;
  };
  /** Processor time of the engine's thread, in milliseconds. */
  readonly cpuMs: number;
}

export type Limit =
  /** Messages over a limit of size: 513 or 414. */
  | 'message'
  /** Requests over what one source may send. */
  | 'requests'
  /** Connections over what there may be, in all or of one source. */
  | 'connections'
  /** Connections on which nothing was ever said. */
  | 'silence'
  /** Connections whose message did not become whole. */
  | 'slowness'
  /** Connections with more keep-alives than make sense. */
  | 'keepAlives'
  /** Connections whose peer does not take what it is sent. */
  | 'backlog';

/** The running counts; whoever does the thing counts it. */
export interface Counters {
  timers: number;
  requestsReceived: number;
  responsesReceived: number;
  messagesSent: number;
  retransmissionsSent: number;
  retransmissionsReceived: number;
  malformed: number;
  dropped: number;
  limited: number;
  readonly limitedBy: Record<Limit, number>;
  handshakesFailed: number;
  readonly overload: { refused: number; dropped: number };
}

export function countLimited(counters: Counters, limit: Limit): void {
  counters.limited++;
  counters.limitedBy[limit]++;
}

export function newCounters(): Counters {
  return {
    timers: 0,
    requestsReceived: 0,
    responsesReceived: 0,
    messagesSent: 0,
    retransmissionsSent: 0,
    retransmissionsReceived: 0,
    malformed: 0,
    dropped: 0,
    limited: 0,
    limitedBy: { message: 0, requests: 0, connections: 0, silence: 0, slowness: 0, keepAlives: 0, backlog: 0 },
    handshakesFailed: 0,
    overload: { refused: 0, dropped: 0 },
  };
}
