import type { Malformed } from '../message/types.ts';
import type { Limit } from '../stats.ts';
import type { Flow } from './flow.ts';

/** Who is at the other end of a connection. */
export interface PeerIdentity {
  /** Whether it may be taken for that host; without a certificate nobody can tell, and it may. */
  isWith(host: string): boolean;
  /** Whether it has proved to be that host, by a certificate of somebody we trust. */
  proves(host: string): boolean;
}

/** A flow that can be lost as a whole: one TCP connection with a peer, whatever is spoken on it. */
export interface Connection extends Flow {
  readonly connecting: boolean;
  /** Calls back once it is connected, or cannot be. */
  whenSettled(settled: (connected: boolean) => void): void;
  readonly peer: PeerIdentity;
  destroy(): void;
}

export interface StreamReception {
  message(bytes: Buffer, flow: Flow): void;
  /** After it the connection is closed: where the next message begins is lost. */
  fault(malformed: Malformed, flow: Flow): void;
  /** It is being closed for that. */
  limited(limit: Limit): void;
  closed(connection: Connection): void;
}

/** A peer that takes nothing of what it is sent must not fill our memory. */
export const mostUnsent = 4 * 1024 * 1024;
