import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { SipMessage } from '../../src/sip-engine/message/types.ts';
import type { Endpoint } from './phone/link.ts';
import { label, parseWire } from './phone/wire.ts';

/** One datagram on its way between a client and the server. */
export interface Passage {
  readonly direction: 'to-server' | 'from-server';
  /** `INVITE`, `200 BYE`; `?` for bytes that are no SIP. */
  readonly label: string;
  readonly message: SipMessage | undefined;
  /** The how-manieth of that label in that direction, from 1: retransmissions count. */
  readonly nth: number;
}

export type Fate = 'pass' | 'drop' | 'double' | { readonly delayMs: number };
export type Weather = (passage: Passage) => Fate;

export interface LossyNetworkOptions {
  readonly server: Endpoint;
  readonly weather: Weather;
  readonly address?: string;
  /** Changes what passes, as a middlebox does. */
  readonly rewrite?: (bytes: Buffer) => Buffer;
}

/**
 * A bad network between one client (a phone, a SIPp) and the server: a UDP relay
 * with one socket on each side, so that both see one stable peer. The client takes
 * `near` for the server; the server sees the client at `far`.
 */
export class LossyNetwork {
  /** What passed or did not, in the order of arrival. */
  readonly passages: { readonly passage: Passage; readonly fate: Fate }[] = [];
  readonly #seen = new Map<string, number>();
  readonly #delayed = new Set<NodeJS.Timeout>();
  #client: Endpoint | undefined;
  #open = true;

  private constructor(
    private readonly nearSocket: Socket,
    private readonly farSocket: Socket,
    private readonly options: LossyNetworkOptions,
  ) {
    nearSocket.on('message', (bytes, from) => {
      this.#client = { address: from.address, port: from.port };
      this.#carry('to-server', bytes, farSocket, () => options.server);
    });
    farSocket.on('message', (bytes) => {
      this.#carry('from-server', bytes, nearSocket, () => this.#client);
    });
  }

  static async open(options: LossyNetworkOptions): Promise<LossyNetwork> {
    const [near, far] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [near, far]) {
      socket.bind(0, options.address ?? '127.0.0.1');
      await once(socket, 'listening');
    }
    return new LossyNetwork(near, far, options);
  }

  get near(): Endpoint {
    return endpointOf(this.nearSocket);
  }

  get far(): Endpoint {
    return endpointOf(this.farSocket);
  }

  /** Labels that were dropped, in order. */
  get lost(): string[] {
    return this.passages.filter(({ fate }) => fate === 'drop').map(({ passage }) => passage.label);
  }

  /** Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const handle of this.#delayed) clearTimeout(handle);
    this.nearSocket.close();
    this.farSocket.close();
  }

  #carry(direction: Passage['direction'], bytes: Buffer, out: Socket, to: () => Endpoint | undefined): void {
    const message = parseWire(bytes);
    const name = message === undefined ? '?' : label(message);
    const nth = (this.#seen.get(`${direction} ${name}`) ?? 0) + 1;
    this.#seen.set(`${direction} ${name}`, nth);
    const passage = { direction, label: name, message, nth };
    const fate = this.options.weather(passage);
    this.passages.push({ passage, fate });
    const rewritten = this.options.rewrite?.(bytes) ?? bytes;
    const deliver = (): void => {
      const target = to();
      if (this.#open && target !== undefined) out.send(rewritten, target.port, target.address);
    };
    if (fate === 'drop') return;
    if (typeof fate === 'object') {
      const handle = setTimeout(() => {
        this.#delayed.delete(handle);
        deliver();
      }, fate.delayMs);
      this.#delayed.add(handle);
      return;
    }
    deliver();
    if (fate === 'double') deliver();
  }
}

function endpointOf(socket: Socket): Endpoint {
  const { address, port } = socket.address();
  return { address, port };
}

export const fairWeather: Weather = () => 'pass';

/** Loses the first datagram of that label in that direction, and no other. */
export function loseOnce(direction: Passage['direction'], name: string): Weather {
  return loseFirst(1, direction, name);
}

/** Loses the first `count` of them. */
export function loseFirst(count: number, direction: Passage['direction'], name: string): Weather {
  return (passage) =>
    passage.direction === direction && passage.label === name && passage.nth <= count ? 'drop' : 'pass';
}

/** The first weather that does not let it pass decides. */
export function together(...weathers: readonly Weather[]): Weather {
  return (passage) => weathers.map((weather) => weather(passage)).find((fate) => fate !== 'pass') ?? 'pass';
}

export interface Chances {
  readonly seed: number;
  /** Each 0 to 1. */
  readonly drop: number;
  readonly double: number;
  readonly delay: number;
  readonly delayMs: number;
}

/** Chance with a seed: the same seed and the same datagrams meet the same fates. */
export function seeded({ seed, drop, double, delay, delayMs }: Chances): Weather {
  const random = mulberry32(seed);
  return () => {
    const drawn = random();
    if (drawn < drop) return 'drop';
    if (drawn < drop + double) return 'double';
    return drawn < drop + double + delay ? { delayMs } : 'pass';
  };
}

/** A small generator of numbers from 0 to 1, known by that name; far from cryptographic. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
