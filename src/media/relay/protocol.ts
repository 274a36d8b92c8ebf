import type { MessagePort } from 'node:worker_threads';
import type { G711 } from '../audio/g711.ts';
import type { Piece } from '../audio/playlist.ts';
import type { RecordingLimits } from '../audio/recording.ts';
import type { PressedKey } from '../rtp/key-presses.ts';
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

/** What we ourselves understand of a party, and how we speak to it. */
export interface Understanding {
  /** At a payload type number that the party sends under: what it is. */
  readonly heard: readonly (G711 | 'key' | undefined)[];
  readonly spoken: { readonly law: G711; readonly payloadType: number };
  readonly origin: VoiceOrigin;
}

/** Where our own stream of RTP begins; of chance, as RFC 3550 §5.1 wants it. */
export interface VoiceOrigin {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
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
  /** Listens to the party for keys, and lets it be spoken to. */
  | { readonly do: 'understand'; readonly side: number; readonly understanding: Understanding }
  /** @param play what its end is told under */
  | {
      readonly do: 'play';
      readonly side: number;
      readonly play: number;
      readonly pieces: readonly Piece[];
      readonly repeat: boolean;
    }
  | { readonly do: 'silence'; readonly side: number }
  /** The party that it is bridged to holds it. @param music what it hears, over and over; undefined: whatever the other sends */
  | { readonly do: 'hold'; readonly side: number; readonly music: readonly Piece[] | undefined }
  | { readonly do: 'resume'; readonly side: number }
  | { readonly do: 'record'; readonly side: number; readonly limits: RecordingLimits }
  | { readonly do: 'finish-recording'; readonly side: number }
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
  | { readonly is: 'unknown-side' }
  /** Nobody was told how to speak with the party, or it speaks with another. */
  | { readonly is: 'not-ours' };

/** What a side tells of a party that speaks with us. */
export type SoundEvent =
  | { readonly is: 'played'; readonly play: number }
  | { readonly is: 'key'; readonly key: PressedKey }
  /** The next piece of a recording. */
  | { readonly is: 'piece'; readonly pcm: Int16Array }
  /** Its last piece came; so many samples of all are to stay. */
  | { readonly is: 'recorded'; readonly samples: number; readonly why: 'silence' | 'full' | 'stopped' };

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
  | { readonly type: 'silent'; readonly side: number; readonly milliseconds: number }
  | { readonly type: 'sound'; readonly side: number; readonly event: SoundEvent };
