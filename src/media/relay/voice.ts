import type { G711 } from '../audio/g711.ts';
import { type Piece, Playlist } from '../audio/playlist.ts';
import { headerBytes, writeHeader } from '../rtp/header.ts';
import { beatMs } from './metronome.ts';
import type { VoiceOrigin } from './protocol.ts';

const ticksPerMs = 8;
const packetSamples = beatMs * ticksPerMs;

/**
 * Our own voice towards one party: one stream of RTP, whatever is played. Its timestamps follow the time, also over what was
 * not sent; a packet after a gap or of another sound bears the marker (RFC 3550 §5.1, RFC 3551 §4.1). Between two sounds
 * it sends silence, so that the ways through NATs stay open and nobody takes the line for dead.
 */
export class Voice {
  readonly #packet = Buffer.alloc(headerBytes + packetSamples);
  readonly #sound = this.#packet.subarray(headerBytes);
  #list: Playlist | undefined;
  #law: G711;
  #payloadType: number;
  #sequence: number;
  #firstAt: number | undefined;
  #mark = true;

  constructor(
    private readonly origin: VoiceOrigin,
    spoken: { readonly law: G711; readonly payloadType: number },
    private readonly send: (packet: Buffer) => boolean,
    private readonly onPlayed: () => void,
  ) {
    this.#sequence = origin.sequence;
    this.#law = spoken.law;
    this.#payloadType = spoken.payloadType;
  }

  /** From the next packet on. What was encoded in another law would be noise, and ends. */
  speakAs({ law, payloadType }: { readonly law: G711; readonly payloadType: number }): void {
    if (law !== this.#law) this.#list = undefined;
    this.#law = law;
    this.#payloadType = payloadType;
  }

  play(pieces: readonly Piece[], repeat: boolean): void {
    this.#list = new Playlist(pieces, repeat, this.#law);
    this.#mark = true;
  }

  silence(): void {
    this.#list = undefined;
  }

  /** The party heard another for a while. */
  interrupted(): void {
    this.#list = undefined;
    this.#mark = true;
  }

  /** One packet, with the sound from that moment on. Where the party does not listen, the sound waits. */
  speak(at: number, listens: boolean): void {
    this.#firstAt ??= at;
    if (!listens) {
      this.#mark = true;
      return;
    }
    const list = this.#list ?? new Playlist([], false, this.#law);
    list.fill(this.#sound);
    writeHeader(this.#packet, {
      marker: this.#mark,
      payloadType: this.#payloadType,
      sequence: this.#sequence,
      timestamp: this.origin.timestamp + (at - this.#firstAt) * ticksPerMs,
      ssrc: this.origin.ssrc,
    });
    if (this.send(this.#packet)) {
      this.#sequence += 1;
      this.#mark = false;
    }
    if (this.#list?.over !== true) return;
    this.#list = undefined;
    this.onPlayed();
  }
}
