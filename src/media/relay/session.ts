import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { EndpointSpec, MediaEvent, MediaReport, Playable, RecordingOptions, SdpText } from '../port.ts';
import { carriesVoice, type Codec, encodingName } from '../sdp/codec.ts';
import type { Description } from '../sdp/description.ts';
import { mirrored, receives } from '../sdp/direction.ts';
import { readDescription } from '../sdp/read.ts';
import { type Origin, type OwnAudio, writeAnswer, writeOffer } from '../sdp/write.ts';
import { settled } from './agreement.ts';
import { aimOf } from './aim.ts';
import { type Counters, noCounters } from './counters.ts';
import { OnHold } from './on-hold.ts';
import { OwnSound } from './own-sound.ts';
import type { Outcome, Passage, Understanding, VoiceOrigin } from './protocol.ts';
import type { SoundShelf } from './sound-shelf.ts';
import type { RelayThread } from './thread.ts';
import { attendable, isG711, understandingOf } from './understanding.ts';

/** What one session needs from the plane that made it. */
export interface Surroundings {
  /** Our address as a party is told it. */
  readonly ownAddress: (via: string) => string;
  /** Joins anew after the terms of a bridged session changed. */
  readonly rejoin: (session: RelaySession) => Promise<Result<void, Fault>>;
  readonly closed: (session: RelaySession) => void;
  readonly shelf: SoundShelf;
  /** A party that is held speaks that codec, in which we have no music. */
  readonly onNoMusic: (codec: string) => void;
  /** For what a disk may hold up. */
  readonly deadlineMs: number;
}

/** The numbers that a session is known by; those of the voice and the description are of chance. */
export interface SessionNumbers {
  readonly side: number;
  readonly port: number;
  readonly origin: number;
  readonly voice: VoiceOrigin;
}

/**
 * What we and one party have said to each other about media, and the relay's side that carries it.
 * Each party's hold is a matter between it and us: our offers and answers never pass on the other's
 * direction, so that holds may end in any order; the relay does not send to one who does not listen.
 */
export class RelaySession {
  /** The party's latest description; undefined while nobody has answered our offer. */
  party: Description | undefined;
  /** What may be spoken, under the numbers that we gave the party. */
  codecs: readonly Codec[] = [];
  /** Whether the party was told which codecs: they stay within these from then on. */
  fixed = false;
  peer: RelaySession | undefined;
  #version = 1;
  #lastText: SdpText | undefined;
  #counters: Counters = noCounters;
  #closing: Promise<MediaReport> | undefined;
  #over: Fault | undefined;
  readonly #told = new Set<MediaEvent['type']>();
  #attended = false;
  readonly sound: OwnSound;
  readonly #onHold: OnHold;
  /** The party put the other on hold by its latest offer. One that never wanted to hear, as a door station, holds nobody. */
  #holds = false;
  /** How packets pass between the two; undefined while there is no peer. */
  #terms: string | undefined;

  constructor(
    private readonly numbers: SessionNumbers,
    readonly thread: RelayThread,
    private readonly spec: EndpointSpec,
    private readonly around: Surroundings,
  ) {
    this.sound = new OwnSound(numbers.side, thread, around.shelf, around.deadlineMs, (event) => {
      this.tell(event);
    });
    this.#onHold = new OnHold(numbers.side, thread, this.sound, around.shelf);
  }

  get side(): number {
    return this.numbers.side;
  }

  get id(): string {
    return `${this.spec.call}/${String(this.side)}`;
  }

  /** What may still become the codec of the session. */
  get choices(): readonly Codec[] {
    return this.fixed ? this.codecs : (this.party?.audio.codecs ?? this.codecs);
  }

  /** The codec that the party most likely speaks. */
  get voice(): Codec | undefined {
    return this.codecs.find(carriesVoice);
  }

  tell(event: MediaEvent): void {
    if (this.#closing !== undefined && event.type !== 'recorded') return;
    if (event.type === 'silent' || event.type === 'lost') {
      if (this.#told.has(event.type)) return;
      this.#told.add(event.type);
    }
    if (event.type === 'lost') {
      this.#over = event.fault;
      void this.sound.recording.settle();
    }
    this.spec.onEvent(event);
  }

  /** Takes the party's first offer; which codecs, is left to the bridge. */
  async hear(offer: Description): Promise<Result<void, Fault>> {
    const aimed = await this.#aim(offer);
    if (!aimed.ok) return aimed;
    this.party = offer;
    this.codecs = offer.audio.codecs;
    return ok();
  }

  offer(via: string, codecs: readonly Codec[], like: Description | undefined): SdpText {
    const audio = this.#ownAudio(via, codecs, 'sendrecv', like);
    return writeOffer({ id: this.numbers.origin, version: this.#version }, audio);
  }

  async accept(text: SdpText, offered: readonly Codec[]): Promise<Result<void, Fault>> {
    const answer = readDescription(text);
    if (!answer.ok) return answer;
    const codecs = settled(offered, answer.value.audio.codecs);
    if (!codecs.ok) return codecs;
    const aimed = await this.#aim(answer.value);
    if (!aimed.ok) return aimed;
    this.party = answer.value;
    this.#holds = false;
    this.codecs = codecs.value;
    this.fixed = true;
    // Our offer is the last thing that we said; whatever we say next differs from it.
    this.#lastText ??= '';
    return this.around.rejoin(this);
  }

  answer(): Result<SdpText, Fault> {
    if (this.#over !== undefined) return err(this.#over);
    if (this.#attended && this.#lastText !== undefined) return ok(this.#lastText);
    if (this.party === undefined || this.peer === undefined) {
      return err(new Fault('MEDIA_FAILED', 'bridge the endpoint first: the codec comes from the other side'));
    }
    this.fixed = true;
    return ok(this.#answerTo(this.party, this.codecs));
  }

  /** Our answer while there is no peer: it settles the codec for all who may be joined to the party later. */
  async attend(): Promise<Result<SdpText, Fault>> {
    if (this.#over !== undefined) return err(this.#over);
    if (this.#attended && this.#lastText !== undefined) return ok(this.#lastText);
    if (this.party === undefined || this.peer !== undefined || this.fixed) {
      return err(new Fault('CANNOT_PLAY', 'the party has its answer, or speaks with another: play to it as it is'));
    }
    const codecs = attendable(this.party.audio.codecs);
    if (!codecs.ok) return codecs;
    this.codecs = codecs.value;
    this.fixed = true;
    this.#attended = true;
    const answer = this.#answerTo(this.party, codecs.value);
    const understood = await this.#understand();
    return understood.ok ? ok(answer) : understood;
  }

  async play(what: readonly Playable[], repeat: boolean): Promise<Result<void, Fault>> {
    const understanding = this.#understanding();
    return understanding.ok ? this.sound.play(what, repeat, understanding.value) : understanding;
  }

  async record(options: RecordingOptions): Promise<Result<void, Fault>> {
    const understanding = this.#understanding();
    return understanding.ok ? this.sound.record(options, understanding.value) : understanding;
  }

  async renegotiate(text: SdpText): Promise<Result<SdpText, Fault>> {
    if (!this.fixed) return err(new Fault('MEDIA_FAILED', 'the first offer is still open: answer it before the next'));
    const offer = readDescription(text);
    if (!offer.ok) return offer;
    const codecs = settled(offer.value.audio.codecs, this.codecs);
    if (!codecs.ok) return codecs;
    const aimed = await this.#aim(offer.value);
    if (!aimed.ok) return aimed;
    this.#holds = !receives(offer.value.audio.direction) && (this.#holds || this.#listens);
    this.party = offer.value;
    this.codecs = codecs.value;
    // The numbers may have changed under which we speak with it ourselves.
    if (this.sound.inUse) await this.#understand();
    const joined = await this.around.rejoin(this);
    return joined.ok ? ok(this.#answerTo(offer.value, codecs.value)) : joined;
  }

  isJoined(peer: RelaySession, terms: readonly Passage[]): boolean {
    return this.peer === peer && this.#terms === JSON.stringify(terms);
  }

  /** The relay joined it to that one; what it heard from us ended. */
  joined(peer: RelaySession, terms: readonly Passage[]): void {
    this.peer = peer;
    this.#terms = JSON.stringify(terms);
    this.sound.handOver();
    this.#onHold.forget();
  }

  /** It has no peer any more. */
  alone(): void {
    this.peer = undefined;
    this.#terms = undefined;
    this.#onHold.forget();
  }

  /** Whom its peer holds hears music for as long as it wants to hear anything. */
  followHold(): void {
    if (this.peer === undefined || !this.peer.#holds || !this.#listens) {
      this.#onHold.end();
      return;
    }
    const { voice } = this;
    const understanding = voice !== undefined && isG711(voice) ? this.#understanding() : undefined;
    if (understanding?.ok === true) void this.#onHold.begin(understanding.value);
    else {
      if (voice !== undefined) this.around.onNoMusic(encodingName(voice));
      void this.#onHold.begin(undefined);
    }
  }

  get #listens(): boolean {
    return this.party !== undefined && receives(this.party.audio.direction);
  }

  async report(): Promise<MediaReport> {
    if (this.#closing === undefined) this.#keep(await this.thread.order({ do: 'report', side: this.side }));
    return this.#report();
  }

  close(): Promise<MediaReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<MediaReport> {
    if (this.peer?.peer === this) this.peer.alone();
    this.alone();
    this.#keep(await this.thread.order({ do: 'close', side: this.side }));
    await this.sound.recording.settle();
    this.around.closed(this);
    return this.#report();
  }

  #keep(answer: Result<Outcome, Fault>): void {
    if (answer.ok && answer.value.is === 'counted') this.#counters = answer.value.counters;
  }

  #report(): MediaReport {
    const { voice } = this;
    return { codec: this.fixed && voice !== undefined ? encodingName(voice) : undefined, ...this.#counters };
  }

  #understanding(): Result<Understanding, Fault> {
    if (this.#over !== undefined) return err(this.#over);
    if (this.party === undefined || !this.fixed) {
      return err(new Fault('MEDIA_FAILED', 'nothing was agreed with the party yet: attend it, or accept its answer'));
    }
    return understandingOf(this.codecs, this.party.audio.codecs, this.numbers.voice);
  }

  async #understand(): Promise<Result<void, Fault>> {
    const understanding = this.#understanding();
    return understanding.ok ? this.sound.understand(understanding.value) : understanding;
  }

  async #aim({ audio }: Description): Promise<Result<void, Fault>> {
    if (this.#over !== undefined) return err(this.#over);
    const answer = await this.thread.order({ do: 'aim', side: this.side, aim: aimOf(audio) });
    return answer.ok ? ok() : answer;
  }

  #answerTo(offer: Description, codecs: readonly Codec[]): SdpText {
    const audio = this.#ownAudio(this.spec.via, codecs, mirrored(offer.audio.direction), this.peer?.party);
    return this.#saying((origin) => writeAnswer(origin, offer, audio));
  }

  /** The version goes up when what we say differs from what we said (RFC 3264 §8). */
  #saying(write: (origin: Origin) => SdpText): SdpText {
    const same = write({ id: this.numbers.origin, version: this.#version });
    if (this.#lastText !== undefined && this.#lastText !== same) {
      this.#version += 1;
      this.#lastText = write({ id: this.numbers.origin, version: this.#version });
    } else this.#lastText = same;
    return this.#lastText;
  }

  #ownAudio(
    via: string,
    codecs: readonly Codec[],
    direction: OwnAudio['direction'],
    like: Description | undefined,
  ): OwnAudio {
    return {
      at: { address: this.around.ownAddress(via), port: this.numbers.port },
      codecs,
      direction,
      packetTime: like?.audio.packetTime,
      maxPacketTime: like?.audio.maxPacketTime,
    };
  }
}
