/** What is known of a stream from the headers of its packets (RFC 3550 appendix A.1, A.3, A.8). */
export interface Reception {
  readonly ssrc: number;
  /** The first sequence number of this source. */
  readonly base: number;
  /** The highest sequence number of this source, counted on past 65535. */
  readonly highest: number;
  /** Packets of this source that came, repeated ones included. */
  readonly received: number;
  /** A sequence number far from the others, that the next one must confirm; -1 for none. */
  readonly doubted: number;
  /** Packets missing from sources that were followed by another. */
  readonly lostBefore: number;
  /** Arrival minus timestamp of the last packet, in ticks. */
  readonly transit: number;
  /** In ticks. */
  readonly jitter: number;
}

/** What a stream told of one packet. */
export interface Arrival {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** Milliseconds on a clock that never jumps. */
  readonly at: number;
  /** Ticks per second of the timestamp. */
  readonly clockRate: number;
}

const maxDropout = 3000;
const maxMisorder = 100;
const cycle = 65_536;

/** Folds one packet in. A new source (a transfer at the far end, a restarted phone) begins its own count. */
export function received(before: Reception | undefined, packet: Arrival): Reception {
  const ticks = (packet.at * packet.clockRate) / 1000;
  const transit = ticks - packet.timestamp;
  if (before === undefined || before.ssrc !== packet.ssrc) {
    return begin(packet, transit, 0, before === undefined ? 0 : lostPackets(before));
  }
  const ahead = (packet.sequence - before.highest + cycle * 65_536) % cycle;
  if (ahead >= maxDropout && ahead <= cycle - maxMisorder) {
    // A.1: two in a row from the new place mean that the sender began anew.
    if (packet.sequence === before.doubted) return begin(packet, transit, before.jitter, lostPackets(before));
    return { ...before, doubted: (packet.sequence + 1) % cycle };
  }
  // A.8, with the timestamp's wrap at 2^32 taken out of the difference.
  const distance = Math.abs(wrapped(transit - before.transit));
  return {
    ssrc: before.ssrc,
    base: before.base,
    highest: ahead < maxDropout ? before.highest + ahead : before.highest,
    received: before.received + 1,
    doubted: -1,
    lostBefore: before.lostBefore,
    transit,
    jitter: before.jitter + (distance - before.jitter) / 16,
  };
}

/** Expected less received (A.3), over all sources; repeated packets do not make it negative. */
export function lostPackets(reception: Reception | undefined): number {
  if (reception === undefined) return 0;
  const expected = reception.highest - reception.base + 1;
  return reception.lostBefore + Math.max(0, expected - reception.received);
}

export function jitterMs(reception: Reception | undefined, clockRate: number): number {
  return reception === undefined ? 0 : (reception.jitter * 1000) / clockRate;
}

function begin(packet: Arrival, transit: number, jitter: number, lostBefore: number): Reception {
  const { ssrc, sequence } = packet;
  return { ssrc, base: sequence, highest: sequence, received: 1, doubted: -1, lostBefore, transit, jitter };
}

function wrapped(ticks: number): number {
  const span = 4_294_967_296;
  return ticks - Math.round(ticks / span) * span;
}
