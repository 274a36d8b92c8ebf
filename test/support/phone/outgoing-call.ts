import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import { Chronicle } from './chronicle.ts';
import type { ClientTransaction } from './client-transaction.ts';
import type { Conversation } from './conversation.ts';
import { sdp } from './conversation.ts';
import type { Content } from './dialog.ts';
import { readDescription } from './session-description.ts';
import type { AudioDescription } from './session-description.ts';
import type { Stack } from './stack.ts';
import { label, tagOf } from './wire.ts';

export interface InviteOptions extends Content {
  /** `in-ack`: the INVITE carries no SDP, the 2xx brings the offer and the ACK our answer. Default `in-invite`. */
  readonly media?: 'in-invite' | 'in-ack';
}

/** A call that this phone began. */
export class OutgoingCall {
  readonly provisionals: Chronicle<SipResponse>;
  /** The final response, whatever it is, after a challenge was answered. Rejects when none comes in 64 T1. */
  readonly final: Promise<SipResponse>;
  #current: { readonly request: SipRequest; readonly transaction: ClientTransaction } | undefined;
  #cancelled = false;

  constructor(
    private readonly stack: Stack,
    /** The same before and after the answer: `call.talk.hear(425)` listens to early media too. */
    readonly talk: Conversation,
    contact: string,
    options: InviteOptions,
  ) {
    this.provisionals = new Chronicle<SipResponse>(stack.timers, label);
    const offer = options.media === 'in-ack' ? undefined : talk.offer();
    const headers = {
      Contact: contact,
      Allow: 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY',
      ...options.headers,
    };
    const body = options.body ?? (offer === undefined ? undefined : sdp(offer));
    this.final = this.#invite(body === undefined ? { headers } : { headers, body }, offer);
    this.final.catch(() => undefined);
  }

  /** The INVITE as it went out last, with credentials where they were asked. */
  get request(): SipRequest {
    if (this.#current === undefined) throw new Error('nothing was sent yet');
    return this.#current.request;
  }

  /** The first provisional response of that status, or of any above 100; also one that came before. */
  provisional(status?: number, withinMs = 2000): Promise<SipResponse> {
    return this.provisionals.first(`${status ?? '18x'} to INVITE`, withinMs, (response) =>
      status === undefined ? response.status > 100 : response.status === status,
    );
  }

  /** @throws when the call is refused, or not answered within that time */
  async answered({ withinMs = 5000 }: { withinMs?: number } = {}): Promise<Conversation> {
    const response = await this.finished({ withinMs });
    if (response.status >= 300) throw new Error(`the call was refused: ${response.status} ${response.reason}`);
    return this.talk;
  }

  /** As `final`, but not longer than that. */
  finished({ withinMs = 5000 }: { withinMs?: number } = {}): Promise<SipResponse> {
    const late = new Error(`no final answer to INVITE in ${withinMs} ms`);
    return new Promise((resolve, reject) => {
      const cancel = this.stack.timers.after(withinMs, () => {
        late.message += `\n${this.stack.log.ladder()}`;
        reject(late);
      });
      this.final.then(resolve, reject).finally(cancel);
    });
  }

  /**
   * Waits for a provisional response first (RFC 3261 §9.1), unless `atOnce`.
   * Gives the final response to the CANCEL; the one to the INVITE is `final`.
   */
  async cancel(
    headers: Readonly<Record<string, string>> = {},
    { atOnce = false }: { atOnce?: boolean } = {},
  ): Promise<SipResponse> {
    this.#cancelled = true;
    const { transaction, request } = this.#sent();
    if (!atOnce) await transaction.provisionals.first('a provisional response, before CANCEL', 64 * this.stack.pace.t1);
    return this.stack.cancel(request, headers).final;
  }

  #sent(): { readonly request: SipRequest; readonly transaction: ClientTransaction } {
    if (this.#current === undefined) throw new Error('nothing was sent yet');
    return this.#current;
  }

  async #invite(content: Content, offer: AudioDescription | undefined): Promise<SipResponse> {
    const first = this.#attempt(content, offer);
    const response = await first.final;
    const proof = this.#cancelled ? undefined : this.stack.proof(response, first.request);
    const final = proof === undefined ? response : await this.#attempt(content, offer, proof).final;
    if (final.status >= 300)
      this.talk.end(final.status === 487 && this.#cancelled ? 'cancelled' : 'refused', 'them', final);
    return final;
  }

  #attempt(
    content: Content,
    offer: AudioDescription | undefined,
    proof?: readonly [string, string],
  ): ClientTransaction {
    const request = this.talk.dialog.request('INVITE', content);
    if (proof !== undefined) request.headers.append(...proof);
    const acknowledge = this.talk.acknowledger(request, offer);
    let winner: string | undefined;
    const transaction = this.stack.begin(request, (response) => {
      const tag = tagOf(response.headers.get('To'));
      if (winner === undefined) this.talk.dialog.learnFromResponse(response);
      else if (winner !== tag) this.stack.surprise('a second 2xx with another To tag');
      winner ??= tag;
      acknowledge(response);
    });
    this.#current = { request, transaction };
    transaction.onProvisional((response) => {
      this.#progress(response, offer);
    });
    return transaction;
  }

  #progress(response: SipResponse, offer: AudioDescription | undefined): void {
    if (response.status > 100) this.talk.dialog.learnFromResponse(response);
    const early = readDescription(response.body.toString());
    if (early !== undefined && offer !== undefined) this.talk.agree(offer, early);
    this.provisionals.push(response);
  }
}
