import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Answer, Application, Outcome, ProxyNews } from '../core/application.ts';
import type { CallRecord } from '../core/call-record.ts';
import type { InboundRequest, InboundResponse } from '../core/inbound.ts';
import { type ProxyOrder, readProxyOrder } from '../core/proxy/order.ts';
import type { Log } from '../core/surroundings.ts';
import { printHost, printHostPort } from '../message/host-port.ts';
import { printMessage } from '../message/print.ts';
import type { Flow, Listener } from '../transport/flow.ts';
import { type Frame, FrameReader, parseFrame, printFrame } from './frame.ts';
import { applicationMeta, networkMeta, timeOfDay } from './meta.ts';

/** What a connection asks of the server that it belongs to. */
export interface ConnectionHost {
  readonly secret: string;
  /** Bytes that an application may leave unread; 0: as many as it likes. */
  readonly backlogBytes: number;
  /** Milliseconds in which it has to take something of what waits for it; 0: as many as it likes. */
  readonly stalledMs: number;
  readonly log: Log;
  now(): number;
  uuid(): string;
  /** Once, after the secret was right: what we listen on, by its names outside and inside. */
  authenticated(connection: Connection): {
    readonly external: readonly Listener[];
    readonly local: readonly Listener[];
  };
  /** Once, when it may be given requests. */
  ready(connection: Connection): void;
  route(verb: string, connection: Connection): void;
  removeRoute(verb: string, connection: Connection): void;
  sip(
    connection: Connection,
    frame: {
      readonly transactionId: string;
      readonly dialogId: string;
      readonly proxy: string;
      readonly message: Buffer;
    },
    answer: Answer,
  ): void;
  proxy(connection: Connection, order: ProxyOrder, tell: (news: ProxyNews) => void): void;
  gone(connection: Connection): void;
}

/** Applications turn their pings on when they see a version of 0.8.2 or later in this form. */
export const version = 'v0.9.10';
const largestFrame = 1024 * 1024;
/** Before the secret was shown: what is pipelined behind it has to fit as well. */
const largestStrangeFrame = 64 * 1024;
/** Milliseconds of silence after which the kernel asks whether the other end is still there. */
const keepAlive = 30_000;

/** One application on the control port. It speaks first, and says nothing that is heard before its secret. */
export class Connection implements Application {
  readonly #reader = new FrameReader(largestStrangeFrame);
  #outgoing: Buffer[] = [];
  #authenticated = false;
  #closed = false;
  #watching: NodeJS.Timeout | undefined;
  #tags: ReadonlySet<string> = new Set();
  readonly #deadline: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private readonly host: ConnectionHost,
    /** Milliseconds in which it must show the secret. */
    patience = 10_000,
  ) {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAlive);
    this.#deadline = setTimeout(() => socket.destroy(), patience);
    socket.on('data', (chunk) => {
      this.#read(chunk);
    });
    socket.on('error', () => {
      socket.destroy();
    });
    socket.on('close', () => {
      this.#closed = true;
      clearTimeout(this.#deadline);
      clearTimeout(this.#watching);
      host.gone(this);
    });
  }

  get authenticated(): boolean {
    return this.#authenticated;
  }

  /** Bytes that the application has not taken yet. */
  get backlog(): number {
    return this.socket.writableLength;
  }

  /** What it called itself as it authenticated. */
  get tags(): ReadonlySet<string> {
    return this.#tags;
  }

  /** At once and for good. */
  destroy(): void {
    this.#flush();
    this.socket.destroy();
  }

  request(inbound: InboundRequest, transactionId: string): void {
    const { local } = inbound.flow;
    this.#sip(inbound, inbound.flow.transport, [transactionId, '', printHost(local.address), String(local.port), '']);
  }

  requestInDialog(inbound: InboundRequest, transactionId: string, dialogId: string): void {
    const protocol = inbound.request.method === 'ACK' ? '' : inbound.flow.transport;
    this.#sip(inbound, protocol, [transactionId, dialogId, '']);
  }

  response({ bytes, flow }: InboundResponse, transactionId: string, dialogId: string): void {
    const meta = networkMeta(bytes.length, flow, flow?.transport ?? '', this.#time());
    this.#send(['sip', ...meta, transactionId, dialogId, ''], bytes);
  }

  hungUp(bytes: Uint8Array, flow: Flow, dialogId: string): void {
    const meta = applicationMeta(bytes.length, flow, 'local', flow.transport, this.#time());
    this.#send(['sip', ...meta, 'unsolicited', dialogId, ''], bytes);
  }

  record(record: CallRecord, bytes: Uint8Array): void {
    const { event, source } = record;
    const detail = event === 'cdr:start' ? [record.role] : event === 'cdr:stop' ? [record.reason] : [];
    this.#send([event, source, this.#time(), ...detail], bytes);
  }

  #sip({ request, flow, size }: InboundRequest, protocol: string, ids: readonly string[]): void {
    this.#send(['sip', ...networkMeta(size, flow, protocol, this.#time()), ...ids], printMessage(request));
  }

  #read(chunk: Buffer): void {
    const payloads = this.#reader.feed(chunk);
    for (const payload of payloads ?? []) {
      if (this.#closed) return;
      this.#take(parseFrame(payload));
    }
    if (payloads === undefined) this.#close();
  }

  #take({ fields, message }: Frame): void {
    const [id, verb, ...args] = fields;
    if (id === undefined || verb === undefined) this.#refuse(id ?? '', 'Invalid message format');
    else if (verb === 'authenticate') this.#authenticate(id, args[0] ?? '', args[1] ?? '');
    else if (!this.#authenticated) this.#refuse(id, 'authenticate first');
    else if (verb === 'ping') this.#send(['response', id, 'OK', 'pong']);
    else if (verb === 'route' || verb === 'remove_route') this.#route(id, verb, args[0] ?? '');
    else if (verb === 'sip') this.#takeSip(id, args, message);
    else if (verb === 'proxy') this.#takeProxy(id, args, message);
    else this.#refuse(id, 'Unknown message type');
  }

  #authenticate(id: string, secret: string, tags: string): void {
    if (!sameSecret(secret, this.host.secret)) {
      this.#refuse(id, 'incorrect secret');
      return;
    }
    clearTimeout(this.#deadline);
    const first = !this.#authenticated;
    this.#authenticated = true;
    this.#reader.largest = largestFrame;
    this.#tags = new Set(tags.split(',').filter((tag) => tag !== ''));
    const { external, local } = this.host.authenticated(this);
    this.#send(['response', id, 'OK', hostPorts(external), version, hostPorts(local)]);
    if (first) this.host.ready(this);
  }

  #route(id: string, verb: 'route' | 'remove_route', method: string): void {
    if (verb === 'route') this.host.route(method.toLowerCase(), this);
    else this.host.removeRoute(method.toLowerCase(), this);
    this.#send(['response', id, 'OK']);
  }

  #takeSip(id: string, args: readonly string[], message: Buffer): void {
    const [transactionId = '', dialogId = '', proxy = ''] = args;
    if (transactionId === '' && message.subarray(0, 4).toString('latin1') === 'SIP/') {
      this.#refuse(id, 'transaction id missing');
      return;
    }
    this.host.sip(this, { transactionId, dialogId, proxy, message }, (outcome) => {
      this.#echo(id, outcome);
    });
  }

  #takeProxy(id: string, args: readonly string[], message: Buffer): void {
    const order = readProxyOrder(args, message);
    if (order === undefined) {
      this.#refuse(id, 'Invalid proxy request: not enough information provided');
      return;
    }
    this.host.proxy(this, order, (news) => {
      if (news.type === 'refused') this.#send(['response', id, 'NOK', news.why]);
      else if (news.type === 'done') this.#send(['response', id, 'OK', 'done']);
      else {
        const { bytes, flow } = news.inbound;
        const meta = networkMeta(bytes.length, flow, flow?.transport ?? '', this.#time());
        this.#send(['response', id, 'OK', ...meta, '', '', 'continue'], bytes);
      }
    });
  }

  #echo(id: string, outcome: Outcome): void {
    const time = this.#time();
    switch (outcome.type) {
      case 'refused':
        this.#send(['response', id, 'NOK', outcome.why]);
        return;
      case 'request-sent': {
        const { bytes, flow, transactionId } = outcome;
        const meta = applicationMeta(bytes.length, flow, 'local', flow?.transport ?? '', time);
        this.#send(['response', id, 'OK', ...meta, transactionId, 'Msg sent:', ''], bytes);
        return;
      }
      case 'response-sent': {
        const { bytes, flow, transactionId, dialogId } = outcome;
        const meta = applicationMeta(bytes.length, flow, 'remote', outcome.toInvite ? flow.transport : '', time);
        this.#send(['response', id, 'OK', ...meta, transactionId, dialogId, '', 'Msg sent:', ''], bytes);
      }
    }
  }

  #refuse(id: string, why: string): void {
    this.#send(['response', id, 'NO', why]);
    this.#close();
  }

  /** Says what is still to be said, and hears nothing more. */
  #close(): void {
    this.#closed = true;
    this.#flush();
    this.socket.end();
    this.socket.destroySoon();
  }

  /** Frames of one turn of the event loop leave in one write. */
  #send(fields: readonly string[], message?: Uint8Array): void {
    this.#outgoing.push(printFrame([this.host.uuid(), ...fields], message));
    if (this.#outgoing.length === 1) {
      setImmediate(() => {
        this.#flush();
      });
    }
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const frames = this.#outgoing;
    this.#outgoing = [];
    if (!this.socket.writable) return;
    this.socket.write(frames.length === 1 ? (frames[0] ?? '') : Buffer.concat(frames));
    const { backlog } = this;
    if (backlog === 0) return;
    if (this.host.backlogBytes > 0 && backlog > this.host.backlogBytes) this.#letGo();
    else this.#watch();
  }

  /** Looks whether anything was taken of what waits, as long as something does. */
  #watch(): void {
    if (this.#watching !== undefined || this.host.stalledMs === 0 || this.socket.destroyed) return;
    const before = this.#taken;
    this.#watching = setTimeout(() => {
      this.#watching = undefined;
      if (this.backlog === 0) return;
      if (this.#taken === before) this.#letGo();
      else this.#watch();
    }, this.host.stalledMs);
  }

  get #taken(): number {
    return this.socket.bytesWritten - this.backlog;
  }

  #letGo(): void {
    if (this.socket.destroyed) return;
    this.host.log(
      'error',
      'an application does not read what it is sent, and was let go: is it stopped, or overloaded?',
      { application: this.#name(), backlog: this.backlog },
    );
    this.socket.destroy();
  }

  #name(): string {
    return [`${this.socket.remoteAddress ?? ''}:${String(this.socket.remotePort ?? 0)}`, ...this.#tags].join(' ');
  }

  #time(): string {
    return timeOfDay(this.host.now());
  }
}

function hostPorts(listeners: readonly Listener[]): string {
  return listeners
    .map(({ transport, address: host, port }) => `${transport}/${printHostPort({ host, port })}`)
    .join(',');
}

/** In constant time for secrets of one length. */
function sameSecret(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
