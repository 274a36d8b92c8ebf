import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Headers } from '../../../src/sip-engine/message/headers.ts';
import type { SipRequest, SipResponse } from '../../../src/sip-engine/message/types.ts';
import { Audio } from './audio.ts';
import { Chronicle } from './chronicle.ts';
import type { Pace } from './client-transaction.ts';
import { Conversation } from './conversation.ts';
import { Dialog } from './dialog.ts';
import { IncomingCall } from './incoming-call.ts';
import { hostText, openTcp, openTls, openUdp, openWss } from './link.ts';
import type { Endpoint, Link, Transport } from './link.ts';
import type { MessageLog } from './message-log.ts';
import { OutgoingCall } from './outgoing-call.ts';
import type { InviteOptions } from './outgoing-call.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { CodecName } from './session-description.ts';
import { Stack, freshTag } from './stack.ts';
import type { Reaction } from './stack.ts';
import { Timers } from './timers.ts';
import { label, tagOf } from './wire.ts';

export interface PhoneOptions {
  readonly username: string;
  /** Absent: challenges are not answered, a 401 is final. */
  readonly password?: string;
  /** The user name in the digest, where it differs from the one in the address. */
  readonly authUser?: string;
  readonly server: Endpoint & { readonly transport: Transport };
  /** The domain of its address of record. Default: the server's address. */
  readonly domain?: string;
  /** Where it binds, a loopback address. Default 127.0.0.1. */
  readonly address?: string;
  /** Its SIP port; default: a free one. */
  readonly port?: number;
  /** `urn:uuid:…` (RFC 5626 §4.1). */
  readonly instance?: string;
  /** Further Contact URI parameters, such as `pn-provider=apns;pn-param=…;pn-prid=…` (RFC 8599). */
  readonly contactUriParameters?: string;
  /** Further Contact header parameters, such as `reg-id=1`. */
  readonly contactParameters?: string;
  readonly displayName?: string;
  readonly codecs?: readonly CodecName[];
  /** Milliseconds; default 500. */
  readonly t1?: number;
  /** The address in its Contact, where that is not its own: what the server sees behind a `LossyNetwork`. */
  readonly advertise?: Endpoint;
  /** Sends everything to the server, also what a Contact or Route directs elsewhere. */
  readonly outboundProxy?: boolean;
}

export interface RegisterOptions {
  /** Seconds. Default 300. */
  readonly expires?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of this phone's own Contact value: `*`, or somebody else's. */
  readonly contact?: string;
}

/** A request that the test itself answers. */
export interface HeldRequest {
  readonly request: SipRequest;
  reply(status: number, headers?: Readonly<Record<string, string>>): void;
  /** The usual behaviour, now. */
  proceed(): void;
}

/** A software phone that shares no code with what it tests, and tells what was on the wire. */
export class Phone {
  /** Judges each request that comes in, before the usual behaviour. Set it to be late, deaf or rude. */
  react: (request: SipRequest) => Reaction = () => ({ do: 'usual' });
  /** Every request but ACK and CANCEL that came outside a call's dialog, or for which there is no call: NOTIFY, MESSAGE, OPTIONS. */
  readonly requests: Chronicle<SipRequest>;
  readonly #calls = new Map<string, { talk: Conversation; incoming: IncomingCall | undefined }>();
  readonly #incoming: Chronicle<IncomingCall>;
  readonly #held: Chronicle<ServerTransaction>;
  readonly #registration = { callId: randomUUID(), tag: freshTag(), sequence: 0 };
  readonly #stack: Stack;
  #link: Link | undefined;
  #closed = false;

  private constructor(
    private readonly options: PhoneOptions,
    private readonly timers: Timers,
    pace: Pace,
  ) {
    this.requests = new Chronicle<SipRequest>(timers, label);
    this.#incoming = new Chronicle<IncomingCall>(timers, () => 'an INVITE');
    this.#held = new Chronicle<ServerTransaction>(timers, ({ request }) => label(request));
    const { username, password, authUser, server, outboundProxy } = options;
    const credentials = password === undefined ? undefined : { username: authUser ?? username, password };
    this.#stack = new Stack(username, timers, pace, server, outboundProxy ?? false, credentials, () => this.link, {
      react: (request) => this.react(request),
      held: (transaction) => {
        this.#held.push(transaction);
      },
      request: (transaction) => {
        this.#usual(transaction);
      },
      cancelled: (invite, cancel) => {
        this.#calls.get(key(invite.request, invite.toTag))?.talk.end('cancelled', 'them', cancel);
      },
      acknowledged: (ack) => {
        const call = this.#calls.get(key(ack, tagOf(ack.headers.get('To'))));
        call?.talk.acknowledged(ack);
        call?.incoming?.acknowledged(ack);
      },
    });
  }

  static async start(options: PhoneOptions): Promise<Phone> {
    const phone = new Phone(options, new Timers(), { t1: options.t1 ?? 500 });
    await phone.#connect(options.address ?? '127.0.0.1', options.port ?? 0);
    return phone;
  }

  get name(): string {
    return this.options.username;
  }

  get log(): MessageLog {
    return this.#stack.log;
  }

  get surprises(): readonly string[] {
    return this.#stack.surprises;
  }

  get link(): Link {
    if (this.#link === undefined) throw new Error('the phone is not started');
    return this.#link;
  }

  /** Where it receives SIP. */
  get local(): Endpoint {
    return this.link.local;
  }

  get aor(): string {
    return `sip:${this.options.username}@${this.options.domain ?? hostText(this.options.server.address)}`;
  }

  /** False: no ACK leaves this phone, for whatever answer. */
  set acknowledges(value: boolean) {
    this.#stack.acknowledges = value;
  }

  /** Its Contact value. */
  get contact(): string {
    const { transport } = this.link;
    const local = this.options.advertise ?? this.link.local;
    const { username, contactUriParameters, contactParameters, instance } = this.options;
    const transportParameter = transport === 'udp' ? '' : `;transport=${transport === 'wss' ? 'ws' : transport}`;
    const uriParameters = contactUriParameters === undefined ? '' : `;${contactUriParameters}`;
    const uri = `sip:${username}@${hostText(local.address)}:${local.port}${transportParameter}${uriParameters}`;
    const id = instance === undefined ? '' : `;+sip.instance="<${instance}>"`;
    return `<${uri}>${id}${contactParameters === undefined ? '' : `;${contactParameters}`}`;
  }

  /** @throws for any other final response than 200, with the message's ladder */
  async register(options: RegisterOptions = {}): Promise<SipResponse> {
    const response = await this.tryToRegister(options);
    if (response.status === 200) return response;
    throw new Error(`REGISTER got ${response.status} ${response.reason}\n${this.log.ladder()}`);
  }

  /** Gives the final response, whatever it is; one challenge is answered. */
  tryToRegister({ expires = 300, headers = {}, contact }: RegisterOptions = {}): Promise<SipResponse> {
    const uri = `sip:${this.options.domain ?? hostText(this.options.server.address)}`;
    return this.#stack.ask(() => {
      const fields = Headers.from([
        ['Max-Forwards', '70'],
        ['From', `<${this.aor}>;tag=${this.#registration.tag}`],
        ['To', `<${this.aor}>`],
        ['Call-ID', this.#registration.callId],
        ['CSeq', `${(this.#registration.sequence += 1)} REGISTER`],
        ['Contact', contact ?? this.contact],
        ['Expires', String(expires)],
      ]);
      for (const [name, value] of Object.entries(headers)) fields.set(name, value);
      return { kind: 'request', method: 'REGISTER', uri, headers: fields, body: Buffer.alloc(0) };
    });
  }

  /** @param target a number at the server's domain, or a whole `sip:` URI */
  async invite(target: string, options: InviteOptions = {}): Promise<OutgoingCall> {
    const uri = this.#uri(target);
    const display = this.options.displayName === undefined ? '' : `"${this.options.displayName}" `;
    const tag = freshTag();
    const dialog = new Dialog(randomUUID(), `${display}<${this.aor}>;tag=${tag}`, `<${uri}>`, uri, 0);
    const talk = await this.#converse(dialog);
    this.#calls.set(`${dialog.callId} ${tag}`, { talk, incoming: undefined });
    return new OutgoingCall(this.#stack, talk, this.contact, options);
  }

  /** The next INVITE, each once; also one that came before. */
  incomingCall({ withinMs = 2000 }: { withinMs?: number } = {}): Promise<IncomingCall> {
    return this.#incoming.take(`an INVITE at ${this.name}`, withinMs);
  }

  /** A request outside any dialog, with one challenge answered: OPTIONS, MESSAGE, SUBSCRIBE, PUBLISH. */
  ask(method: string, target: string, headers: Readonly<Record<string, string>> = {}): Promise<SipResponse> {
    const uri = this.#uri(target);
    const dialog = new Dialog(randomUUID(), `<${this.aor}>;tag=${freshTag()}`, `<${uri}>`, uri, 0);
    return this.#stack.ask(() => dialog.request(method, { headers: { Contact: this.contact, ...headers } }));
  }

  /** The next request that `react` said to hold. */
  async held(method?: string, withinMs = 2000): Promise<HeldRequest> {
    const transaction = await this.#held.take(
      `a held ${method ?? 'request'} at ${this.name}`,
      withinMs,
      ({ request }) => method === undefined || request.method === method,
    );
    return {
      request: transaction.request,
      reply: (status, headers = {}) => {
        transaction.reply(status, { headers });
      },
      proceed: () => {
        this.#stack.behave(transaction);
      },
    };
  }

  /** Raw bytes to the server, or to somebody else. */
  send(bytes: Buffer | string, to?: Endpoint): void {
    this.#stack.sendBytes(Buffer.from(bytes), to);
  }

  /** Another network: a new source port, or address; the old link is closed without a word, calls and bindings stay. */
  async move(address = this.local.address): Promise<void> {
    const old = this.link;
    await this.#connect(address, 0);
    await old.close();
  }

  /** @throws when any message comes in that time */
  async expectNothing(ms: number): Promise<void> {
    const before = this.log.received().length;
    await sleep(ms);
    const came = this.log.received().slice(before);
    if (came.length === 0) return;
    throw new Error(
      `${this.name} expected nothing, but got ${came.map((entry) => entry.label).join(', ')}\n${this.log.ladder()}`,
    );
  }

  /** @throws when the server did anything that no server should */
  expectNoSurprises(): void {
    if (this.surprises.length === 0) return;
    throw new Error(`${this.name} was surprised: ${this.surprises.join('; ')}\n${this.log.ladder()}`);
  }

  /** Leaves no socket and no timer; says nothing to anybody. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.timers.close();
    for (const { talk } of this.#calls.values()) talk.audio.close();
    await this.link.close();
  }

  async #connect(address: string, port: number): Promise<void> {
    const { server } = this.options;
    const events = {
      received: (bytes: Buffer, from: Endpoint) => {
        if (!this.#closed) this.#stack.receive(bytes, from);
      },
      broken: (why: string) => {
        this.#stack.surprise(why);
      },
    };
    switch (server.transport) {
      case 'udp':
        this.#link = await openUdp(address, port, server, events);
        break;
      case 'tcp':
        this.#link = await openTcp(address, server, events);
        break;
      case 'tls':
        this.#link = await openTls(server, events);
        break;
      case 'wss':
        this.#link = await openWss(this.options.username, server, events);
    }
  }

  async #converse(dialog: Dialog): Promise<Conversation> {
    const audio = await Audio.open(this.options.address ?? '127.0.0.1', this.timers);
    if (this.#closed) audio.close();
    return new Conversation(this.#stack, () => this.contact, dialog, audio, this.options.codecs ?? ['PCMA', 'PCMU']);
  }

  #uri(target: string): string {
    return /^sips?:|^tel:/.test(target)
      ? target
      : `sip:${target}@${this.options.domain ?? hostText(this.options.server.address)}`;
  }

  #usual(transaction: ServerTransaction): void {
    const { request } = transaction;
    const localTag = tagOf(request.headers.get('To'));
    const call = localTag === undefined ? undefined : this.#calls.get(key(request, localTag));
    if (call !== undefined) {
      call.talk.handle(transaction);
      return;
    }
    if (request.method === 'INVITE' && localTag === undefined) {
      transaction.reply(100);
      void this.#arrive(transaction);
      return;
    }
    this.requests.push(request);
    if (['OPTIONS', 'NOTIFY', 'MESSAGE', 'INFO'].includes(request.method)) transaction.reply(200);
    else {
      this.#stack.surprise(`a ${request.method} that belongs to nothing`);
      transaction.reply(481);
    }
  }

  async #arrive(transaction: ServerTransaction): Promise<void> {
    const dialog = Dialog.ofRequest(transaction.request, transaction.toTag);
    const talk = await this.#converse(dialog);
    const incoming = new IncomingCall(transaction, talk, this.timers, this.contact);
    this.#calls.set(key(transaction.request, transaction.toTag), { talk, incoming });
    // Its CANCEL may have come while the audio port was opened.
    if (transaction.cancel !== undefined) talk.end('cancelled', 'them', transaction.cancel);
    this.#incoming.push(incoming);
  }
}

function key(request: SipRequest, localTag: string | undefined): string {
  return `${request.headers.get('Call-ID') ?? ''} ${localTag ?? ''}`;
}
