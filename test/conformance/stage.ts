import { Peer, type Place } from '../contract/sip-engine/peer.ts';
import { FrameClient } from '../contract/sip-engine/frames.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip-engine/message/types.ts';
import { type AppDialog, type Application, asks, connectApplication } from './application.ts';
import { type DifferenceId } from './differences.ts';
import type { Ground, Subject } from './subject/subject.ts';

export const sdp =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
/** Another offer: with another version and port. */
export const otherSdp = sdp.replace('o=- 1 1', 'o=- 1 2').replace('4000', '4002');

/** Everybody in one case: an application, and peers that do only what the case says. */
export class Stage {
  readonly #closing: (() => unknown)[] = [];

  private constructor(
    readonly subject: Subject,
    readonly kind: Ground['kind'],
    readonly srf: Application,
    readonly alice: Peer,
    readonly bob: Peer,
    readonly carol: Peer,
  ) {}

  static async set(subject: Subject, kind: Ground['kind']): Promise<Stage> {
    const peers = await Promise.all([Peer.udp('alice'), Peer.udp('bob'), Peer.udp('carol')]);
    const srf = await connectApplication(subject);
    const stage = new Stage(subject, kind, srf, ...peers);
    for (const peer of peers) stage.#closing.push(() => peer.close());
    stage.finally(() => {
      if (subject.alive()) srf.disconnect();
    });
    return stage;
  }

  async clear(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
  }

  /** At the end of the case, before everybody is gone. */
  finally(close: () => unknown): void {
    this.#closing.push(close);
  }

  /** Where peers send to. */
  get service(): string {
    return `sip:service@${at(this.subject.sip.udp)}`;
  }

  /** The server's own address, `host:port`, of UDP. */
  get own(): string {
    return at(this.subject.sip.udp);
  }

  say(peer: Peer, message: SipMessage): void {
    peer.send(message, this.subject.sip.udp);
  }

  /** What is expected, where the two servers differ on purpose: `differences.ts` says why. */
  differs<Expected>(_id: DifferenceId, expected: { readonly ours: Expected; readonly drachtio: Expected }): Expected {
    return expected[this.kind];
  }

  /**
   * The server has seen all that this application asked for. Frames of one connection are handled in order, so
   * what is sent to a peer comes after the routes.
   */
  async routed(srf: Application = this.srf): Promise<void> {
    const witness = await Peer.udp('witness');
    try {
      const asked = asks(srf, witness.uri, { method: 'OPTIONS' });
      this.say(witness, witness.answer(await witness.takesRequest('OPTIONS'), 200));
      await asked;
    } finally {
      await witness.close();
    }
  }

  /** Whatever the server was to answer by itself to what this peer sent before has been answered when this resolves. */
  async roundTrip(peer: Peer): Promise<void> {
    const cancel = peer.cancel(peer.request('INVITE', this.service));
    this.say(peer, cancel);
    await peer.takesFinal(cancel);
  }

  async another(tags?: readonly string[]): Promise<Application> {
    const srf = await connectApplication(this.subject, tags);
    this.finally(() => {
      if (this.subject.alive()) srf.disconnect();
    });
    return srf;
  }

  /** An application of bare frames, authenticated. */
  async frames(...verbs: readonly string[]): Promise<FrameClient> {
    const client = await this.stranger();
    await client.ask(`authenticate|${this.subject.control.secret}|`);
    for (const verb of verbs) await client.ask(`route|${verb}`);
    return client;
  }

  /** A connection to the control port that has said nothing yet. */
  async stranger(): Promise<FrameClient> {
    const client = await FrameClient.open(this.subject.control.port, this.subject.control.host);
    this.finally(() => {
      client.close();
    });
    return client;
  }

  async tcpPeer(name: string): Promise<Peer> {
    const peer = await Peer.tcp(name, this.subject.sip.tcp);
    this.finally(() => peer.close());
    return peer;
  }

  async udpPeer(name: string, address?: string): Promise<Peer> {
    const peer = await Peer.udp(name, address);
    this.finally(() => peer.close());
    return peer;
  }

  /** Alice calls, and the application answers. */
  async incomingCall(
    extra: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<IncomingCall> {
    const answered = new Promise<AppDialog>((resolve, reject) => {
      this.srf.invite((req, res) => {
        this.srf.createUAS(req, res, { localSdp: sdp, headers }).then(resolve, reject);
      });
    });
    await this.routed();
    const invite = this.alice.request('INVITE', this.service, extra, sdp);
    this.say(this.alice, invite);
    const ok = await this.alice.takes(200, 'INVITE');
    this.say(this.alice, this.alice.ack(invite, ok));
    return { invite, ok, dialog: await answered };
  }

  /** The application calls Bob, who answers. */
  async outgoingCall(
    headers: Readonly<Record<string, string>> = {},
    answer: Readonly<Record<string, string>> = {},
  ): Promise<OutgoingCall> {
    const calling = this.srf.createUAC(this.bob.uri, { localSdp: sdp, headers });
    const invite = await this.bob.takesRequest('INVITE');
    const ok = this.bob.answer(invite, 200, answer, sdp);
    this.say(this.bob, ok);
    const dialog = await calling;
    const ack = await this.bob.takesRequest('ACK');
    return { invite, ok, ack, dialog };
  }

  /** Alice hangs up. */
  async aliceEnds({ invite, ok }: IncomingCall, sequence = 2): Promise<void> {
    const bye = this.alice.follow(invite, ok, 'BYE', sequence);
    this.say(this.alice, bye);
    await this.alice.takes(200, 'BYE');
  }

  /** The application hangs up, and this peer agrees. */
  async applicationEnds(dialog: AppDialog, peer: Peer): Promise<SipRequest> {
    const over = dialog.destroy();
    const bye = await peer.takesRequest('BYE');
    this.say(peer, peer.answer(bye, 200));
    await over;
    return bye;
  }
}

export interface IncomingCall {
  readonly invite: SipRequest;
  readonly ok: SipResponse;
  readonly dialog: AppDialog;
}

export interface OutgoingCall {
  readonly invite: SipRequest;
  readonly ok: SipResponse;
  readonly ack: SipRequest;
  readonly dialog: AppDialog;
}

export function at({ address, port }: Place): string {
  return `${address}:${String(port)}`;
}

export function fieldOf(message: SipMessage, name: string): string {
  return message.headers.get(name) ?? '';
}

/** How many of these a peer has got until now. */
export function countOf(peer: Peer, wants: (message: SipMessage) => boolean): number {
  return peer.seen.filter(wants).length;
}

export function isRequest(method: string): (message: SipMessage) => boolean {
  return (message) => message.kind === 'request' && message.method === method;
}
