import { parseCSeq } from '../message/cseq.ts';
import { Headers } from '../message/headers.ts';
import { tagOf } from '../message/name-addr.ts';
import type { Limits } from '../message/limits.ts';
import { paramOf } from '../message/params.ts';
import { parseMessage } from '../message/parse.ts';
import { printMessage } from '../message/print.ts';
import { responseTo } from '../message/respond.ts';
import type { Malformed, SipResponse } from '../message/types.ts';
import { topVia } from '../message/via.ts';
import { countLimited } from '../stats.ts';
import { clientKey } from '../transaction/key.ts';
import type { Flow } from '../transport/flow.ts';
import { Answers } from './answers.ts';
import type { Answer, Application, ProxyNews } from './application.ts';
import { refused } from './application.ts';
import { readApplicationMessage } from './application-message.ts';
import { put } from './client-exchange.ts';
import { hangUp } from './hang-up.ts';
import { received } from './inbound.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { PendingRequests } from './pending-request.ts';
import type { ProxyOrder } from './proxy/order.ts';
import { Proxies } from './proxy/proxies.ts';
import type { Surroundings } from './surroundings.ts';

/** The transaction user (RFC 3261 §5) between the sockets and the applications: one door for each. */
export class UserAgent {
  readonly #pendings = new PendingRequests();
  readonly #incoming: Incoming;
  readonly #answers: Answers;
  readonly #outgoing: Outgoing;
  readonly #proxies: Proxies;

  constructor(
    private readonly around: Surroundings,
    private readonly limits: Limits,
  ) {
    this.#proxies = new Proxies(around, this.#pendings);
    this.#incoming = new Incoming(around, this.#pendings, this.#proxies);
    this.#answers = new Answers(around, this.#pendings);
    this.#outgoing = new Outgoing(around);
  }

  /** One datagram, or one message of a stream. */
  fromNetwork(bytes: Buffer, flow: Flow): void {
    const parsed = parseMessage(bytes, this.limits);
    if (!parsed.ok) {
      this.malformed(parsed.error, flow);
      return;
    }
    if (parsed.value.kind === 'response') {
      this.#response(parsed.value, bytes, flow);
      return;
    }
    const inbound = received(parsed.value, flow, bytes.length);
    if (inbound === undefined) {
      this.around.counters.malformed++;
      return;
    }
    // RFC 5923 knows it for TLS only: nobody else can prove whose connection it is.
    if (flow.transport === 'tls' && paramOf(inbound.via.params, 'alias') !== undefined) this.around.ways.alias(inbound);
    this.#incoming.receive(inbound);
  }

  /** Answered without a transaction, so that it costs its sender more than us (RFC 3261 §8.2.7). */
  malformed({ status, why, partial, overLimit }: Malformed, flow: Flow): void {
    if (overLimit) countLimited(this.around.counters, 'message');
    else this.around.counters.malformed++;
    this.around.log('debug', 'a message could not be read', { why, from: flow.remote.address });
    if (status === undefined || partial === undefined) return;
    received(partial, flow, 0);
    put(this.around, flow, printMessage(responseTo(partial, status, why, { toTag: this.around.ids.tag() })));
  }

  /**
   * A `sip` frame of an application. A status line answers the request of that transaction; a dialog id puts a
   * request inside that dialog; a transaction id alone belongs to a CANCEL.
   */
  fromApplication(
    application: Application,
    frame: {
      readonly transactionId: string;
      readonly dialogId: string;
      readonly proxy: string;
      readonly message: Buffer;
    },
    answer: Answer,
  ): void {
    const message = readApplicationMessage(frame.message);
    if (message.kind === 'broken') answer(refused(`invalid request-uri: ${message.startLine}`));
    else if (message.kind === 'response') this.#answers.respond(application, frame.transactionId, message, answer);
    else if (frame.dialogId !== '') this.#outgoing.sendInDialog(application, frame.dialogId, message, answer);
    else if (frame.transactionId === '') this.#outgoing.send(application, message, frame.proxy, answer);
    else if (message.method === 'CANCEL') this.#outgoing.cancel(application, frame.transactionId, message, answer);
    else
      answer(refused(`only a CANCEL goes with the transaction id of a request: leave it out of a ${message.method}`));
  }

  /** A `proxy` frame: the request of that transaction goes on to others. */
  proxy(application: Application, order: ProxyOrder, tell: (news: ProxyNews) => void): void {
    this.#proxies.start(application, order, tell);
  }

  /** Nobody will answer for it any more: callers are told so at once, and its calls are ended. */
  applicationGone(application: Application): void {
    for (const pending of this.#pendings.unansweredOf(application)) {
      pending.cancelled = true;
      const { live } = pending;
      if (live !== undefined) live.theirInvite = undefined;
      if (live?.dialog.phase === 'early') this.around.dialogs.remove(live);
      pending.respond(503, undefined, new Headers());
    }
    this.#outgoing.abandon(application);
    for (const live of this.around.dialogs.of(application)) {
      if (live.dialog.phase !== 'confirmed') continue;
      live.heldBye = undefined;
      if (live.mustWait) live.ending = 'Application gone';
      else hangUp(this.around, live, 'Application gone', 'nobody');
    }
  }

  #response(response: SipResponse, bytes: Buffer, flow: Flow): void {
    const { around } = this;
    around.counters.responsesReceived++;
    const via = topVia(response.headers);
    const branch = via === undefined ? undefined : paramOf(via.params, 'branch');
    const method = parseCSeq(response.headers.get('CSeq') ?? '')?.method;
    const transaction =
      branch === undefined || method === undefined ? undefined : around.transactions.client(clientKey(branch, method));
    if (transaction === undefined) {
      around.counters.dropped++;
      return;
    }
    const toTag = tagOf(response.headers.get('To') ?? '') ?? '';
    transaction.receive({ status: response.status, response, bytes, flow, toTag });
  }
}
