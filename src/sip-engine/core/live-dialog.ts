import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import type { Application } from './application.ts';
import type { OutgoingInvite } from './outgoing-invite.ts';
import type { PendingRequest } from './pending-request.ts';
import type { UnacknowledgedAnswer } from './unacknowledged-answer.ts';

/** A dialog with what keeps it going: whose it is, over which flow the peer was met, and what is unfinished in it. */
export class LiveDialog {
  /** Early dialogs of other branches of a forked INVITE, by remote tag. */
  readonly forks = new Map<string, Dialog>();
  /** Their INVITE that is not answered yet. */
  theirInvite: PendingRequest | undefined;
  /** Our INVITE that is not answered yet, or whose ACK is not yet asked for. */
  ourInvite: OutgoingInvite | undefined;
  /** Our 2xx that waits for its ACK. */
  unacknowledged: UnacknowledgedAnswer | undefined;
  /** Under which id that ACK is handed up. */
  acknowledgeAs = '';
  /** When the application was told that the dialog is up. */
  upSince = 0;
  /** Of a subscription: when it is forgotten. */
  expiry: { cancel(): void } | undefined;
  /** The engine ends it as soon as the 2xx is acknowledged. */
  ending: string | undefined;

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
}

/** Every dialog that lives, by its id. */
export class LiveDialogs {
  readonly #dialogs = new Map<string, LiveDialog>();

  get size(): number {
    return this.#dialogs.size;
  }

  get(id: string): LiveDialog | undefined {
    return this.#dialogs.get(id);
  }

  add(live: LiveDialog): void {
    this.#dialogs.set(live.id, live);
  }

  remove(live: LiveDialog): void {
    live.expiry?.cancel();
    live.unacknowledged?.stop();
    if (this.#dialogs.get(live.id) === live) this.#dialogs.delete(live.id);
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
