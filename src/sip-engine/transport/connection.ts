import type { Malformed } from '../message/types.ts';
import type { Limit } from '../stats.ts';
import type { Flow } from './flow.ts';

/** A flow that can be lost as a whole: one TCP connection with a peer, whatever is spoken on it. */
export interface Connection extends Flow {
  readonly connecting: boolean;
  /** Calls back once it is connected, or cannot be. */
  whenSettled(settled: (connected: boolean) => void): void;
  /** Whether who is at the other end may be taken for that host; without a certificate nobody can tell, and it may. */
  isWith(host: string): boolean;
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
