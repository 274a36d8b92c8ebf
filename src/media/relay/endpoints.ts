import { Fault } from '../../faults/fault.ts';
import { err, type Result } from '../../kernel/result.ts';
import type { AnsweringEndpoint, MediaReport, OfferingEndpoint, SdpText } from '../port.ts';
import type { Codec } from '../sdp/codec.ts';
import type { Description } from '../sdp/description.ts';
import type { RelaySession } from './session.ts';

/** A session whose party made the first offer. */
export class RelayAnswering implements AnsweringEndpoint {
  readonly role = 'answering';
  readonly attend = cannot;
  readonly play = cannot;
  readonly record = cannot;
  readonly silence = nothing;
  readonly finishRecording = nothing;

  constructor(readonly session: RelaySession) {}

  get id(): string {
    return this.session.id;
  }

  answer(): Promise<Result<SdpText, Fault>> {
    return Promise.resolve(this.session.answer());
  }

  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>> {
    return this.session.renegotiate(offer);
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
  readonly play = cannot;
  readonly record = cannot;
  readonly silence = nothing;
  readonly finishRecording = nothing;
  readonly #offered: readonly Codec[];

  /** @param like whose wishes about packet times are passed on */
  constructor(
    readonly session: RelaySession,
    private readonly like: Description | undefined,
  ) {
    this.#offered = session.codecs;
  }

  get id(): string {
    return this.session.id;
  }

  offer(via: string): SdpText {
    return this.session.offer(via, this.like);
  }

  accept(answer: SdpText): Promise<Result<void, Fault>> {
    return this.session.accept(answer, this.#offered);
  }

  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>> {
    return this.session.renegotiate(offer);
  }

  report(): Promise<MediaReport> {
    return this.session.report();
  }

  close(): Promise<MediaReport> {
    return this.session.close();
  }
}

function cannot(): Promise<Result<never, Fault>> {
  return Promise.resolve(err(new Fault('CANNOT_PLAY', 'the relay does not play yet')));
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
