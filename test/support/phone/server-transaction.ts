import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import type { Pace } from './client-transaction.ts';
import type { Endpoint } from './link.ts';
import type { Timers } from './timers.ts';
import { branchOf, cseqOf, responseTo, tagOf } from './wire.ts';
import type { ResponseContent } from './wire.ts';

export interface ServerWiring {
  readonly timers: Timers;
  readonly pace: Pace;
  readonly reliable: boolean;
  readonly send: (response: SipResponse, to: Endpoint) => void;
  readonly surprise: (what: string) => void;
}

/** RFC 3261 §17.2, and for the 2xx of an INVITE §13.3.1.4: it is repeated until its ACK comes. */
export class ServerTransaction {
  /** Ours, in every response that has one: the same tag for the whole transaction. */
  readonly toTag: string;
  /** The CANCEL that ended it. */
  cancel: SipRequest | undefined;
  #last: SipResponse | undefined;
  #stop: () => void = () => undefined;

  constructor(
    readonly request: SipRequest,
    readonly source: Endpoint,
    private readonly wiring: ServerWiring,
    freshTag: string,
  ) {
    this.toTag = tagOf(request.headers.get('To')) ?? freshTag;
  }

  get answered(): SipResponse | undefined {
    return this.#last !== undefined && this.#last.status >= 200 ? this.#last : undefined;
  }

  reply(status: number, content: ResponseContent = {}): SipResponse {
    const response = responseTo(this.request, status, { toTag: this.toTag, ...content });
    this.#last = response;
    this.wiring.send(response, this.source);
    if (this.request.method === 'INVITE' && status >= 200) this.#awaitAck(response);
    return response;
  }

  /** The same request came again. */
  repeat(): void {
    if (this.#last !== undefined) this.wiring.send(this.#last, this.source);
  }

  /** Whether this ACK belongs to the answer given here; if it does, the answer is not repeated any more. */
  acknowledgedBy(ack: SipRequest): boolean {
    const answer = this.answered;
    if (answer === undefined || this.request.method !== 'INVITE') return false;
    const same =
      ack.headers.get('Call-ID') === this.request.headers.get('Call-ID') &&
      cseqOf(ack).number === cseqOf(this.request).number &&
      tagOf(ack.headers.get('To')) === tagOf(answer.headers.get('To'));
    if (!same) return false;
    this.#stop();
    // RFC 3261 §17.1.1.3 and §13.2.2.4: only the ACK of a refusal belongs to the INVITE's transaction.
    const shared = branchOf(ack) === branchOf(this.request);
    if (answer.status >= 300 && !shared) this.wiring.surprise(`the ACK to ${answer.status} has another branch`);
    if (answer.status < 300 && shared) this.wiring.surprise('the ACK to 2xx reuses the branch of the INVITE');
    return true;
  }

  #awaitAck(response: SipResponse): void {
    const { timers, pace, reliable } = this.wiring;
    const giveUp = timers.after(64 * pace.t1, () => {
      this.#stop();
      this.wiring.surprise(`no ACK came to our ${response.status} to INVITE`);
    });
    let stopRepeating: () => void = () => undefined;
    const repeatAfter = (milliseconds: number): void => {
      stopRepeating = timers.after(milliseconds, () => {
        this.wiring.send(response, this.source);
        repeatAfter(Math.min(milliseconds * 2, 8 * pace.t1));
      });
    };
    // A 2xx travels end to end: it is repeated on TCP too (RFC 3261 §13.3.1.4).
    if (!reliable || response.status < 300) repeatAfter(pace.t1);
    this.#stop = () => {
      giveUp();
      stopRepeating();
    };
  }
}
