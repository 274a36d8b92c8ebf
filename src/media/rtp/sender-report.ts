import { addToWord, word } from './header.ts';

/** Whether a packet of RTCP begins with a whole sender report (RFC 3550 §6.4.1). */
export function isSenderReport(packet: Uint8Array): boolean {
  return packet[1] === 200 && packet.length >= 28;
}

/** The SSRC of whoever reports. */
export function reporterOf(report: Uint8Array): number {
  return word(report, 4);
}

/** Adds to the RTP timestamp that a sender report names, in place. */
export function reportedTimestampBy(report: Uint8Array, shift: number): void {
  addToWord(report, 16, shift);
}
