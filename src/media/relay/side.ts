import { isRtcp, isRtp, payloadTypeOf, renumber, sequenceOf, ssrcOf, timestampOf } from '../rtp/header.ts';
import { jitterMs, lostPackets, received, type Reception } from '../rtp/reception.ts';
import { Continuation } from './continuation.ts';
import type { Counters, Tally } from './counters.ts';
import type { Piece } from '../audio/playlist.ts';
import { Latch, type LatchPolicy } from './latch.ts';
import type { Metronome } from './metronome.ts';
import { OwnEnd } from './own-end.ts';
import type { Aim, Passage, Renumbering, SoundEvent, Understanding, VoiceOrigin } from './protocol.ts';
import type { Socket } from '../sdp/description.ts';
import type { SocketPair } from './socket-pair.ts';

/** What carries packets onward: the other side of a call, here or in another thread. */
export interface Onward {
  rtp(packet: Buffer): void;
  rtcp(packet: Buffer): void;
}

export interface SideRules {
  readonly latching: LatchPolicy;
  readonly learningMs: number;
}

export interface SideAround {
  readonly tally: Tally;
  readonly now: () => number;
  readonly metronome: Metronome;
  readonly tell: (event: SoundEvent) => void;
}

/** One party's end of a relayed call: a port pair, where the party is, and what went by. */
export class Side implements Onward {
  readonly #rtpLatch: Latch;
  readonly #rtcpLatch: Latch;
  #onward: Onward | undefined;
  #renumbering: Renumbering = [];
  #aim: Aim | undefined;
  #own: OwnEnd | undefined;
  #held = false;
  readonly #continuation = new Continuation();
  #clockRate = 8000;
  #reception: Reception | undefined;
  #heardAt = 0;
  #packetsReceived = 0;
  #bytesReceived = 0;
  #packetsSent = 0;
  #bytesSent = 0;
  #packetsRejected = 0;

  constructor(
    readonly pair: SocketPair,
    rules: SideRules,
    private readonly around: SideAround,
  ) {
    this.#rtpLatch = new Latch(rules.latching, rules.learningMs);
    this.#rtcpLatch = new Latch(rules.latching, rules.learningMs);
    pair.use(this.#onRtp, this.#onRtcp);
  }

  /** When the party was last heard, or began to be expected. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Where the exchange itself speaks with the party; undefined while it does not know how. */
  get own(): OwnEnd | undefined {
    return this.#own;
  }

  get bridged(): boolean {
    return this.#onward !== undefined;
  }

  /** No direction is on hold, by whichever of the two. */
  get flowing(): boolean {
    return !this.#held && this.#aim !== undefined && this.#aim.sends && this.#aim.receives;
  }

  /** Follows what the party described. */
  aim(aim: Aim): void {
    this.#aim = aim;
    this.#heardAt = this.around.now();
    if (aim.rtp !== undefined) this.#rtpLatch.announce(aim.rtp);
    if (aim.rtcp !== undefined) this.#rtcpLatch.announce(aim.rtcp);
  }

  understand(understanding: Understanding): void {
    if (this.#own !== undefined) this.#own.understand(understanding);
    else {
      const { metronome, now, tell } = this.around;
      const listens = (): boolean => this.#aim?.receives === true;
      const continuing = (): VoiceOrigin | undefined => this.#continuation.next(now());
      this.#own = new OwnEnd(understanding, { metronome, now, tell, listens, continuing, send: this.#speakOurselves });
    }
  }

  bridge(onward: Onward, passage: Passage): void {
    this.resume();
    this.#own?.handOver();
    this.#onward = onward;
    this.#renumbering = passage.renumbering;
    this.#clockRate = passage.clockRate;
    this.#heardAt = this.around.now();
  }

  unbridge(): void {
    this.resume();
    this.#onward = undefined;
  }

  /** The other party holds this one. @param music what it hears in the meantime; undefined: what the other sends */
  hold(music: readonly Piece[] | undefined): void {
    this.#held = true;
    if (music === undefined) this.#own?.stopEntertaining();
    else this.#own?.entertain(music);
  }

  resume(): void {
    this.#held = false;
    this.#own?.stopEntertaining();
  }

  /** Silence is measured from here on. */
  expectFrom(now: number): void {
    this.#heardAt = now;
  }

  leave(): void {
    this.#own?.leave();
    this.#onward = undefined;
    this.pair.leave();
  }

  rtp(packet: Buffer): void {
    if (this.#aim?.receives !== true || this.#own?.entertains === true) return;
    this.#continuation.theirs(packet, this.around.now());
    if (this.#speak(packet)) this.around.tally.relayed += 1;
  }

  // A held stream keeps its RTCP (RFC 3264 §5.1).
  rtcp(packet: Buffer): void {
    const to = this.#rtcpLatch.destination;
    if (to === undefined) return;
    this.#continuation.report(packet);
    this.pair.sendRtcp(packet, to);
  }

  counters(): Counters {
    return {
      packetsReceived: this.#packetsReceived,
      bytesReceived: this.#bytesReceived,
      packetsSent: this.#packetsSent,
      bytesSent: this.#bytesSent,
      packetsLost: lostPackets(this.#reception),
      jitterMs: jitterMs(this.#reception, this.#clockRate),
      packetsRejected: this.#packetsRejected,
    };
  }

  readonly #speak = (packet: Buffer): boolean => {
    const to = this.#rtpLatch.destination;
    if (to === undefined) return false;
    this.#packetsSent += 1;
    this.#bytesSent += packet.length;
    this.pair.sendRtp(packet, to);
    return true;
  };

  readonly #speakOurselves = (packet: Buffer): boolean => {
    if (!this.#speak(packet)) return false;
    this.#continuation.ours(packet, this.around.now());
    return true;
  };

  readonly #onRtp = (packet: Buffer, from: Socket): void => {
    if (!isRtp(packet)) {
      this.around.tally.malformed += 1;
      return;
    }
    const now = this.around.now();
    if (!this.#rtpLatch.admits(from.address, from.port, now)) {
      this.#reject();
      return;
    }
    this.#count(packet, now);
    if (this.#aim?.sends !== true) return;
    const onward = this.#onward;
    this.#own?.hear(packet, now, onward === undefined);
    if (onward === undefined) return;
    const number = this.#renumbering[payloadTypeOf(packet)];
    if (number !== undefined) renumber(packet, number);
    onward.rtp(packet);
  };

  readonly #onRtcp = (packet: Buffer, from: Socket): void => {
    if (!isRtcp(packet)) {
      this.around.tally.malformed += 1;
      return;
    }
    const now = this.around.now();
    if (!this.#rtcpLatch.admits(from.address, from.port, now)) {
      this.#reject();
      return;
    }
    this.#heardAt = now;
    this.#onward?.rtcp(packet);
  };

  #count(packet: Buffer, now: number): void {
    this.#heardAt = now;
    this.#packetsReceived += 1;
    this.#bytesReceived += packet.length;
    this.#reception = received(this.#reception, {
      ssrc: ssrcOf(packet),
      sequence: sequenceOf(packet),
      timestamp: timestampOf(packet),
      at: now,
      clockRate: this.#clockRate,
    });
  }

  #reject(): void {
    this.#packetsRejected += 1;
    this.around.tally.rejected += 1;
  }
}
