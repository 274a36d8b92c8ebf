import type { SipRequest } from '../../../src/sip-engine/message/types.ts';
import { Chronicle } from './chronicle.ts';
import type { Conversation, Ending } from './conversation.ts';
import { sdp } from './conversation.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { readDescription } from './session-description.ts';
import type { AudioDescription } from './session-description.ts';
import type { Timers } from './timers.ts';
import { cseqOf } from './wire.ts';

/** An INVITE that reached this phone. 100 went out already. */
export class IncomingCall {
  readonly #offer: AudioDescription | undefined;
  readonly #acks: Chronicle<SipRequest>;

  constructor(
    private readonly transaction: ServerTransaction,
    readonly talk: Conversation,
    timers: Timers,
    private readonly contact: string,
  ) {
    this.#offer = readDescription(transaction.request.body.toString());
    this.#acks = new Chronicle<SipRequest>(timers, () => 'ACK');
    talk.opened(cseqOf(transaction.request).number);
  }

  get request(): SipRequest {
    return this.transaction.request;
  }

  /** CANCEL and BYE both: with the Reason that came. */
  get ended(): Promise<Ending> {
    return this.talk.ended;
  }

  /** 180, or another provisional response. */
  ring(status = 180, headers: Readonly<Record<string, string>> = {}): void {
    this.transaction.reply(status, { headers: { Contact: this.contact, ...headers } });
  }

  /** 183 with our SDP: what is spoken now is early media. */
  progress(status = 183): Conversation {
    const answer = this.#offer === undefined ? undefined : this.talk.answer(this.#offer);
    if (answer === undefined) throw new Error('early media needs an offer in the INVITE, with a codec of this phone');
    this.transaction.reply(status, { headers: { Contact: this.contact }, body: sdp(answer) });
    return this.talk;
  }

  /** Sends 200 and waits for its ACK; with `withoutAck` it does not wait. */
  async answer(
    headers: Readonly<Record<string, string>> = {},
    { withoutAck = false, withinMs = 2000 }: { withoutAck?: boolean; withinMs?: number } = {},
  ): Promise<Conversation> {
    this.talk.accept(this.transaction, this.#offer, headers);
    if (!withoutAck) await this.#acks.first('the ACK to our 200', withinMs);
    return this.talk;
  }

  /** Any final refusal, or a redirection with a Contact header. */
  refuse(status = 486, headers: Readonly<Record<string, string>> = {}): void {
    const response = this.transaction.reply(status, { headers });
    this.talk.end('refused', 'us', response);
  }

  acknowledged(ack: SipRequest): void {
    this.#acks.push(ack);
  }
}
