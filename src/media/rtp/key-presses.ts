/** Events 0 to 15 (RFC 4733 §3.2). */
const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'] as const;
export type PressedKey = (typeof keys)[number];

/** A packet of a stream of telephone events: a press is several, under one timestamp (RFC 4733 §2.5.1). */
export interface KeyPacket {
  readonly ssrc: number;
  readonly timestamp: number;
  readonly marker: boolean;
  /**
   * ```
   *  0                   1                   2                   3
   *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   * |     event     |E|R| volume    |          duration             |
   * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   * ```
   */
  readonly payload: Uint8Array;
}

/** What is remembered of a stream between packets. */
export interface KeyPresses {
  readonly ssrc: number;
  /** Of the latest press. */
  readonly event: number;
  readonly timestamp: number;
  readonly duration: number;
  readonly ended: boolean;
  /** Of presses that were told, the latest last: packets of theirs may still be on the way. */
  readonly told: readonly number[];
}

const remembered = 8;
/** In ticks: ten seconds. A timestamp that is further back is not late, but of a sender that began anew. */
const longestDelay = 80_000;
/** In ticks: by so much may the timestamp and the duration of one press grow apart. */
const jitter = 400;
/** A press that lasts longer goes on under a timestamp that is later by so much (RFC 4733 §2.5.1.3). */
const segment = 0xffff;

/**
 * Folds one packet in. A press is told with the first of its packets that comes, whichever that is: none of the others, nor
 * its repeated end, is needed, and none of them tells it again.
 */
export function keyPressed(
  before: KeyPresses | undefined,
  packet: KeyPacket,
): { readonly presses: KeyPresses | undefined; readonly key: PressedKey | undefined } {
  const [event = 0, flags = 0, high = 0, low = 0] = packet.payload;
  const key = keys[event];
  if (packet.payload.length < 4 || key === undefined) return { presses: before, key: undefined };
  const { ssrc, timestamp } = packet;
  const now = { ssrc, timestamp, event, duration: (high << 8) | low, ended: (flags & 0x80) !== 0 };
  const known = before?.ssrc === ssrc ? before : undefined;
  if (known?.timestamp === timestamp) {
    const latest = { duration: Math.max(known.duration, now.duration), ended: known.ended || now.ended };
    return { presses: { ...known, ...latest }, key: undefined };
  }
  if (known !== undefined) {
    if (known.told.includes(timestamp) && !isLongAgo(known, timestamp)) return { presses: known, key: undefined };
    const told = remember(known.told, timestamp);
    if (goesOn(known, now, packet.marker)) return { presses: { ...now, told }, key: undefined };
    // Late and not yet told: the latest press stays what it is.
    if (isBefore(timestamp, known.timestamp) && !isLongAgo(known, timestamp))
      return { presses: { ...known, told }, key };
  }
  return { presses: { ...now, told: remember(known?.told ?? [], timestamp) }, key };
}

/** Whether it is the same press still: its next segment, or one of a sender that gives every packet a timestamp of its own. */
function goesOn(
  known: KeyPresses,
  now: { readonly event: number; readonly timestamp: number; readonly duration: number },
  marker: boolean,
): boolean {
  if (known.ended || known.event !== now.event || marker) return false;
  const later = (now.timestamp - known.timestamp) >>> 0;
  const longer = now.duration - known.duration;
  return later === segment || (longer > 0 && later <= longer + jitter);
}

function isBefore(timestamp: number, other: number): boolean {
  return (timestamp - other) >>> 0 >= 0x8000_0000;
}

function isLongAgo(known: KeyPresses, timestamp: number): boolean {
  const earlier = (known.timestamp - timestamp) >>> 0;
  return earlier > longestDelay && earlier < 0x8000_0000;
}

function remember(told: readonly number[], timestamp: number): readonly number[] {
  return [...told.filter((other) => other !== timestamp), timestamp].slice(-remembered);
}
