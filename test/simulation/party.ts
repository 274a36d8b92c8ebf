import type { Application, Outcome } from '../../src/sip-engine/core/application.ts';
import type { InboundRequest, InboundResponse } from '../../src/sip-engine/core/inbound.ts';
import { dialogId } from '../../src/sip-engine/dialog/dialog.ts';
import { tagOf } from '../../src/sip-engine/message/name-addr.ts';
import { defaultLimits } from '../../src/sip-engine/message/limits.ts';
import { parseMessage } from '../../src/sip-engine/message/parse.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import { type Call, newCall } from './call.ts';
import type { Chance } from './chance.ts';
import { type Asked, Ledger } from './ledger.ts';
import type { SimulatedEngine } from './simulated-engine.ts';

/** A request that waits for our answer. */
export interface Ticket {
  readonly method: string;
  readonly transactionId: string;
  readonly dialogId: string;
  readonly expires: string | undefined;
}

/** What a party wants; the party itself keeps to the protocol. */
export interface Mind {
  invited(call: Call): void;
  rings(call: Call, status: number): void;
  up(call: Call): void;
  ended(call: Call): void;
  /** Any other request but BYE and PRACK, which are always granted. */
  asked(ticket: Ticket): void;
  /** The final answer to a request of ours that is no INVITE. */
  answered(method: string, status: number, dialogId: string): void;
}

interface Wish {
  readonly uri?: string;
  readonly transactionId?: string;
  readonly dialogId?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly call?: Call;
}

const sdp = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n';

/** An application as drachtio-srf is one: it acknowledges, confirms provisionals, grants BYE, one re-INVITE at a time. */
export class Party {
  readonly calls: Call[] = [];
  readonly ledger: Ledger;
  mind: Mind | undefined;
  #present = true;
  #lastUp = 0;
  #lastDown = 0;
  readonly #wishes = new Map<string, { readonly asked: Asked; readonly call: Call | undefined }>();
  readonly #door: Application;

  constructor(
    readonly name: string,
    private readonly engine: SimulatedEngine,
    private readonly clock: VirtualClock,
    private readonly chance: Chance,
  ) {
    this.ledger = new Ledger(name, clock);
    this.#door = {
      request: (inbound, id) => this.#down(() => this.#outside(inbound, id)),
      requestInDialog: (inbound, id, dialog) => this.#down(() => this.#inside(inbound, id, dialog)),
      response: (inbound, id, dialog) => this.#down(() => this.#response(inbound, id, dialog)),
      hungUp: (_bytes, _flow, dialog) => this.#down(() => this.#hungUp(dialog)),
      record: () => undefined,
    };
    engine.application = this.#door;
  }

  /** Runs it later, unless the party is gone by then. */
  later(milliseconds: number, run: () => void): void {
    this.clock.after(milliseconds, () => {
      if (this.#present) run();
    });
  }

  /** As a process that dies: nothing that it was about to say is said. */
  vanish(): void {
    this.ledger.note('vanishes');
    for (const call of this.calls) if (call.state !== 'ended') this.#end(call, 'vanished');
    this.#present = false;
    this.engine.application = undefined;
    this.engine.guarded(() => {
      this.engine.agent.applicationGone(this.#door);
    });
  }

  get present(): boolean {
    return this.#present;
  }

  invite(uri: string, headers: readonly string[]): Call {
    const call = newCall('uac', '', '');
    this.calls.push(call);
    this.#ask('INVITE', { uri, headers, body: sdp, call });
    return call;
  }

  /** Gives an INVITE of ours up; where its answer crosses, hangs up. */
  cancel(call: Call): void {
    if (call.role !== 'uac' || call.state !== 'ringing' || call.givingUp) return;
    call.givingUp = true;
    if (call.transactionId !== '') this.#cancel(call);
  }

  hangUp(call: Call): void {
    if (call.state !== 'up') return;
    this.#end(call, 'mine');
    this.#ask('BYE', { dialogId: call.id, call });
  }

  /** A request inside the call, for as long as there is one. */
  request(call: Call, method: string, headers: readonly string[] = []): void {
    if (call.state === 'ended' || call.id === '') return;
    if (method === 'INVITE') {
      if (call.reinviting || call.state !== 'up') return;
      call.reinviting = true;
    }
    const offers = method === 'INVITE' || method === 'UPDATE';
    this.#ask(method, { dialogId: call.id, headers, body: offers ? sdp : '', call });
  }

  /** A request outside of dialogs, or inside a subscription. */
  send(method: string, uri: string, headers: readonly string[] = [], inside = ''): void {
    this.#ask(method, { uri, headers, dialogId: inside });
  }

  /** Answers the INVITE that made the call. */
  answer(call: Call, status: number, headers: readonly string[] = []): void {
    if (call.role !== 'uas' || call.state !== 'ringing') return;
    if (headers.some((header) => header.startsWith('Require'))) call.awaitsPrack = true;
    const body = status > 180 && status < 300 ? sdp : '';
    this.#respond(call.transactionId, status, headers, body, (outcome) => {
      if (call.state !== 'ringing') return;
      if (outcome.type === 'refused') {
        this.#end(call, 'forgotten');
        return;
      }
      if (status >= 200) call.status = status;
      if (status >= 300) this.#end(call, `refused ${String(status)}`);
      else if (status >= 200) this.#up(call);
    });
  }

  /** Has the engine pass its INVITE on: from there on the call is none of ours. */
  proxy(call: Call, destinations: readonly string[]): void {
    this.calls.splice(this.calls.indexOf(call), 1);
    const asked = this.ledger.ask('proxy');
    const order = {
      transactionId: call.transactionId,
      remainInDialog: true,
      fullResponse: false,
      followRedirects: false,
      order: 'simultaneous' as const,
      provisionalTimeout: undefined,
      finalTimeout: undefined,
      destinations,
      message: messageOf('INVITE sip:x@localhost SIP/2.0', [], ''),
    };
    this.#later(() => {
      this.engine.agent.proxy(this.#door, order, (news) => {
        this.#down(() => {
          asked.outcomes++;
          if (news.type === 'response') this.ledger.violated('shown a response that it did not ask for');
          if (news.type === 'refused') asked.refused = news.why;
        });
      });
    });
  }

  /** Answers any other request. */
  reply({ method, transactionId }: Ticket, status: number, headers: readonly string[] = []): void {
    const body = (method === 'INVITE' || method === 'UPDATE') && status < 300 ? sdp : '';
    this.#respond(transactionId, status, headers, body, () => undefined);
  }

  #cancel(call: Call): void {
    this.#ask('CANCEL', { uri: 'sip:nobody@localhost', transactionId: call.transactionId, call });
  }

  #ask(method: string, wish: Wish): void {
    const { transactionId = '', dialogId: inside = '', uri = '', headers = [], body = '', call } = wish;
    const asked = this.ledger.ask(method);
    const text = messageOf(`${method} ${uri === '' ? 'sip:x@localhost' : uri} SIP/2.0`, headers, body);
    this.#handOver({ transactionId, dialogId: inside, message: text }, (outcome) => {
      asked.outcomes++;
      if (outcome.type === 'request-sent') this.#sent(asked, outcome, call);
      else if (outcome.type === 'refused') this.#refused(asked, outcome.why, call);
      else this.ledger.violated(`${method} counted as an answer`);
    });
  }

  #sent(asked: Asked, { bytes, transactionId }: Outcome & { type: 'request-sent' }, call: Call | undefined): void {
    if (asked.method === 'ACK' || asked.method === 'CANCEL') return;
    this.ledger.sent(asked, transactionId);
    this.#wishes.set(transactionId, { asked, call });
    if (asked.method !== 'INVITE' || call === undefined || call.id !== '') return;
    const sent = parseMessage(Buffer.from(bytes), defaultLimits);
    if (!sent.ok) return;
    const { headers } = sent.value;
    call.id = dialogId(headers.get('Call-ID') ?? '', tagOf(headers.get('From') ?? '') ?? '');
    call.transactionId = transactionId;
    if (call.givingUp) this.#cancel(call);
  }

  #refused(asked: Asked, why: string, call: Call | undefined): void {
    asked.refused = why;
    if (call === undefined) return;
    if (asked.method === 'INVITE') call.reinviting = false;
    if (asked.method === 'INVITE' && call.id === '') this.#end(call, `not sent: ${why}`);
    // It was answered, and we have not read that yet.
    if (asked.method === 'CANCEL') this.later(100, () => this.hangUp(call));
  }

  #respond(
    transactionId: string,
    status: number,
    headers: readonly string[],
    body: string,
    told: (outcome: Outcome) => void,
  ): void {
    const message = messageOf(`SIP/2.0 ${String(status)} As scripted`, headers, body);
    let outcomes = 0;
    this.#handOver({ transactionId, dialogId: '', message }, (outcome) => {
      if (++outcomes > 1) this.ledger.violated(`an answer ${String(status)} has two outcomes`);
      told(outcome);
    });
  }

  #outside(inbound: InboundRequest, transactionId: string): void {
    const { request, callId, fromTag } = inbound;
    this.ledger.request(inbound, '');
    if (request.method === 'INVITE') {
      const call = newCall('uas', dialogId(callId, fromTag), transactionId);
      this.calls.push(call);
      this.mind?.invited(call);
    } else this.mind?.asked(ticketOf(inbound, transactionId, dialogId(callId, fromTag)));
  }

  #inside(inbound: InboundRequest, transactionId: string, id: string): void {
    const { method } = inbound.request;
    this.ledger.request(inbound, id);
    const ticket = ticketOf(inbound, transactionId, id);
    const call = method === 'CANCEL' ? this.#cancelled(transactionId) : this.#callOf(id);
    if (method === 'CANCEL') {
      if (call?.state === 'ringing') this.#end(call, 'cancelled');
      else if (call?.state === 'up') this.ledger.violated('a CANCEL of what is up');
    } else if (method === 'ACK') {
      if (call !== undefined) call.confirmed = true;
    } else if (method === 'BYE') {
      this.reply(ticket, 200);
      if (call !== undefined) this.#end(call, 'theirs');
    } else if (method === 'PRACK') {
      if (call !== undefined) call.awaitsPrack = false;
      this.reply(ticket, 200);
    } else if (call?.state === 'ended') this.reply(ticket, 481);
    else this.mind?.asked(ticket);
  }

  #response({ status, response }: InboundResponse, transactionId: string, id: string): void {
    this.ledger.response(transactionId, status);
    const wish = this.#wishes.get(transactionId);
    if (wish === undefined) return;
    const { asked, call } = wish;
    if (asked.method !== 'INVITE' || call === undefined) this.#answered(asked.method, status, call, id);
    else if (call.transactionId !== transactionId) this.#reinvited(call, status);
    else if (status < 200) {
      const rseq = response.headers.get('RSeq');
      const rack = `RAck: ${rseq ?? ''} ${response.headers.get('CSeq') ?? ''}`;
      if (rseq !== undefined) this.#ask('PRACK', { dialogId: id, headers: [rack], call });
      this.mind?.rings(call, status);
    } else {
      call.status = status;
      this.#ask('ACK', status < 300 ? { dialogId: id } : {});
      if (status >= 300) this.#end(call, `answered ${String(status)}`);
      else this.#up(call);
    }
  }

  #answered(method: string, status: number, call: Call | undefined, id: string): void {
    if (status < 200) return;
    if (call !== undefined && (status === 408 || status === 481)) this.hangUp(call);
    this.mind?.answered(method, status, id);
  }

  #reinvited(call: Call, status: number): void {
    if (status < 200) return;
    call.reinviting = false;
    if (status < 300) this.#ask('ACK', { dialogId: call.id });
    else if (status === 408 || status === 481) this.hangUp(call);
    // RFC 3261 §14.1: whoever made the Call-ID waits longer.
    else if (status === 491) {
      const wait = call.role === 'uac' ? this.chance.between(2100, 4000) : this.chance.between(0, 2000);
      this.later(wait, () => this.request(call, 'INVITE'));
    }
  }

  #hungUp(id: string): void {
    this.ledger.note(`hears of the end of ${id}`);
    const call = this.#callOf(id);
    if (call === undefined) this.ledger.violated(`told of the end of ${id}, which is not known`);
    else this.#end(call, 'engine');
  }

  #up(call: Call): void {
    call.state = 'up';
    if (call.givingUp) return;
    this.mind?.up(call);
  }

  #end(call: Call, why: string): void {
    if (call.state === 'ended') return;
    call.state = 'ended';
    call.why = why;
    this.ledger.note(`${call.id} ended: ${why}`);
    this.mind?.ended(call);
  }

  #callOf(id: string): Call | undefined {
    return this.calls.find((call) => call.id === id);
  }

  #cancelled(transactionId: string): Call | undefined {
    return this.calls.find((call) => call.transactionId === transactionId);
  }

  /** From the engine to us: in order, a little later. */
  #down(run: () => void): void {
    this.#lastDown = Math.max(this.#lastDown, this.clock.now() + this.chance.between(0, 3));
    this.later(this.#lastDown - this.clock.now(), run);
  }

  /** From us to the engine: in order, a little later. */
  #handOver(
    frame: { readonly transactionId: string; readonly dialogId: string; readonly message: Buffer },
    told: (outcome: Outcome) => void,
  ): void {
    this.#later(() => {
      this.engine.agent.fromApplication(this.#door, { ...frame, proxy: '' }, (outcome) => {
        this.#down(() => told(outcome));
      });
    });
  }

  #later(run: () => void): void {
    this.#lastUp = Math.max(this.#lastUp, this.clock.now() + this.chance.between(0, 3));
    this.later(this.#lastUp - this.clock.now(), () => {
      this.engine.guarded(run);
    });
  }
}

function ticketOf({ request }: InboundRequest, transactionId: string, id: string): Ticket {
  const { method, headers } = request;
  return { method, transactionId, dialogId: id, expires: headers.get('Expires') };
}

function messageOf(startLine: string, headers: readonly string[], body: string): Buffer {
  const typed = body === '' ? headers : [...headers, 'Content-Type: application/sdp'];
  return Buffer.from([startLine, ...typed, '', body].join('\r\n'));
}
