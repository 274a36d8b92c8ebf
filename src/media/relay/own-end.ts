import { decodeG711 } from '../audio/g711.ts';
import type { Piece } from '../audio/playlist.ts';
import { Recording, type RecordingLimits } from '../audio/recording.ts';
import { markerOf, payloadOf, payloadTypeOf, ssrcOf, timestampOf } from '../rtp/header.ts';
import { keyPressed, type KeyPresses } from '../rtp/key-presses.ts';
import type { Beaten, Metronome } from './metronome.ts';
import type { SoundEvent, Understanding, VoiceOrigin } from './protocol.ts';
import { Voice } from './voice.ts';

/** What the end needs of the side that it belongs to. */
export interface OwnEndOf {
  readonly metronome: Metronome;
  readonly now: () => number;
  /** Sends to the party. @returns whether there is an address to send to */
  readonly send: (packet: Buffer) => boolean;
  /** The party wants to receive. */
  readonly listens: () => boolean;
  /** Where the stream would go on that the party hears of another; undefined while it heard none. */
  readonly continuing: () => VoiceOrigin | undefined;
  readonly tell: (event: SoundEvent) => void;
}

/** Where a party speaks with the exchange itself: what it hears from us, what it presses, and what is recorded of it. */
export class OwnEnd implements Beaten {
  readonly #voice: Voice;
  /** In a conversation whose other party holds. */
  #music: Voice | undefined;
  #understanding: Understanding;
  #presses: KeyPresses | undefined;
  #recording: Recording | undefined;
  #speaking = false;
  #play = 0;

  constructor(
    understanding: Understanding,
    private readonly of: OwnEndOf,
  ) {
    this.#understanding = understanding;
    this.#voice = new Voice(understanding.origin, understanding.spoken, of.send, () => {
      of.tell({ is: 'played', play: this.#play });
    });
  }

  /** The party hears our music in place of another that holds it. */
  get entertains(): boolean {
    return this.#music !== undefined;
  }

  get recording(): boolean {
    return this.#recording !== undefined;
  }

  understand(understanding: Understanding): void {
    this.#understanding = understanding;
    this.#voice.speakAs(understanding.spoken);
    this.#music?.speakAs(understanding.spoken);
  }

  /** @param play what its end is told under */
  play(play: number, pieces: readonly Piece[], repeat: boolean): void {
    this.#play = play;
    this.#voice.play(pieces, repeat);
    this.#speaking = true;
    this.of.metronome.add(this);
  }

  silence(): void {
    this.#voice.silence();
  }

  /** The party hears another from here on. */
  handOver(): void {
    this.#voice.interrupted();
    this.#speaking = false;
    this.#rest();
  }

  /** In place of another, and over and over. */
  entertain(pieces: readonly Piece[]): void {
    const origin = this.of.continuing();
    const spoken = this.#understanding.spoken;
    this.#music ??= origin === undefined ? this.#voice : new Voice(origin, spoken, this.of.send, () => undefined);
    this.#music.play(pieces, true);
    this.of.metronome.add(this);
  }

  /** The party hears the other again. */
  stopEntertaining(): void {
    this.#music?.interrupted();
    this.#music = undefined;
    this.#rest();
  }

  record(limits: RecordingLimits): void {
    this.finishRecording('stopped');
    this.#recording = new Recording(limits, this.of.now());
    this.of.metronome.add(this);
  }

  finishRecording(why: 'silence' | 'full' | 'stopped'): void {
    if (this.#recording === undefined) return;
    const { rest, samples } = this.#recording.finish(this.of.now());
    this.#recording = undefined;
    if (rest.length > 0) this.of.tell({ is: 'piece', pcm: rest });
    this.of.tell({ is: 'recorded', samples, why });
    this.#rest();
  }

  leave(): void {
    this.finishRecording('stopped');
    this.of.metronome.remove(this);
  }

  /**
   * A packet of the party.
   * @param toUs it speaks with nobody else
   */
  hear(packet: Buffer, now: number, toUs: boolean): void {
    const format = this.#understanding.heard[payloadTypeOf(packet)];
    if (format === undefined) return;
    const payload = payloadOf(packet);
    if (payload === undefined) return;
    const [ssrc, timestamp] = [ssrcOf(packet), timestampOf(packet)];
    if (format !== 'key') {
      this.#recording?.hear({ ssrc, timestamp, pcm: decodeG711(payload, format) }, now);
      return;
    }
    const { presses, key } = keyPressed(this.#presses, { ssrc, timestamp, marker: markerOf(packet), payload });
    this.#presses = presses;
    if (key !== undefined && toUs) this.of.tell({ is: 'key', key });
  }

  beat(at: number): void {
    if (this.#speaking) this.#voice.speak(at, this.of.listens());
    this.#music?.speak(at, this.of.listens());
    const recording = this.#recording;
    if (recording === undefined) return;
    const now = this.of.now();
    const pcm = recording.take(now);
    if (pcm !== undefined) this.of.tell({ is: 'piece', pcm });
    const over = recording.over(now);
    if (over !== undefined) this.finishRecording(over);
  }

  /** Nothing is to be done every 20 milliseconds when nothing is. */
  #rest(): void {
    if (!this.#speaking && this.#music === undefined && this.#recording === undefined) this.of.metronome.remove(this);
  }
}
