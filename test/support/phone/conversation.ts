import type { SipMessage, SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import type { Audio } from './audio.ts';
import { Chronicle } from './chronicle.ts';
import type { Content, Dialog } from './dialog.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { answerDirection, printDescription, readDescription } from './session-description.ts';
import type { AudioDescription, CodecName, Direction } from './session-description.ts';
import type { Stack } from './stack.ts';
import { cseqOf } from './wire.ts';

export interface Ending {
  readonly how: 'cancelled' | 'refused' | 'hung-up';
  readonly by: 'us' | 'them';
  /** All Reason header fields (RFC 3326), as they stood in the CANCEL, BYE or refusal. */
  readonly reason: string | undefined;
  readonly message: SipMessage;
}

export interface ReinviteOptions extends Content {
  /** What this side wants from now on: `sendonly` puts the other on hold (RFC 3264 §8.4). Absent: as it was. */
  readonly direction?: Direction;
}

/** One dialog with its audio, whoever began it: what can be done while talking. */
export class Conversation {
  /** Directions that the other side asked for, one per offer in a re-INVITE or UPDATE. */
  readonly reoffers: Chronicle<Direction>;
  /** Our own wish; `sendrecv` unless on hold. */
  direction: Direction = 'sendrecv';
  readonly ended: Promise<Ending>;
  #over: Ending | undefined;
  #settle: (ending: Ending) => void = () => undefined;
  #version = 0;
  #remote: AudioDescription | undefined;
  #reinviting = false;
  /** Our offer in a 2xx, whose answer comes in the ACK. */
  #awaitsAnswerInAck: AudioDescription | undefined;
  #remoteSequence = 0;

  constructor(
    private readonly stack: Stack,
    private readonly contact: () => string,
    readonly dialog: Dialog,
    readonly audio: Audio,
    private readonly codecs: readonly CodecName[],
  ) {
    this.reoffers = new Chronicle<Direction>(stack.timers, (direction) => direction);
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get over(): boolean {
    return this.#over !== undefined;
  }

  /** What the other side said last. */
  get remote(): AudioDescription | undefined {
    return this.#remote;
  }

  // ── sound ──

  sendTone(frequency: number): void {
    this.audio.mouth.speak(frequency);
  }

  /** Goes on sending packets, of digital silence. */
  stopTone(): void {
    this.audio.mouth.speak(undefined);
  }

  /** Presses keys by RFC 4733, 160 ms each. */
  press(digits: string): void {
    this.audio.mouth.press(digits);
  }

  hear(frequency: number, { withinMs = 2000 }: { withinMs?: number } = {}): Promise<void> {
    return this.audio.ear.hear(frequency, withinMs);
  }

  /** Waits for `ms` on end without audible sound. */
  silence(ms: number, { withinMs = ms + 1000 }: { withinMs?: number } = {}): Promise<void> {
    return this.audio.ear.silence(ms, withinMs);
  }

  hearDigit({ withinMs = 2000 }: { withinMs?: number } = {}): Promise<string> {
    return this.audio.ear.digits.take('a digit', withinMs);
  }

  // ── requests ──

  /** Sends BYE; gives its final response. */
  async hangUp(headers: Readonly<Record<string, string>> = {}): Promise<SipResponse> {
    const bye: { sent?: SipRequest } = {};
    const response = this.stack.ask(() => (bye.sent = this.dialog.request('BYE', { headers })));
    if (bye.sent !== undefined) this.end('hung-up', 'us', bye.sent);
    return response;
  }

  /** Any other request of this dialog: INFO, UPDATE, REFER, MESSAGE. */
  request(method: string, content: Content = {}): Promise<SipResponse> {
    return this.stack.ask(() => this.dialog.request(method, content));
  }

  hold(): Promise<SipResponse> {
    return this.reinvite({ direction: 'sendonly' });
  }

  resume(): Promise<SipResponse> {
    return this.reinvite({ direction: 'sendrecv' });
  }

  /** The same session once more: what a session timer does (RFC 4028 §7.4). */
  refresh(): Promise<SipResponse> {
    return this.reinvite();
  }

  /** Gives the final response, acknowledged; after 491 and the like everything stays as it was. */
  async reinvite(options: ReinviteOptions = {}): Promise<SipResponse> {
    const before = this.direction;
    this.direction = options.direction ?? before;
    this.#reinviting = true;
    try {
      const offer = this.offer();
      const content = { body: options.body ?? sdp(offer), headers: { Contact: this.contact(), ...options.headers } };
      const response = await this.invite(content, offer);
      if (response.status >= 300) this.direction = before;
      return response;
    } finally {
      this.#reinviting = false;
    }
  }

  /** One INVITE in this dialog, with an answered challenge where one comes. */
  async invite(content: Content, offer: AudioDescription): Promise<SipResponse> {
    const attempt = (proof?: readonly [string, string]) => {
      const request = this.dialog.request('INVITE', content);
      if (proof !== undefined) request.headers.append(...proof);
      return { request, transaction: this.stack.begin(request, this.acknowledger(request, offer)) };
    };
    const first = attempt();
    const response = await first.transaction.final;
    const proof = this.stack.proof(response, first.request);
    return proof === undefined ? response : attempt(proof).transaction.final;
  }

  /**
   * For every 2xx to that INVITE the same ACK (RFC 3261 §13.2.2.4), made at the first.
   * @param offer what we offered; undefined: the INVITE had none, and the ACK carries our answer
   */
  acknowledger(invite: SipRequest, offer: AudioDescription | undefined): (response: SipResponse) => void {
    let ack: SipRequest | undefined;
    return (response) => {
      if (ack === undefined) {
        this.dialog.refreshTarget(response);
        const answer = this.#settleMedia(offer, response);
        ack = this.dialog.request('ACK', answer === undefined ? {} : { body: sdp(answer) }, cseqOf(invite).number);
      }
      this.stack.sendAck(ack);
    };
  }

  // ── offer and answer ──

  offer(): AudioDescription {
    return {
      address: this.audio.address,
      port: this.audio.port,
      codecs: this.codecs,
      events: 101,
      direction: this.direction,
      session: String(this.audio.port),
      version: (this.#version += 1),
    };
  }

  /** Undefined: the offer has no codec of ours. */
  answer(offer: AudioDescription): AudioDescription | undefined {
    const codec = offer.codecs.find((candidate) => this.codecs.includes(candidate));
    if (codec === undefined) return undefined;
    const direction = answerDirection(offer.direction, this.direction);
    const answer = { ...this.offer(), codecs: [codec], events: offer.events, direction };
    this.agree(answer, offer);
    return answer;
  }

  agree(own: AudioDescription, theirs: AudioDescription): void {
    this.#remote = theirs;
    this.audio.agree(own, theirs);
  }

  #settleMedia(offer: AudioDescription | undefined, response: SipResponse): AudioDescription | undefined {
    const theirs = readDescription(response.body.toString());
    if (theirs === undefined) {
      if (this.#remote === undefined || offer === undefined) this.stack.surprise('a 2xx to INVITE without audio in it');
      return undefined;
    }
    if (offer === undefined) return this.answer(theirs);
    if (theirs.codecs.length === 0) this.stack.surprise('an SDP answer without a codec that was offered');
    else this.agree(offer, theirs);
    return undefined;
  }

  // ── from the other side ──

  /** The ACK to a 2xx of ours came. */
  acknowledged(ack: SipRequest): void {
    if (this.#awaitsAnswerInAck === undefined) return;
    const answer = readDescription(ack.body.toString());
    if (answer === undefined) this.stack.surprise('our offer in the 2xx got no answer in the ACK');
    else this.agree(this.#awaitsAnswerInAck, answer);
    this.#awaitsAnswerInAck = undefined;
  }

  /** What a request inside the dialog gets from a usual telephone. */
  handle(transaction: ServerTransaction): void {
    const { request } = transaction;
    const sequence = cseqOf(request).number;
    if (sequence <= this.#remoteSequence) this.stack.surprise(`${request.method}: CSeq did not go up`);
    this.#remoteSequence = sequence;
    switch (request.method) {
      case 'BYE':
        transaction.reply(this.over ? 481 : 200);
        this.end('hung-up', 'them', request);
        return;
      case 'INVITE':
      case 'UPDATE':
        this.#reanswer(transaction);
        return;
      case 'INFO':
      case 'NOTIFY':
      case 'MESSAGE':
      case 'OPTIONS':
        transaction.reply(200);
        return;
      default:
        this.stack.surprise(`an unexpected ${request.method} in a dialog`);
        transaction.reply(501);
    }
  }

  /** The number of the INVITE that opened the dialog: later ones must be higher. */
  opened(sequence: number): void {
    this.#remoteSequence = sequence;
  }

  #reanswer(transaction: ServerTransaction): void {
    const { request } = transaction;
    // RFC 3261 §14.2: ours is under way.
    if (this.#reinviting) {
      transaction.reply(491);
      return;
    }
    this.dialog.refreshTarget(request);
    const headers = { Contact: this.contact() };
    if (request.body.length === 0) {
      if (request.method === 'INVITE') this.accept(transaction, undefined);
      else transaction.reply(200, { headers });
      return;
    }
    const offer = readDescription(request.body.toString());
    if (offer !== undefined) this.reoffers.push(offer.direction);
    this.accept(transaction, offer);
  }

  /** Answers an INVITE or UPDATE: with our answer, our offer where it had none, or 488. */
  accept(transaction: ServerTransaction, offer: AudioDescription | undefined, headers: Content['headers'] = {}): void {
    const answer = offer === undefined ? this.offer() : this.answer(offer);
    if (answer === undefined) {
      transaction.reply(488);
      return;
    }
    if (offer === undefined) this.#awaitsAnswerInAck = answer;
    transaction.reply(200, { headers: { Contact: this.contact(), ...headers }, body: sdp(answer) });
  }

  end(how: Ending['how'], by: Ending['by'], message: SipMessage): void {
    if (this.#over !== undefined) return;
    const reasons = message.headers.all('Reason');
    this.#over = { how, by, message, reason: reasons.length === 0 ? undefined : reasons.join(', ') };
    this.audio.close();
    this.#settle(this.#over);
  }
}

export function sdp(audio: AudioDescription): { readonly type: string; readonly text: string } {
  return { type: 'application/sdp', text: printDescription(audio) };
}
