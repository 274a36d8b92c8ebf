import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { parseCSeq } from '../../../src/sip-engine/message/cseq.ts';
import { Headers } from '../../../src/sip-engine/message/headers.ts';
import { printHostPort } from '../../../src/sip-engine/message/host-port.ts';
import { parseMessage } from '../../../src/sip-engine/message/parse.ts';
import { printMessage } from '../../../src/sip-engine/message/print.ts';
import { reasonPhrase } from '../../../src/sip-engine/message/reason-phrase.ts';
import { responseTo } from '../../../src/sip-engine/message/respond.ts';
import { StreamFramer } from '../../../src/sip-engine/message/stream-framer.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';

import type { TransportName } from '../../../src/sip-engine/transport/transport-name.ts';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** A SIP party that does nothing by itself: the test says every message, and sees every message. */
export class Peer {
  readonly seen: SipMessage[] = [];
  /** Messages of which the network loses the first, in either direction. */
  #unlucky: ((message: SipMessage) => boolean) | undefined;
  #lostIn = false;
  #lostOut = false;
  #acknowledged: { readonly invite: SipRequest; readonly to: Place } | undefined;
  readonly #queue: SipMessage[] = [];
  readonly #waiting: { wants(message: SipMessage): boolean; take(message: SipMessage): void }[] = [];
  #last = 0;

  private constructor(
    readonly transport: TransportName,
    readonly name: string,
    readonly address: string,
    readonly port: number,
    private readonly put: (bytes: Buffer, to: Place) => void,
    readonly close: () => Promise<void>,
  ) {}

  static async udp(name: string, address = '127.0.0.1'): Promise<Peer> {
    const socket: DatagramSocket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    const peer = new Peer(
      'udp',
      name,
      address,
      socket.address().port,
      (bytes, to) => socket.send(bytes, to.port, to.address),
      () => new Promise((resolve) => socket.close(() => resolve())),
    );
    socket.on('message', (bytes) => peer.#receive(bytes));
    return peer;
  }

  /** One connection to the engine, used both ways. */
  static async tcp(name: string, to: Place): Promise<Peer> {
    const socket = connect(to.port, to.address);
    await once(socket, 'connect');
    return Peer.over(name, socket);
  }

  /** Believes any certificate, unless told otherwise. */
  static async tls(name: string, to: Place, options: ConnectionOptions = {}): Promise<Peer> {
    const socket = connectTls({ host: to.address, port: to.port, rejectUnauthorized: false, ...options });
    await once(socket, 'secureConnect');
    return Peer.over(name, socket, 'tls');
  }

  /** A browser: its own address is nowhere to be seen (RFC 7118 §5.1). */
  static async webSocket(name: string, transport: 'ws' | 'wss', to: Place, options: ClientOptions = {}): Promise<Peer> {
    const url = `${transport}://${to.address}:${String(to.port)}/`;
    const socket = new WebSocket(url, 'sip', { rejectUnauthorized: false, ...options });
    const upgraded = once(socket, 'upgrade') as Promise<[IncomingMessage]>;
    await once(socket, 'open');
    const [response] = await upgraded;
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const peer: Peer = new Peer(
      transport,
      name,
      `${name}.invalid`,
      response.socket.localPort ?? 0,
      (bytes) => {
        socket.send(bytes, { binary: false });
      },
      async () => {
        socket.close();
        await closed;
      },
    );
    socket.on('message', (data: Buffer) => {
      peer.#receive(data);
    });
    return peer;
  }

  static over(name: string, socket: Socket, transport: 'tcp' | 'tls' = 'tcp'): Peer {
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    const peer = new Peer(
      transport,
      name,
      socket.localAddress ?? '',
      socket.localPort ?? 0,
      (bytes) => socket.write(bytes),
      async () => {
        socket.destroy();
        await closed;
      },
    );
    const framer = new StreamFramer();
    socket.on('data', (chunk) => {
      for (const frame of framer.feed(chunk)) if (frame.kind === 'message') peer.#receive(frame.bytes);
    });
    return peer;
  }

  get #place(): string {
    return printHostPort({ host: this.address, port: this.port });
  }

  get uri(): string {
    if (this.transport === 'ws' || this.transport === 'wss') return `sip:${this.name}@${this.address};transport=ws`;
    return `sip:${this.name}@${this.#place}${this.transport === 'udp' ? '' : `;transport=${this.transport}`}`;
  }

  losesFirst(unlucky: (message: SipMessage) => boolean): void {
    this.#unlucky = unlucky;
  }

  /** From now on each 200 to that INVITE gets its ACK by itself. */
  acknowledges(invite: SipRequest, to: Place): void {
    this.#acknowledged = { invite, to };
    const ok = this.seen.find((one) => one.kind === 'response' && one.status === 200);
    if (ok?.kind === 'response') this.send(this.ack(invite, ok), to);
  }

  /** Sends and sends again until what is waited for is there: the other end of a retransmission. */
  async insists<Value>(message: SipMessage, to: Place, until: Promise<Value>): Promise<Value> {
    this.send(message, to);
    const again = setInterval(() => {
      this.send(message, to);
    }, 40);
    return until.finally(() => {
      clearInterval(again);
    });
  }

  send(message: SipMessage, to: Place): void {
    if (!this.#lostOut && this.#unlucky?.(message) === true) {
      this.#lostOut = true;
      return;
    }
    this.put(printMessage(message), to);
  }

  raw(bytes: Buffer, to: Place): void {
    this.put(bytes, to);
  }

  /** A request outside a dialog. */
  request(method: string, uri: string, extra: Readonly<Record<string, string>> = {}, body = ''): SipRequest {
    const id = `${this.name}-${String(this.port)}-${String(++this.#last)}`;
    const headers = new Headers()
      .append('Via', this.via())
      .append('Max-Forwards', '70')
      .append('From', `<sip:${this.name}@example.com>;tag=t${id}`)
      .append('To', `<${uri}>`)
      .append('Call-ID', `c${id}`)
      .append('CSeq', `1 ${method}`)
      .append('Contact', `<${this.uri}>`);
    if (body !== '') headers.append('Content-Type', 'application/sdp');
    for (const [name, value] of Object.entries(extra)) headers.set(name, value);
    return { kind: 'request', method, uri, headers, body: Buffer.from(body) };
  }

  via(): string {
    const web = this.transport === 'ws' || this.transport === 'wss';
    const sentBy = web ? this.address : this.#place;
    return `SIP/2.0/${this.transport.toUpperCase()} ${sentBy};branch=z9hG4bK${this.name}${String(++this.#last)}${String(this.port)}`;
  }

  answer(request: SipRequest, status: number, extra: Readonly<Record<string, string>> = {}, body = ''): SipResponse {
    const response = responseTo(request, status, reasonPhrase(status), {
      toTag: `${this.name}tag`,
      body: Buffer.from(body),
    });
    response.headers.append('Contact', `<${this.uri}>`);
    if (body !== '') response.headers.append('Content-Type', 'application/sdp');
    for (const [name, value] of Object.entries(extra)) response.headers.set(name, value);
    return response;
  }

  /** A later request in the dialog that `invite` and its answer made, from the caller's side. */
  follow(invite: SipRequest, answer: SipResponse, method: string, sequence: number, body = ''): SipRequest {
    const contact = /<([^>]+)>/.exec(answer.headers.get('Contact') ?? '')?.[1] ?? invite.uri;
    const headers = new Headers()
      .append('Via', this.via())
      .append('Max-Forwards', '70')
      .append('From', invite.headers.get('From') ?? '')
      .append('To', answer.headers.get('To') ?? '')
      .append('Call-ID', invite.headers.get('Call-ID') ?? '')
      .append('CSeq', `${String(sequence)} ${method}`)
      .append('Contact', `<${this.uri}>`);
    if (body !== '') headers.append('Content-Type', 'application/sdp');
    return { kind: 'request', method, uri: contact, headers, body: Buffer.from(body) };
  }

  /** A later request in the dialog, from the side that was called. */
  reverse(invite: SipRequest, method: string, sequence: number, body = ''): SipRequest {
    const contact = /<([^>]+)>/.exec(invite.headers.get('Contact') ?? '')?.[1] ?? invite.uri;
    const headers = new Headers()
      .append('Via', this.via())
      .append('Max-Forwards', '70')
      .append('From', `${invite.headers.get('To') ?? ''};tag=${this.name}tag`)
      .append('To', invite.headers.get('From') ?? '')
      .append('Call-ID', invite.headers.get('Call-ID') ?? '')
      .append('CSeq', `${String(sequence)} ${method}`)
      .append('Contact', `<${this.uri}>`);
    if (body !== '') headers.append('Content-Type', 'application/sdp');
    return { kind: 'request', method, uri: contact, headers, body: Buffer.from(body) };
  }

  ack(invite: SipRequest, answer: SipResponse): SipRequest {
    const sequence = parseCSeq(invite.headers.get('CSeq') ?? '')?.number ?? 1;
    const ack = this.follow(invite, answer, 'ACK', sequence);
    if (answer.status >= 300) {
      ack.headers.set('Via', invite.headers.get('Via') ?? '');
      return { ...ack, uri: invite.uri };
    }
    return ack;
  }

  cancel(invite: SipRequest, extra: Readonly<Record<string, string>> = {}): SipRequest {
    const headers = new Headers()
      .append('Via', invite.headers.get('Via') ?? '')
      .append('Max-Forwards', '70')
      .append('From', invite.headers.get('From') ?? '')
      .append('To', invite.headers.get('To') ?? '')
      .append('Call-ID', invite.headers.get('Call-ID') ?? '')
      .append('CSeq', `${(invite.headers.get('CSeq') ?? '').split(' ')[0] ?? ''} CANCEL`);
    for (const [name, value] of Object.entries(extra)) headers.set(name, value);
    return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: Buffer.alloc(0) };
  }

  /** The next request with that method that nobody waited for yet. */
  async takesRequest(method: string, withinMs = 4000): Promise<SipRequest> {
    const message = await this.#take((one) => one.kind === 'request' && one.method === method, method, withinMs);
    if (message.kind !== 'request') throw new Error('unreachable');
    return message;
  }

  /** The next response with that status to that method, and of that call, that nobody waited for yet. */
  async takes(status: number, method?: string, of?: SipRequest): Promise<SipResponse> {
    const callId = of?.headers.get('Call-ID');
    const wants = (one: SipMessage): boolean =>
      one.kind === 'response' &&
      one.status === status &&
      (method === undefined || cseqMethod(one) === method) &&
      (callId === undefined || one.headers.get('Call-ID') === callId);
    const message = await this.#take(wants, `${String(status)} ${method ?? ''}`);
    if (message.kind !== 'response') throw new Error('unreachable');
    return message;
  }

  /** The final response to this request, whatever its status. */
  async takesFinal(request: SipRequest): Promise<SipResponse> {
    const [callId, sequence] = [request.headers.get('Call-ID'), request.headers.get('CSeq')];
    const wants = (one: SipMessage): boolean =>
      one.kind === 'response' &&
      one.status >= 200 &&
      one.headers.get('Call-ID') === callId &&
      one.headers.get('CSeq') === sequence;
    const message = await this.#take(wants, `final response to ${request.method}`);
    if (message.kind !== 'response') throw new Error('unreachable');
    return message;
  }

  #take(wants: (message: SipMessage) => boolean, what: string, withinMs = 4000): Promise<SipMessage> {
    const at = this.#queue.findIndex(wants);
    if (at >= 0) return Promise.resolve(this.#queue.splice(at, 1)[0]!);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const got = this.seen.map((one) => (one.kind === 'request' ? one.method : String(one.status))).join(' ');
        reject(new Error(`${this.name} got no ${what} within ${String(withinMs / 1000)} s; it got: ${got}`));
      }, withinMs);
      this.#waiting.push({
        wants,
        take: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
      });
    });
  }

  #receive(bytes: Buffer): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok)
      throw new Error(`${this.name} got what is no SIP message (${parsed.error.why}):\n${bytes.toString()}`);
    if (!this.#lostIn && this.#unlucky?.(parsed.value) === true) {
      this.#lostIn = true;
      return;
    }
    if (parsed.value.kind === 'response' && parsed.value.status === 200 && cseqMethod(parsed.value) === 'INVITE') {
      const asked = this.#acknowledged;
      if (asked !== undefined) this.send(this.ack(asked.invite, parsed.value), asked.to);
    }
    this.seen.push(parsed.value);
    const at = this.#waiting.findIndex(({ wants }) => wants(parsed.value));
    if (at < 0) this.#queue.push(parsed.value);
    else this.#waiting.splice(at, 1)[0]?.take(parsed.value);
  }
}

function cseqMethod(message: SipMessage): string | undefined {
  return parseCSeq(message.headers.get('CSeq') ?? '')?.method;
}
