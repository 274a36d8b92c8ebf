import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { SipMessage, SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import { ClientTransaction } from './client-transaction.ts';
import type { Pace } from './client-transaction.ts';
import { offences } from './conformity.ts';
import { answerChallenge, challengeOf } from './digest.ts';
import type { Credentials } from './digest.ts';
import { hostText, type Endpoint, type Link } from './link.ts';
import { MessageLog } from './message-log.ts';
import { ServerTransaction } from './server-transaction.ts';
import type { Timers } from './timers.ts';
import { branchOf, cseqOf, label, listOf, parameter, parseWire, printWire, tagOf, uriIn } from './wire.ts';

/** What the phone does with a request, before its usual behaviour gets it. */
export type Reaction =
  | { readonly do: 'usual' }
  /** Never answers; the same request coming again is judged again. */
  | { readonly do: 'ignore' }
  | { readonly do: 'delay'; readonly ms: number }
  | { readonly do: 'reply'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Leaves it to the test: `await phone.held('INVITE')`. */
  | { readonly do: 'hold' };

export interface StackUser {
  readonly react: (request: SipRequest) => Reaction;
  readonly held: (transaction: ServerTransaction) => void;
  readonly request: (transaction: ServerTransaction) => void;
  readonly cancelled: (invite: ServerTransaction, cancel: SipRequest) => void;
  /** An ACK that belongs to a 2xx of ours. */
  readonly acknowledged: (ack: SipRequest) => void;
}

/** Messages, transactions and credentials of one phone: everything below calls. */
export class Stack {
  readonly log: MessageLog;
  /** What no well-behaved server does. A test that expects none says so with `phone.expectNoSurprises()`. */
  readonly surprises: string[] = [];
  /** False: no ACK leaves this phone. */
  acknowledges = true;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();

  constructor(
    readonly name: string,
    readonly timers: Timers,
    readonly pace: Pace,
    readonly server: Endpoint,
    /** Sends in-dialog requests to the server, whatever Route and Contact say: an outbound proxy. */
    private readonly outbound: boolean,
    private readonly credentials: Credentials | undefined,
    private readonly link: () => Link,
    private readonly user: StackUser,
  ) {
    this.log = new MessageLog(name, timers);
  }

  surprise(what: string): void {
    this.surprises.push(what);
  }

  /** Starts a client transaction; the Via is put on top here. */
  begin(request: SipRequest, accepted: (response: SipResponse) => void = () => undefined): ClientTransaction {
    const link = this.link();
    const branch = this.#addVia(request, freshBranch());
    const to = this.#nextHop(request);
    const transaction = new ClientTransaction(request, {
      timers: this.timers,
      pace: this.pace,
      reliable: link.transport !== 'udp',
      send: (message) => {
        this.send(message, to);
      },
      acknowledge: (refusal) => {
        if (this.acknowledges) this.send(ackOfRefusal(request, refusal), to);
      },
      accepted,
      surprise: (what) => {
        this.surprise(what);
      },
    });
    this.#clients.set(`${branch} ${request.method}`, transaction);
    transaction.start();
    return transaction;
  }

  /** An ACK to 2xx: a transaction of its own without an answer (RFC 3261 §13.2.2.4). The Via must stay the same when repeated. */
  sendAck(ack: SipRequest): void {
    if (!this.acknowledges) return;
    if (!ack.headers.has('Via')) this.#addVia(ack, freshBranch());
    this.send(ack, this.#nextHop(ack));
  }

  /** RFC 3261 §9.1: the same Via as the request that it cancels. */
  cancel(invite: SipRequest, headers: Readonly<Record<string, string>>): ClientTransaction {
    const cancel = sameTransaction(invite, 'CANCEL', invite.headers.get('To') ?? '');
    for (const [name, value] of Object.entries(headers)) cancel.headers.set(name, value);
    const branch = branchOf(invite);
    const to = this.#nextHop(invite);
    const transaction = new ClientTransaction(cancel, {
      timers: this.timers,
      pace: this.pace,
      reliable: this.link().transport !== 'udp',
      send: (message) => {
        this.send(message, to);
      },
      acknowledge: () => undefined,
      accepted: () => undefined,
      surprise: (what) => {
        this.surprise(what);
      },
    });
    this.#clients.set(`${branch} CANCEL`, transaction);
    transaction.start();
    return transaction;
  }

  /**
   * Sends a request, answers a 401 or 407 once, and gives the final response.
   * @param build makes the request anew for the second try: its CSeq must go up (RFC 3261 §22.2)
   */
  async ask(build: () => SipRequest): Promise<SipResponse> {
    const request = build();
    const response = await this.begin(request).final;
    const proof = this.proof(response, request);
    if (proof === undefined) return response;
    const again = build();
    again.headers.append(...proof);
    return this.begin(again).final;
  }

  /** The header that answers a challenge; undefined when it is none, or this phone has no password. */
  proof(response: SipResponse, request: SipRequest): readonly [name: string, value: string] | undefined {
    if ((response.status !== 401 && response.status !== 407) || this.credentials === undefined) return undefined;
    const challenge = challengeOf(response);
    if (challenge === undefined) {
      this.surprise(`${response.status} without a challenge that can be answered`);
      return undefined;
    }
    return [challenge.field, answerChallenge(challenge, this.credentials, request.method, request.uri)];
  }

  send(message: SipMessage, to: Endpoint): void {
    this.sendBytes(printWire(message), to);
  }

  sendBytes(bytes: Buffer, to: Endpoint = this.server): void {
    const message = parseWire(bytes);
    if (message !== undefined) this.log.write('sent', message, bytes, to);
    this.link().send(bytes, to);
  }

  receive(bytes: Buffer, from: Endpoint): void {
    const message = parseWire(bytes);
    if (message === undefined) {
      this.surprise(`bytes that are no SIP: ${JSON.stringify(bytes.toString('utf8', 0, 80))}`);
      return;
    }
    this.log.write('received', message, bytes, from);
    for (const offence of offences(message)) this.surprise(offence);
    if (message.kind === 'response') this.#receiveResponse(message);
    else this.#receiveRequest(message, from);
  }

  #receiveResponse(response: SipResponse): void {
    const transaction = this.#clients.get(`${branchOf(response)} ${cseqOf(response).method}`);
    if (transaction === undefined) this.surprise(`a response to nothing: ${label(response)}`);
    else transaction.receive(response);
  }

  #receiveRequest(request: SipRequest, from: Endpoint): void {
    if (request.method === 'ACK') {
      this.#receiveAck(request);
      return;
    }
    const key = serverKey(request, request.method);
    const known = this.#servers.get(key);
    if (known !== undefined) {
      known.repeat();
      return;
    }
    const reaction = this.user.react(request);
    if (reaction.do === 'ignore') return;
    const transaction = new ServerTransaction(request, from, this.#serverWiring(), freshTag());
    this.#servers.set(key, transaction);
    this.#perform(reaction, transaction);
  }

  #perform(reaction: Exclude<Reaction, { do: 'ignore' }>, transaction: ServerTransaction): void {
    if (reaction.do === 'hold') this.user.held(transaction);
    else if (reaction.do === 'reply') transaction.reply(reaction.status, { headers: reaction.headers ?? {} });
    else if (reaction.do === 'delay') {
      this.timers.after(reaction.ms, () => {
        this.behave(transaction);
      });
    } else this.behave(transaction);
  }

  /** The usual behaviour towards a new request. */
  behave(transaction: ServerTransaction): void {
    if (transaction.request.method !== 'CANCEL') {
      this.user.request(transaction);
      return;
    }
    const invite = this.#servers.get(serverKey(transaction.request, 'INVITE'));
    if (invite === undefined) {
      this.surprise('a CANCEL for an INVITE that never came');
      transaction.reply(481);
      return;
    }
    transaction.reply(200, { toTag: invite.toTag });
    if (invite.answered !== undefined) return;
    invite.reply(487);
    invite.cancel = transaction.request;
    this.user.cancelled(invite, transaction.request);
  }

  #receiveAck(ack: SipRequest): void {
    if (this.user.react(ack).do === 'ignore') return;
    const invite = [...this.#servers.values()].find((candidate) => candidate.acknowledgedBy(ack));
    if (invite === undefined) this.surprise('an ACK to nothing');
    else if ((invite.answered?.status ?? 0) < 300) this.user.acknowledged(ack);
  }

  #serverWiring() {
    return {
      timers: this.timers,
      pace: this.pace,
      reliable: this.link().transport !== 'udp',
      send: (response: SipResponse, to: Endpoint) => {
        this.send(response, to);
      },
      surprise: (what: string) => {
        this.surprise(what);
      },
    };
  }

  #addVia(request: SipRequest, branch: string): string {
    const { transport, local } = this.link();
    const sentBy = `${hostText(local.address)}:${local.port}`;
    request.headers.prepend('Via', `SIP/2.0/${transport.toUpperCase()} ${sentBy};branch=${branch};rport`);
    return branch;
  }

  /** In a dialog RFC 3261 §12.2.1.1, for addresses only: a host name is taken to be the server. Outside one the server. */
  #nextHop(request: SipRequest): Endpoint {
    if (this.outbound || tagOf(request.headers.get('To')) === undefined) return this.server;
    const [route] = listOf(request.headers, 'Route');
    const found = /^sips?:(?:[^@]*@)?(?:\[([\da-f:.]+)\]|([\d.]+))(?::(\d+))?/i.exec(
      route === undefined ? request.uri : uriIn(route),
    );
    const address = found?.[1] ?? found?.[2] ?? '';
    return isIP(address) !== 0 ? { address, port: Number(found?.[3] ?? 5060) } : this.server;
  }
}

export function freshTag(): string {
  return randomBytes(6).toString('hex');
}

function freshBranch(): string {
  return `z9hG4bK${randomBytes(9).toString('hex')}`;
}

/** RFC 3261 §17.2.3: branch, sent-by and method. */
function serverKey(request: SipRequest, method: string): string {
  const via = request.headers.get('Via') ?? '';
  return `${parameter(via, 'branch') ?? ''} ${/^\S+\s+([^;]*)/.exec(via)?.[1] ?? ''} ${method}`;
}

function sameTransaction(invite: SipRequest, method: string, to: string): SipRequest {
  const headers = invite.headers.clone();
  for (const [name] of invite.headers) {
    if (!['via', 'max-forwards', 'from', 'call-id', 'route'].includes(name.toLowerCase())) headers.delete(name);
  }
  headers.append('To', to).append('CSeq', `${cseqOf(invite).number} ${method}`);
  return { kind: 'request', method, uri: invite.uri, headers, body: Buffer.alloc(0) };
}

/** RFC 3261 §17.1.1.3. */
function ackOfRefusal(invite: SipRequest, refusal: SipResponse): SipRequest {
  return sameTransaction(invite, 'ACK', refusal.headers.get('To') ?? '');
}
