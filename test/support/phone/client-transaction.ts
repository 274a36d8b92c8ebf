import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import { Chronicle } from './chronicle.ts';
import type { Timers } from './timers.ts';
import { label } from './wire.ts';

/** The SIP timers of one phone, all from T1 (RFC 3261 §17.1.1.1): T2 is 8 T1, giving up comes after 64 T1. */
export interface Pace {
  readonly t1: number;
}

export interface ClientWiring {
  readonly timers: Timers;
  readonly pace: Pace;
  /** TCP: nothing is repeated. */
  readonly reliable: boolean;
  readonly send: (request: SipRequest) => void;
  /** Called for each non-2xx final answer to an INVITE, first and repeated: it must be acknowledged each time. */
  readonly acknowledge: (refusal: SipResponse) => void;
  /** Called for each 2xx to an INVITE, first and repeated: acknowledged by the dialog, not by the transaction. */
  readonly accepted: (response: SipResponse) => void;
  readonly surprise: (what: string) => void;
}

/** RFC 3261 §17.1, as much of it as a phone on loopback needs. */
export class ClientTransaction {
  readonly provisionals: Chronicle<SipResponse>;
  /** Rejects when no final answer came in 64 T1. */
  readonly final: Promise<SipResponse>;
  #stopRepeating: () => void = () => undefined;
  #stopWaiting: () => void = () => undefined;
  #over: SipResponse | undefined;
  #hear: (response: SipResponse) => void = () => undefined;
  #settle: (response: SipResponse) => void = () => undefined;

  constructor(
    readonly request: SipRequest,
    private readonly wiring: ClientWiring,
  ) {
    const { timers, pace } = wiring;
    this.provisionals = new Chronicle<SipResponse>(timers, label);
    const unanswered = new Error(`no final answer to ${request.method} ${request.uri} in ${64 * pace.t1} ms`);
    this.final = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#stopWaiting = timers.after(64 * pace.t1, () => {
        this.#stopRepeating();
        reject(unanswered);
      });
    });
    // Whoever does not look at the outcome is not to be killed by it.
    this.final.catch(() => undefined);
  }

  /** Hears each provisional response, at once and in order. */
  onProvisional(hear: (response: SipResponse) => void): void {
    this.#hear = hear;
  }

  start(): void {
    this.wiring.send(this.request);
    if (!this.wiring.reliable) this.#repeatAfter(this.wiring.pace.t1);
  }

  receive(response: SipResponse): void {
    const invite = this.request.method === 'INVITE';
    if (response.status < 200) {
      if (this.#over !== undefined) return;
      if (invite) {
        this.#stopRepeating();
        this.#stopWaiting();
      }
      this.#hear(response);
      this.provisionals.push(response);
      return;
    }
    this.#stopRepeating();
    this.#stopWaiting();
    if (invite && response.status < 300) this.wiring.accepted(response);
    else if (invite) this.wiring.acknowledge(response);
    if (this.#over === undefined) this.#settle(response);
    else if (this.#over.status !== response.status) {
      this.wiring.surprise(
        `a second final answer, ${response.status} after ${this.#over.status}, to ${this.request.method}`,
      );
    }
    this.#over ??= response;
  }

  #repeatAfter(milliseconds: number): void {
    this.#stopRepeating = this.wiring.timers.after(milliseconds, () => {
      this.wiring.send(this.request);
      const t2 = 8 * this.wiring.pace.t1;
      const next = this.request.method === 'INVITE' ? milliseconds * 2 : Math.min(milliseconds * 2, t2);
      this.#repeatAfter(next);
    });
  }
}
