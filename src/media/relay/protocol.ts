import type { MessagePort } from 'node:worker_threads';
import type { Socket } from '../sdp/description.ts';
import type { LatchPolicy } from './latch.ts';
import type { PortRange } from './port-range.ts';
import type { Counters, Tally } from './counters.ts';

/** How a relay thread reaches the network: through Node, or past it; then its descriptors are kept where they outlive it. */
export type Sockets =
  | { readonly are: 'node' }
  | {
      readonly are: 'system';
      readonly descriptors: SharedArrayBuffer;
      /** An event (eventfd(2)) by which the main thread ends the thread's wait for packets. */
      readonly wake: number;
    };

/** What a relay thread is started with. */
export interface ThreadSettings {
  readonly ports: PortRange;
  readonly bindAddress: string;
  readonly silenceTimeoutMs: number;
  readonly latching: LatchPolicy;
  readonly learningMs: number;
  readonly portRestMs: number;
  readonly sockets: Sockets;
}

/** How a party is to be reached, as its description says. */
export interface Aim {
  /** Undefined when the description gave no address: the last one stays. */
  readonly rtp: Socket | undefined;
  readonly rtcp: Socket | undefined;
  /** Whether the party sends, and whether it wants to receive. */
  readonly sends: boolean;
  readonly receives: boolean;
}

/** At a payload type number: the one it is to be sent on with. Empty when both parties use the same numbers. */
export type Renumbering = readonly (number | undefined)[];

/** How packets of one side go on to the other. */
export interface Passage {
  readonly renumbering: Renumbering;
  /** Of the sender's codec: ticks per second. */
  readonly clockRate: number;
}

export type Order =
  | { readonly do: 'open'; readonly side: number }
  | { readonly do: 'aim'; readonly side: number; readonly aim: Aim }
  /** Joins two sides of this thread, both ways. */
  | {
      readonly do: 'bridge';
      readonly side: number;
      readonly other: number;
      readonly passage: Passage;
      readonly back: Passage;
    }
  /** Joins a side to one in another thread. */
  | { readonly do: 'wire'; readonly side: number; readonly wire: MessagePort; readonly passage: Passage }
  | { readonly do: 'report'; readonly side: number }
  | { readonly do: 'close'; readonly side: number }
  | { readonly do: 'stats' };

export type Outcome =
  | { readonly is: 'done' }
  | { readonly is: 'opened'; readonly port: number }
  | { readonly is: 'ports-spent' }
  | { readonly is: 'cannot-bind'; readonly why: string }
  | { readonly is: 'counted'; readonly counters: Counters }
  | { readonly is: 'stats'; readonly stats: ThreadStats }
  | { readonly is: 'unknown-side' };

export interface ThreadStats extends Readonly<Tally> {
  readonly sides: number;
  readonly pairsFree: number;
  /** Pairs that are bound and wait for a call. */
  readonly pairsWarm: number;
}

/** To a relay thread. */
export interface Request {
  readonly id: number;
  readonly order: Order;
}

/** From a relay thread. */
export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'silent'; readonly side: number; readonly milliseconds: number };
