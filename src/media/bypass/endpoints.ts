import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { AnsweringEndpoint, MediaReport, OfferingEndpoint, SdpText } from '../port.ts';
import { carriesVoice, commonCodecs, encodingName } from '../sdp/codec.ts';
import type { Description } from '../sdp/description.ts';
import { type Direction, mirrored } from '../sdp/direction.ts';
import { readDescription } from '../sdp/read.ts';
import { redirected } from '../sdp/redirect.ts';
import { cannot, noSound } from './no-sound.ts';

/** What one party said of itself, and who it speaks with. */
export class BypassSession {
  peer: BypassSession | undefined;
  #said: { readonly sdp: SdpText; readonly description: Description } | undefined;
  #told: { readonly direction: Direction; readonly later: number } | undefined;

  constructor(
    readonly id: string,
    private readonly onClose: () => void,
  ) {}

  /** The party's own words; undefined while nobody has answered. */
  get sdp(): SdpText | undefined {
    return this.#said?.sdp;
  }

  listen(sdp: SdpText): Result<void, Fault> {
    const read = readDescription(sdp);
    if (!read.ok) return read;
    this.#said = { sdp, description: read.value };
    return ok();
  }

  /** What the peer said, as the answer to a party whose stream has this direction. */
  answer(): Result<SdpText, Fault> {
    const theirs = this.peer?.sdp;
    return theirs === undefined ? err(new Fault('MEDIA_FAILED', 'bridge the endpoint first')) : ok(theirs);
  }

  renegotiate(offer: SdpText): Result<SdpText, Fault> {
    const before = this.#said?.description.audio;
    const theirs = this.answer();
    const read = readDescription(offer);
    if (!theirs.ok) return theirs;
    if (!read.ok) return read;
    const { rtp, direction, codecs } = read.value.audio;
    if (before === undefined || !commonCodecs(codecs, before.codecs).some(carriesVoice)) {
      return err(new Fault('NO_COMMON_CODEC', 'offer the codec that was agreed: the other party is not asked again'));
    }
    const held = rtp.address === '0.0.0.0';
    if (!held && (rtp.address !== before.rtp.address || rtp.port !== before.rtp.port)) {
      return err(new Fault('MEDIA_FAILED', 'media goes past us and cannot be moved; configure the relay'));
    }
    if (!held) this.#said = { sdp: offer, description: read.value };
    return ok(this.#mirror(theirs.value, mirrored(direction)));
  }

  report(): MediaReport {
    const voice = this.#said?.description.audio.codecs.find(carriesVoice);
    return {
      codec: this.peer === undefined || voice === undefined ? undefined : encodingName(voice),
      packetsReceived: 0,
      bytesReceived: 0,
      packetsSent: 0,
      bytesSent: 0,
      packetsLost: 0,
      jitterMs: 0,
      packetsRejected: 0,
    };
  }

  close(): MediaReport {
    const last = this.report();
    if (this.peer?.peer === this) this.peer.peer = undefined;
    this.onClose();
    return last;
  }

  /** Untouched until the first hold; from then on its own version counts on. */
  #mirror(theirs: SdpText, direction: Direction): SdpText {
    const { direction: last, later } = this.#told ?? { direction: 'sendrecv', later: 0 };
    if (this.#told === undefined && direction === 'sendrecv') return theirs;
    this.#told = { direction, later: direction === last ? later : later + 1 };
    return redirected(theirs, direction, this.#told.later);
  }
}

export class BypassAnswering implements AnsweringEndpoint {
  readonly role = 'answering';
  readonly attend = cannot;
  readonly play = noSound.play;
  readonly silence = noSound.silence;
  readonly record = noSound.record;
  readonly finishRecording = noSound.finishRecording;

  constructor(readonly session: BypassSession) {}

  get id(): string {
    return this.session.id;
  }

  answer(): Promise<Result<SdpText, Fault>> {
    return Promise.resolve(this.session.answer());
  }

  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>> {
    return Promise.resolve(this.session.renegotiate(offer));
  }

  report(): Promise<MediaReport> {
    return Promise.resolve(this.session.report());
  }

  close(): Promise<MediaReport> {
    return Promise.resolve(this.session.close());
  }
}

export class BypassOffering implements OfferingEndpoint {
  readonly role = 'offering';
  readonly play = noSound.play;
  readonly silence = noSound.silence;
  readonly record = noSound.record;
  readonly finishRecording = noSound.finishRecording;

  constructor(
    readonly session: BypassSession,
    private readonly like: SdpText,
  ) {}

  get id(): string {
    return this.session.id;
  }

  offer(_via: string): SdpText {
    return this.like;
  }

  accept(answer: SdpText): Promise<Result<void, Fault>> {
    return Promise.resolve(this.session.listen(answer));
  }

  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>> {
    return Promise.resolve(this.session.renegotiate(offer));
  }

  report(): Promise<MediaReport> {
    return Promise.resolve(this.session.report());
  }

  close(): Promise<MediaReport> {
    return Promise.resolve(this.session.close());
  }
}
