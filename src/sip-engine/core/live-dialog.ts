import type { Dialog } from '../dialog/dialog.ts';
import type { Session } from '../dialog/session-timer.ts';
import type { Flow } from '../transport/flow.ts';
import type { Headers } from '../message/headers.ts';
import type { Answer, Application } from './application.ts';
import type { InboundRequest } from './inbound.ts';

/** A response that is sent again and again until it is confirmed. */
export interface Repetition {
  /** The CSeq, or RSeq, that the confirmation names. */
  readonly sequence: number;
  stop(): void;
}

/** An INVITE of the peer, for as long as it has no final answer. */
export interface TheirInvite {
  readonly id: string;
  readonly inbound: InboundRequest;
  readonly application: Application | undefined;
  readonly live: LiveDialog | undefined;
  /** The 2xx of the application that must wait for a PRACK. */
  readonly held: Uint8Array | undefined;
  /** It ended without the application. */
  cancelled: boolean;
  respond(status: number): void;
}

/** Reliable provisional responses, as a PRACK meets them. */
export interface Confirmable {
  /** @returns what it confirms, once */
  acknowledge(sequence: number, cseq: number): { readonly ownWish: boolean } | undefined;
  goOn(): void;
}

/** An INVITE of ours, until its ACK. */
export interface OurInvite {
  readonly phase: 'calling' | 'ringing' | 'answered' | 'failed';
  readonly isReinvite: boolean;
  cancel(headers: Headers | undefined, answer: Answer | undefined): void;
  /** The RAck of a PRACK; undefined where nothing waits for one. */
  confirmation?(live: LiveDialog, rack: string | undefined): string | undefined;
  acknowledge(live: LiveDialog, headers: Headers, body: Buffer, answer: Answer): void;
}

/** What our side said last in a dialog, to say it again. */
export interface Said {
  contact: string | undefined;
  contentType: string | undefined;
  body: Buffer;
  /** Whether the peer takes UPDATE, by its last Allow. */
  peerTakesUpdate: boolean;
}

/** The session timer of a dialog (RFC 4028). */
export interface KeptSession {
  readonly running: Session | undefined;
  readonly said: Said;
  agreed(session: Session | undefined): void;
  /** The peer sent an INVITE or UPDATE. */
  heard(): void;
  /** @returns whether `run` is put off until a re-INVITE of ours is answered */
  holds(run: () => void): boolean;
  stop(): void;
}

/** A dialog with what keeps it going: whose it is, over which flow the peer was met, and what is unfinished in it. */
export class LiveDialog {
  /** Early dialogs of the branches of a forked INVITE, by remote tag, each with where it was met last. */
  readonly forks = new Map<string, { readonly dialog: Dialog; readonly flow: Flow }>();
  /** Their INVITE that is not answered yet. */
  theirInvite: TheirInvite | undefined;
  /** The reliable provisional responses to their last INVITE. */
  provisionals: Confirmable | undefined;
  /** Our INVITE that is not answered yet, or whose ACK is not yet asked for. */
  ourInvite: OurInvite | undefined;
  /** Their last UPDATE. */
  theirUpdate: { readonly answered: boolean } | undefined;
  /** UPDATEs of ours with an offer that are not answered yet. */
  ourOffers = 0;
  /** Our 2xx that waits for its ACK. */
  unacknowledged: Repetition | undefined;
  /** Under which id that ACK is handed up. */
  acknowledgeAs = '';
  /** When the application was told that the dialog is up. */
  upSince = 0;
  /** Of a subscription: when it is forgotten. */
  expiry: { cancel(): void } | undefined;
  /** The engine ends it as soon as the 2xx is acknowledged. */
  ending: string | undefined;
  /** Who called has acknowledged that the dialog is up: until then it may get no BYE (RFC 3261 §15). */
  peerKnows = false;
  /** The application's BYE that waits for that. */
  heldBye: (() => void) | undefined;
  session: KeptSession | undefined;

  constructor(
    public dialog: Dialog,
    readonly usage: 'invite' | 'subscription',
    readonly application: Application,
    /** Where the peer's last message that set the target came from. */
    public flow: Flow,
  ) {}

  get id(): string {
    return this.dialog.id;
  }

  /** Whether a BYE must wait: a caller who has not read the 2xx yet would refuse it, and wait for that 2xx for ever. */
  get mustWait(): boolean {
    return this.theirInvite?.held !== undefined || (this.unacknowledged !== undefined && !this.peerKnows);
  }

  /** Lets the BYE go that was held back. @returns whether there was one */
  release(): boolean {
    const bye = this.heldBye;
    this.heldBye = undefined;
    bye?.();
    return bye !== undefined;
  }

  /**
   * One id stands for every branch of a fork: from now on it means the branch with that remote tag. Our CSeq counts
   * over all of them, theirs in each.
   * @returns whether there is such a branch
   */
  turnTo(remoteTag: string): boolean {
    if (remoteTag === this.dialog.remoteTag) return true;
    const branch = this.forks.get(remoteTag);
    if (branch === undefined) return false;
    this.forks.set(this.dialog.remoteTag, { dialog: this.dialog, flow: this.flow });
    this.dialog = { ...branch.dialog, localSequence: this.dialog.localSequence };
    this.flow = branch.flow;
    return true;
  }
}

/** Every dialog that lives, by its id. */
export class LiveDialogs {
  readonly #dialogs = new Map<string, LiveDialog>();
  /** SUBSCRIBEs of ours without an answer, by dialog id. */
  readonly #expected = new Map<string, Map<string, () => void>>();

  get size(): number {
    return this.#dialogs.size;
  }

  get(id: string): LiveDialog | undefined {
    return this.#dialogs.get(id);
  }

  /** A subscription made anew takes the place of the old one, which is forgotten with its timers. */
  add(live: LiveDialog): void {
    const old = this.#dialogs.get(live.id);
    if (old?.usage === 'subscription' && old !== live) this.remove(old);
    this.#dialogs.set(live.id, live);
  }

  remove(live: LiveDialog): void {
    live.expiry?.cancel();
    live.unacknowledged?.stop();
    if (this.#dialogs.get(live.id) === live) this.#dialogs.delete(live.id);
    live.session?.stop();
  }

  /** From now on a NOTIFY may come for a subscription that our SUBSCRIBE has not made yet (RFC 6665 §4.1.2.4). */
  expect(id: string): void {
    this.#expected.set(id, new Map());
  }

  /**
   * Keeps a NOTIFY back until that SUBSCRIBE has its answer: an application does not know the subscription before.
   * @param key of its transaction: a repeated one is kept once
   * @returns whether there is such a SUBSCRIBE
   */
  keepBack(id: string, key: string, run: () => void): boolean {
    const kept = this.#expected.get(id);
    kept?.set(key, run);
    return kept !== undefined;
  }

  /** The SUBSCRIBE has its answer: what came too early is looked at again. */
  settle(id: string): void {
    const kept = this.#expected.get(id);
    this.#expected.delete(id);
    for (const run of kept?.values() ?? []) run();
  }

  /** The dialog of a request from the network (RFC 3261 §12.2.2), by its Call-ID and tags. */
  match(callId: string, fromTag: string, toTag: string): LiveDialog | undefined {
    const asUas = this.#dialogs.get(`${callId};from-tag=${fromTag}`);
    if (asUas?.dialog.role === 'uas' && asUas.dialog.localTag === toTag) return asUas;
    const asUac = this.#dialogs.get(`${callId};from-tag=${toTag}`);
    if (asUac?.dialog.role !== 'uac') return undefined;
    return asUac.dialog.remoteTag === fromTag || asUac.forks.has(fromTag) ? asUac : undefined;
  }

  of(application: Application): LiveDialog[] {
    return [...this.#dialogs.values()].filter((live) => live.application === application);
  }
}
