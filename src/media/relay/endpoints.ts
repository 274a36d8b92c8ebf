import type { Fault } from '../../faults/fault.ts';
import type { Result } from '../../kernel/result.ts';
import type { AnsweringEndpoint, MediaReport, OfferingEndpoint, Playable, RecordingOptions, SdpText } from '../port.ts';
import type { Codec } from '../sdp/codec.ts';
import type { RelaySession } from './session.ts';

/** A session whose party made the first offer. */
export class RelayAnswering implements AnsweringEndpoint {
  readonly role = 'answering';

  constructor(readonly session: RelaySession) {}

  get id(): string {
    return this.session.id;
  }

  answer(): Promise<Result<SdpText, Fault>> {
    return Promise.resolve(this.session.answer());
  }

  attend(): Promise<Result<SdpText, Fault>> {
    return this.session.attend();
  }

  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>> {
    return this.session.renegotiate(offer);
  }

  play(what: readonly Playable[], { repeat }: { readonly repeat: boolean }): Promise<Result<void, Fault>> {
    return this.session.play(what, repeat);
  }

  silence(): Promise<void> {
    return this.session.sound.silence();
  }

  record(options: RecordingOptions): Promise<Result<void, Fault>> {
    return this.session.record(options);
  }

  finishRecording(): Promise<void> {
    return this.session.sound.recording.finish();
  }

  report(): Promise<MediaReport> {
    return this.session.report();
  }

  close(): Promise<MediaReport> {
    return this.session.close();
  }
}

/** A session in which we made the first offer. */
export class RelayOffering implements OfferingEndpoint {
  readonly role = 'offering';
  /**
   * @param like whose codecs are offered, as they stand when the offer is made, and whose wishes about packet times are passed on
   * @param own what is offered where there is no such party
   */
  constructor(
    readonly session: RelaySession,
    private readonly like: RelaySession | undefined,
    private readonly own: readonly Codec[],
  ) {}

  get id(): string {
    return this.session.id;
  }

  offer(via: string): SdpText {
    return this.session.offer(via, this.#offered, this.like?.party);
  }

  accept(answer: SdpText): Promise<Result<void, Fault>> {
    return this.session.accept(answer, this.#offered);
  }

  get #offered(): readonly Codec[] {
    return this.like?.choices ?? this.own;
  }

  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>> {
    return this.session.renegotiate(offer);
  }

  play(what: readonly Playable[], { repeat }: { readonly repeat: boolean }): Promise<Result<void, Fault>> {
    return this.session.play(what, repeat);
  }

  silence(): Promise<void> {
    return this.session.sound.silence();
  }

  record(options: RecordingOptions): Promise<Result<void, Fault>> {
    return this.session.record(options);
  }

  finishRecording(): Promise<void> {
    return this.session.sound.recording.finish();
  }

  report(): Promise<MediaReport> {
    return this.session.report();
  }

  close(): Promise<MediaReport> {
    return this.session.close();
  }
}
