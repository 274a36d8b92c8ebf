/*
 * The fixed RTP header (RFC 3550 §5.1). Read by hand: it is done for every packet.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

export const headerBytes = 12;

/** Whether it can be RTP: version 2, a whole header, and no RTCP type in place of the payload type (RFC 5761 §4). */
export function isRtp(packet: Uint8Array): boolean {
  const first = packet[0] ?? 0;
  if (first >> 6 !== 2 || packet.length < headerBytes + 4 * (first & 0x0f)) return false;
  const payloadType = payloadTypeOf(packet);
  return payloadType < 72 || payloadType > 76;
}

/** Whether it can be RTCP: version 2, a whole first packet, a type from 192 to 223 (RFC 3550 §6.4.1, RFC 5761 §4). */
export function isRtcp(packet: Uint8Array): boolean {
  const type = packet[1] ?? 0;
  return (packet[0] ?? 0) >> 6 === 2 && packet.length >= 8 && type >= 192 && type <= 223;
}

export function payloadTypeOf(packet: Uint8Array): number {
  return (packet[1] ?? 0) & 0x7f;
}

/** Writes another payload type into the packet; its marker bit stays. */
export function renumber(packet: Uint8Array, payloadType: number): void {
  packet[1] = ((packet[1] ?? 0) & 0x80) | payloadType;
}

export function sequenceOf(packet: Uint8Array): number {
  return ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
}

export function timestampOf(packet: Uint8Array): number {
  return word(packet, 4);
}

export function ssrcOf(packet: Uint8Array): number {
  return word(packet, 8);
}

export function markerOf(packet: Uint8Array): boolean {
  return ((packet[1] ?? 0) & 0x80) !== 0;
}

/** What follows the header, its CSRC list and its extension, without padding (§5.1, §5.3.1); undefined when they do not fit. */
export function payloadOf(packet: Uint8Array): Uint8Array | undefined {
  const first = packet[0] ?? 0;
  let start = headerBytes + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) start += 4 + 4 * (((packet[start + 2] ?? 0) << 8) | (packet[start + 3] ?? 0));
  const padding = (first & 0x20) === 0 ? 0 : (packet[packet.length - 1] ?? 0);
  const end = packet.length - padding;
  return start <= end ? packet.subarray(start, end) : undefined;
}

/** Writes a fixed header without CSRC, extension or padding over the packet's first 12 bytes. */
export function writeHeader(
  packet: Uint8Array,
  header: {
    readonly marker: boolean;
    readonly payloadType: number;
    readonly sequence: number;
    readonly timestamp: number;
    readonly ssrc: number;
  },
): void {
  packet[0] = 0x80;
  packet[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  packet[2] = (header.sequence >> 8) & 0xff;
  packet[3] = header.sequence & 0xff;
  putWord(packet, 4, header.timestamp);
  putWord(packet, 8, header.ssrc);
}

/** Adds to the sequence number and to the timestamp, in place; both wrap. */
export function shiftNumbers(packet: Uint8Array, sequence: number, timestamp: number): void {
  const shifted = sequenceOf(packet) + sequence;
  packet[2] = (shifted >> 8) & 0xff;
  packet[3] = shifted & 0xff;
  addToWord(packet, 4, timestamp);
}

/** 32 bits in network order, in place; wraps. */
export function addToWord(packet: Uint8Array, at: number, value: number): void {
  putWord(packet, at, word(packet, at) + value);
}

function putWord(packet: Uint8Array, at: number, value: number): void {
  packet[at] = (value >>> 24) & 0xff;
  packet[at + 1] = (value >>> 16) & 0xff;
  packet[at + 2] = (value >>> 8) & 0xff;
  packet[at + 3] = value & 0xff;
}

/** 32 bits in network order. */
export function word(packet: Uint8Array, at: number): number {
  return (
    (((packet[at] ?? 0) << 24) |
      ((packet[at + 1] ?? 0) << 16) |
      ((packet[at + 2] ?? 0) << 8) |
      (packet[at + 3] ?? 0)) >>>
    0
  );
}
