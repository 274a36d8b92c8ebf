import type { MessagePort } from 'node:worker_threads';
import { unreachable } from '../../kernel/unreachable.ts';
import type { Tally } from './counters.ts';
import type { PairPool } from './pair-pool.ts';
import type { Metronome } from './metronome.ts';
import type { Order, Outcome, Passage, SoundEvent } from './protocol.ts';
import { Side, type SideRules } from './side.ts';
import type { SocketPair } from './socket-pair.ts';
import { listen, wire } from './wire.ts';

interface ExchangeRules extends SideRules {
  readonly silenceTimeoutMs: number;
}

interface Place {
  readonly side: Side;
  /** The one that it is bridged to, when that is in this thread. */
  to: Place | undefined;
  /** The way to another thread. */
  wire: MessagePort | undefined;
  told: boolean;
}

/** The sides of one thread, and which is joined to which. */
export class Exchange {
  readonly #places = new Map<number, Place>();
  /** An order for a side that is still being opened waits for it. */
  readonly #opening = new Map<number, Promise<Outcome>>();
  readonly #tally: Tally = { relayed: 0, malformed: 0, rejected: 0 };

  constructor(
    private readonly pool: PairPool<SocketPair>,
    private readonly rules: ExchangeRules,
    private readonly now: () => number,
    private readonly metronome: Metronome,
    private readonly tell: (side: number, event: SoundEvent) => void,
  ) {}

  async carryOut(order: Order): Promise<Outcome> {
    if (order.do === 'stats') return this.#stats();
    if (order.do === 'open') return this.#opened(order.side);
    await this.#opening.get(order.side);
    const place = this.#places.get(order.side);
    if (place === undefined) return { is: 'unknown-side' };
    switch (order.do) {
      case 'aim':
        place.side.aim(order.aim);
        return { is: 'done' };
      case 'bridge':
        return this.#bridge(place, order.other, order.passage, order.back);
      case 'wire':
        this.#wire(place, order.wire, order.passage);
        return { is: 'done' };
      case 'understand':
        place.side.understand(order.understanding);
        return { is: 'done' };
      case 'play':
      case 'silence':
      case 'record':
      case 'finish-recording':
        return ownSound(place.side, order);
      case 'hold':
        if (!place.side.bridged) return { is: 'not-ours' };
        place.side.hold(order.music);
        return { is: 'done' };
      case 'resume':
        place.side.resume();
        return { is: 'done' };
      case 'report':
        return { is: 'counted', counters: place.side.counters() };
      case 'close':
        return this.#close(order.side, place);
      default:
        return unreachable(order);
    }
  }

  /** The sides that have just become silent: bridged, no one on hold, not recorded, and nothing heard for the time. Each is told of once. */
  *silent(): Generator<{ readonly side: number; readonly milliseconds: number }> {
    const now = this.now();
    for (const [id, place] of this.#places) {
      const { side, to } = place;
      if (place.told || !side.bridged) continue;
      // A recording has a limit of its own for silence.
      if (side.own?.recording === true || !side.flowing || to?.side.flowing === false) side.expectFrom(now);
      const milliseconds = now - side.heardAt;
      if (milliseconds < this.rules.silenceTimeoutMs) continue;
      place.told = true;
      yield { side: id, milliseconds: Math.round(milliseconds) };
    }
  }

  async #opened(id: number): Promise<Outcome> {
    const opening = this.#open(id);
    this.#opening.set(id, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(id);
    }
  }

  async #open(id: number): Promise<Outcome> {
    let pair: SocketPair | undefined;
    try {
      pair = await this.pool.take();
    } catch (thrown) {
      return { is: 'cannot-bind', why: thrown instanceof Error ? thrown.message : String(thrown) };
    }
    if (pair === undefined) return { is: 'ports-spent' };
    const side = new Side(pair, this.rules, {
      tally: this.#tally,
      now: this.now,
      metronome: this.metronome,
      tell: (event) => {
        this.tell(id, event);
      },
    });
    this.#places.set(id, { side, to: undefined, wire: undefined, told: false });
    return { is: 'opened', port: pair.port };
  }

  #bridge(one: Place, id: number, passage: Passage, back: Passage): Outcome {
    const other = this.#places.get(id);
    if (other === undefined) return { is: 'unknown-side' };
    if (one.to !== other) {
      this.#unbridge(one);
      this.#unbridge(other);
    }
    one.to = other;
    other.to = one;
    one.side.bridge(other.side, passage);
    other.side.bridge(one.side, back);
    return { is: 'done' };
  }

  #wire(place: Place, port: MessagePort, passage: Passage): void {
    this.#unbridge(place);
    place.wire = port;
    listen(port, place.side);
    port.once('close', () => {
      if (place.wire === port) this.#unbridge(place);
    });
    place.side.bridge(wire(port), passage);
  }

  /** Nobody goes on sending to a side that has turned away. */
  #unbridge(place: Place): void {
    const { to, wire: port } = place;
    place.to = undefined;
    place.wire = undefined;
    port?.close();
    place.side.unbridge();
    if (to !== undefined) this.#unbridge(to);
  }

  #close(id: number, place: Place): Outcome {
    this.#unbridge(place);
    this.#places.delete(id);
    place.side.leave();
    this.pool.giveBack(place.side.pair);
    return { is: 'counted', counters: place.side.counters() };
  }

  #stats(): Outcome {
    const { free: pairsFree, warm: pairsWarm } = this.pool;
    return { is: 'stats', stats: { ...this.#tally, sides: this.#places.size, pairsFree, pairsWarm } };
  }
}

type SoundOrder = Extract<Order, { readonly do: 'play' | 'silence' | 'record' | 'finish-recording' }>;

function ownSound(side: Side, order: SoundOrder): Outcome {
  const { own } = side;
  if (own === undefined) return { is: 'not-ours' };
  switch (order.do) {
    case 'play':
      if (side.bridged) return { is: 'not-ours' };
      own.play(order.play, order.pieces, order.repeat);
      break;
    case 'silence':
      own.silence();
      break;
    case 'record':
      own.record(order.limits);
      break;
    case 'finish-recording':
      own.finishRecording('stopped');
      break;
    default:
      return unreachable(order);
  }
  return { is: 'done' };
}
