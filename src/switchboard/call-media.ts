import type { LegId } from '../call/party.ts';
import type { MediaRecord } from '../call/record.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type {
  AnsweringEndpoint,
  MediaEvent,
  MediaPlane,
  MediaReport,
  OfferingEndpoint,
  SdpText,
} from '../media/port.ts';

type MediaHappening =
  | { readonly type: 'media-opened' }
  | { readonly type: 'media-failed'; readonly fault: Fault['code'] }
  | { readonly type: 'media-connected'; readonly leg: LegId }
  | { readonly type: 'not-connected'; readonly leg: LegId; readonly fault: Fault['code'] }
  | { readonly type: 'media-silent'; readonly side: 'caller' | 'callee' }
  | { readonly type: 'media-closed'; readonly media: MediaRecord | undefined };

interface Endpoints {
  readonly caller: AnsweringEndpoint;
  readonly callee: OfferingEndpoint;
}

export type Side = keyof Endpoints;

/**
 * The two endpoints of a call: one that faces the caller, one that is offered to
 * every phone that rings and stays with the one that answers.
 */
export class CallMedia {
  /** Resolves with undefined when opening failed. */
  #opening: Promise<Endpoints | undefined> | undefined;
  #endpoints: Endpoints | undefined;
  #answer: SdpText = '';

  constructor(
    private readonly plane: MediaPlane,
    private readonly of: { readonly call: string; readonly offer: SdpText; readonly via: string },
    private readonly post: (happening: MediaHappening) => void,
    private readonly report: (fault: Fault) => void,
  ) {}

  open(): void {
    this.#opening = this.#open().then(
      (opened) => {
        if (opened.ok) {
          this.#endpoints = opened.value;
          this.post({ type: 'media-opened' });
          return opened.value;
        }
        this.#fail(opened.error);
        return undefined;
      },
      (thrown: unknown) => {
        this.#fail(Fault.from(thrown));
        return undefined;
      },
    );
  }

  /** Our offer for one more phone. Asked for only once media is open. */
  offer(via: string): SdpText {
    return this.#endpoints?.callee.offer(via) ?? '';
  }

  /** Takes that leg's answer, lets sound pass, and gets our answer for the caller. One leg at a time. */
  connect(leg: LegId, answer: SdpText): void {
    const failed = (fault: Fault): void => {
      this.report(fault);
      this.post({ type: 'not-connected', leg, fault: fault.code });
    };
    void this.#connect(answer).then(
      (connected) => {
        if (connected.ok) this.post({ type: 'media-connected', leg });
        else failed(connected.error);
      },
      (thrown: unknown) => {
        failed(Fault.from(thrown));
      },
    );
  }

  /**
   * Our answer for the caller, once media is connected. At hand, so that the 200 leaves
   * in the turn in which it was decided: nothing can come between that would leave the
   * caller without a final response.
   */
  get answer(): SdpText {
    return this.#answer;
  }

  renegotiate(side: Side, offer: SdpText): Promise<Result<SdpText, Fault>> {
    return this.#endpoints?.[side].renegotiate(offer) ?? Promise.resolve(err(notOpen()));
  }

  /** Waits for what is still being opened, so that no port is left behind. */
  close(): void {
    void this.#close().then((media) => {
      this.post({ type: 'media-closed', media });
    });
  }

  async #open(): Promise<Result<Endpoints, Fault>> {
    const { call, via } = this.of;
    const caller = await this.plane.answering({ call, via, offer: this.of.offer, onEvent: this.#listener('caller') });
    if (!caller.ok) return caller;
    const callee = await this.plane.offering({ call, via, like: caller.value, onEvent: this.#listener('callee') });
    if (callee.ok) return { ok: true, value: { caller: caller.value, callee: callee.value } };
    await caller.value.close();
    return callee;
  }

  async #connect(answer: SdpText): Promise<Result<void, Fault>> {
    if (this.#endpoints === undefined) return err(notOpen());
    const { caller, callee } = this.#endpoints;
    const accepted = await callee.accept(answer);
    if (!accepted.ok) return accepted;
    const bridged = await this.plane.bridge(caller, callee);
    if (!bridged.ok) return bridged;
    const answered = await caller.answer();
    if (!answered.ok) return answered;
    this.#answer = answered.value;
    return ok();
  }

  async #close(): Promise<MediaRecord | undefined> {
    const opened = await this.#opening;
    this.#endpoints = undefined;
    if (opened === undefined) return undefined;
    const [caller, callee] = await Promise.all([opened.caller.close(), opened.callee.close()]);
    return { caller: counters(caller), callee: counters(callee) };
  }

  #listener(side: Side): (event: MediaEvent) => void {
    return (event) => {
      if (event.type === 'lost') this.#fail(event.fault);
      else if (event.type === 'silent') this.post({ type: 'media-silent', side });
    };
  }

  #fail(fault: Fault): void {
    this.report(fault);
    this.post({ type: 'media-failed', fault: fault.code });
  }
}

function counters(report: MediaReport): MediaRecord['caller'] {
  const { codec, packetsReceived, bytesReceived, packetsSent, bytesSent, packetsLost, jitterMs } = report;
  return { codec, packetsReceived, bytesReceived, packetsSent, bytesSent, packetsLost, jitterMs };
}

function notOpen(): Fault {
  return new Fault('MEDIA_FAILED', 'media of this call is not open');
}
