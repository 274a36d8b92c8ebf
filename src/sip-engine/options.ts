import { type BaseTimers, rfcTimers } from './transaction/timers.ts';
import type { TransportName } from './transport/transport-name.ts';

export type { TransportName } from './transport/transport-name.ts';

/** Where SIP is listened for. */
export interface ListenAddress {
  readonly transport: TransportName;
  /** `0.0.0.0` stands for one socket per IPv4 address of this machine. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
}

/** How we are called by peers outside `localNetworks` (CIDR, as `10.0.0.0/8`): behind address translation, or in a cloud. */
export interface ExternalAddress {
  readonly address: string;
  readonly localNetworks: readonly string[];
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
  readonly messageBytes: number;
  /** Open TCP connections of peers, in all and per address. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Over this, requests are dropped without an answer. */
  readonly requestsPerSecondPerAddress: number;
  /** A connection on which nothing came or went for so long is closed. */
  readonly idleConnectionMs: number;
  /** A message that was begun must be whole by then. */
  readonly messageMs: number;
}

export interface EngineOptions {
  readonly listen: readonly ListenAddress[];
  /** What an application must show on the control port, which binds 127.0.0.1 and any free port. */
  readonly secret: string;
  readonly external?: ExternalAddress;
  /** Defaults: RFC 3261's 500, 4000 and 5000, where T2 and T4 keep their proportion to another T1; timerC 200 s; byeGrace 100. */
  readonly timers?: Partial<EngineTimers>;
  readonly limits?: Partial<EngineLimits>;
}

/** The options with every default filled in. */
export interface EngineSettings {
  readonly listen: readonly ListenAddress[];
  readonly secret: string;
  readonly external: ExternalAddress | undefined;
  readonly timers: EngineTimers;
  readonly limits: EngineLimits;
}

const defaultLimits: EngineLimits = {
  messageBytes: 65_535,
  connections: 10_000,
  connectionsPerAddress: 1_000,
  requestsPerSecondPerAddress: 0,
  idleConnectionMs: 15 * 60_000,
  messageMs: 10_000,
};

export function settingsOf(options: EngineOptions): EngineSettings {
  return {
    listen: options.listen,
    secret: options.secret,
    external: options.external,
    timers: { ...defaultTimers(options.timers?.t1 ?? rfcTimers.t1), ...options.timers },
    limits: { ...defaultLimits, ...options.limits },
  };
}

function defaultTimers(t1: number): EngineTimers {
  const scale = t1 / rfcTimers.t1;
  return { t1, t2: rfcTimers.t2 * scale, t4: rfcTimers.t4 * scale, timerC: 200_000, byeGrace: 100 };
}
