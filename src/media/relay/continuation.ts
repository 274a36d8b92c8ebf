import { sequenceOf, shiftNumbers, ssrcOf, timestampOf } from '../rtp/header.ts';
import { isSenderReport, reportedTimestampBy, reporterOf } from '../rtp/sender-report.ts';
import type { VoiceOrigin } from './protocol.ts';

const ticksPerMs = 8;
const packetTicks = 160;

/**
 * One stream of RTP towards a party out of two sources: the other party, and our music while that one holds. The music goes on
 * with the numbers of the other's stream, and what the other sends afterwards is shifted to follow the music, so that the
 * party that is held sees one SSRC without a gap. Until there was music, and for a new SSRC, everything passes as it came.
 */
export class Continuation {
  #ssrc: number | undefined;
  #sequence = 0;
  #timestamp = 0;
  #at = 0;
  /** The last packets were ours. */
  #ours = false;
  #sequenceShift = 0;
  #timestampShift = 0;

  /** A packet of the other party, about to be sent. */
  theirs(packet: Buffer, now: number): void {
    const ssrc = ssrcOf(packet);
    if (ssrc !== this.#ssrc) {
      this.#ssrc = ssrc;
      this.#sequence = sequenceOf(packet);
      this.#sequenceShift = 0;
      this.#timestampShift = 0;
    } else if (this.#ours) {
      this.#sequenceShift = (this.#sequence + 1 - sequenceOf(packet)) & 0xffff;
      this.#timestampShift = (this.#timestampAt(now) - timestampOf(packet)) >>> 0;
    }
    this.#ours = false;
    if (this.#sequenceShift !== 0 || this.#timestampShift !== 0) {
      shiftNumbers(packet, this.#sequenceShift, this.#timestampShift);
    }
    this.#remember(packet, now);
  }

  /** A packet of our own in that stream was sent. */
  ours(packet: Buffer, now: number): void {
    if (ssrcOf(packet) !== this.#ssrc) return;
    this.#ours = true;
    this.#remember(packet, now);
  }

  /** RTCP of the other party, about to be sent: what it says of its timestamps is true of the shifted ones (RFC 3550 §6.4.1). */
  report(packet: Buffer): void {
    if (this.#timestampShift === 0 || !isSenderReport(packet) || reporterOf(packet) !== this.#ssrc) return;
    reportedTimestampBy(packet, this.#timestampShift);
  }

  /** Where we would go on by ourselves; undefined while nothing of the other was sent. */
  next(now: number): VoiceOrigin | undefined {
    if (this.#ssrc === undefined) return undefined;
    return { ssrc: this.#ssrc, sequence: (this.#sequence + 1) & 0xffff, timestamp: this.#timestampAt(now) };
  }

  #timestampAt(now: number): number {
    return (this.#timestamp + Math.max(packetTicks, Math.round((now - this.#at) * ticksPerMs))) >>> 0;
  }

  /** What was overtaken on its way is not where the stream is. */
  #remember(packet: Buffer, now: number): void {
    const sequence = sequenceOf(packet);
    if (((sequence - this.#sequence) & 0xffff) >= 0x8000) return;
    this.#sequence = sequence;
    this.#timestamp = timestampOf(packet);
    this.#at = now;
  }
}
