import { dialogId, followed, retargeted } from '../dialog/dialog.ts';
import { Headers } from '../message/headers.ts';
import { directed } from './directed-request.ts';
import { afterGrace } from './grace.ts';
import { announceEnd, hangUp } from './hang-up.ts';
import { inviteKey, type InboundRequest } from './inbound.ts';
import { refusalInDialog } from './in-dialog-refusal.ts';
import { endInvite, tellEnd } from './invite-over.ts';
import type { LiveDialog } from './live-dialog.ts';
import { type PendingFate, PendingRequest, type PendingRequests } from './pending-request.ts';
import { type Passing, passing } from './proxy/own-route.ts';
import type { Proxies } from './proxy/proxies.ts';
import { refuseStray } from './stray.ts';
import type { Surroundings } from './surroundings.ts';

/** The methods that have a meaning to us: RFC 3261, 3262, 3265, 3311, 3428, 3515, 3903, 6086. */
const known: ReadonlySet<string> = new Set(
  'INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE'.split(' '),
);

/** Without a dialog they mean nothing. */
const onlyInDialog: ReadonlySet<string> = new Set(['BYE', 'PRACK', 'UPDATE']);

/**
 * These mean something without the dialog that their To tag names: who restarted has forgotten it, and some send such a
 * tag to keep a path alive.
 */
const alsoWithoutDialog: ReadonlySet<string> = new Set('INFO NOTIFY MESSAGE OPTIONS SUBSCRIBE PUBLISH'.split(' '));

/** RFC 3261 §12.2, RFC 3311 §5.1, RFC 6665 §4.4.1: these move the target. */
const movesTarget: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** Outside of dialogs they make one. */
const makesDialog: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

/** What peers ask: each request finds its transaction, its dialog, its application, or its refusal. */
export class Incoming implements PendingFate {
  constructor(
    private readonly around: Surroundings,
    private readonly pendings: PendingRequests,
    private readonly proxies: Proxies,
  ) {}

  receive(inbound: InboundRequest): void {
    const { method, headers } = inbound.request;
    this.around.counters.requestsReceived++;
    if (method === 'ACK') {
      this.#acknowledge(inbound);
      return;
    }
    const transaction = this.around.transactions.server(inbound.key);
    if (transaction !== undefined) {
      this.around.counters.retransmissionsReceived++;
      transaction.repeat();
    } else if (method === 'CANCEL') this.#cancel(inbound);
    else if (inbound.toTag !== '' && headers.has('Route') && this.#pass(inbound)) return;
    // Nobody forwards what is in a dialog of ours: it has arrived, whatever Max-Forwards says.
    else if (inbound.toTag !== '' && method !== 'REGISTER') this.#inDialog(inbound);
    else if (isSpent(inbound)) refuseStray(this.around, inbound, 483);
    else if (inbound.toTag === '' && this.pendings.copyOf(inbound) !== undefined)
      refuseStray(this.around, inbound, 482);
    // drachtio-srf knows a waiting INVITE by its Call-ID alone: a stranger's would take the CANCEL of the first away.
    else if (method === 'INVITE' && inbound.toTag === '' && this.pendings.isInviting(inbound.callId))
      refuseStray(this.around, inbound, 482);
    else if (inbound.toTag === '' && makesDialog.has(method) && this.#isCallOf(inbound))
      refuseStray(this.around, inbound, 482);
    else this.#outside(inbound);
  }

  /**
   * Whether a call of that Call-ID and From tag is up: a second dialog under its id would take its place with us and with
   * the application, and nobody could end the first.
   */
  #isCallOf({ callId, fromTag }: InboundRequest): boolean {
    return this.around.dialogs.get(dialogId(callId, fromTag))?.usage === 'invite';
  }

  /** Answers by ourselves, through a transaction like any other. */
  refuse(inbound: InboundRequest, status: number, reason?: string, headers?: Headers): void {
    this.#open(inbound).respond(status, reason, headers);
  }

  ended(pending: PendingRequest): void {
    this.pendings.remove(pending);
  }

  expired(pending: PendingRequest): void {
    if (!pending.isInvite) {
      // RFC 4320 §4.2: a late answer to anything but INVITE only makes more traffic.
      pending.drop();
      return;
    }
    const id = pending.live?.id ?? '';
    endInvite(this.around, pending, 408);
    tellEnd(this.around, pending, id, 'No answer');
  }

  acknowledged(ack: InboundRequest): void {
    this.#settle(ack);
  }

  #acknowledge(ack: InboundRequest): void {
    const invite = this.around.transactions.server(inviteKey(ack));
    if (invite !== undefined) invite.acknowledge(ack);
    else if (!this.around.admission.acknowledges(ack)) this.#settle(ack);
  }

  /** The ACK of a 2xx ends its repetition, and lets the application know that the caller has its answer. */
  #settle(ack: InboundRequest): void {
    const live = this.around.dialogs.match(ack.callId, ack.fromTag, ack.toTag);
    if (live?.unacknowledged?.sequence !== ack.sequence) {
      const onward = live === undefined && ack.request.headers.has('Route') ? passing(this.around, ack) : undefined;
      if (onward !== undefined) {
        this.proxies.passAck(ack, onward);
        return;
      }
      this.around.counters.dropped++;
      return;
    }
    live.unacknowledged.stop();
    live.unacknowledged = undefined;
    live.peerKnows = true;
    if (live.ending === undefined) live.application.requestInDialog(ack, live.acknowledgeAs, live.id);
    if (!live.release() && live.ending !== undefined) hangUp(this.around, live, live.ending, 'nobody');
  }

  #cancel(cancel: InboundRequest): void {
    const invite = this.pendings.byKey(inviteKey(cancel));
    if (invite === undefined) {
      refuseStray(this.around, cancel);
      return;
    }
    if (invite.passedTo !== undefined) {
      // RFC 3261 §16.10: answered here, and sent on; the INVITE has its answer from further on.
      this.refuse(cancel, 200);
      invite.passedTo.cancel(cancel.request.headers.all('Reason'));
      return;
    }
    if (invite.answered) {
      this.#cancelTooLate(cancel, invite);
      return;
    }
    const early = invite.status > 100 ? (invite.live?.id ?? '') : '';
    this.#answerCancel(cancel, invite, 200);
    endInvite(this.around, invite, 487);
    tellEnd(this.around, invite, early, 'CANCEL after 200 OK', cancel);
  }

  /** The answer crossed the CANCEL: a caller who gave up must not be left in a call (as drachtio-server does). */
  #cancelTooLate(cancel: InboundRequest, invite: PendingRequest): void {
    const { live } = invite;
    const crossed = live?.unacknowledged?.sequence === invite.inbound.sequence && live.ending === undefined;
    this.#answerCancel(cancel, invite, invite.status < 300 ? 481 : 200);
    // Where it was a re-INVITE, its answer stands, and so does the call.
    if (live === undefined || !crossed || invite.inbound.toTag !== '') return;
    // A BYE may only follow the ACK (RFC 3261 §15), but the application need not wait for that.
    live.ending = 'CANCEL after 200 OK';
    announceEnd(this.around, live, live.ending);
  }

  /** With the To tag of the INVITE's answer (RFC 3261 §9.2). */
  #answerCancel(cancel: InboundRequest, invite: PendingRequest, status: number): void {
    if (invite.toTag === '') invite.toTag = this.around.ids.tag();
    const answer = this.#open(cancel);
    answer.toTag = invite.toTag;
    answer.respond(status);
  }

  /** A request of a dialog that was proxied here goes on by its Route. */
  #pass(inbound: InboundRequest): boolean {
    const onward: Passing | undefined = passing(this.around, inbound);
    if (onward !== undefined && isSpent(inbound)) this.refuse(inbound, 483);
    else if (onward !== undefined) this.proxies.pass(this.#open(inbound), onward);
    return onward !== undefined;
  }

  #outside(inbound: InboundRequest): void {
    const { method } = inbound.request;
    if (onlyInDialog.has(method)) {
      refuseStray(this.around, inbound);
      return;
    }
    const { applications, admission } = this.around;
    const director = applications.director(method);
    const application = director === undefined ? applications.choose(method) : undefined;
    if (director === undefined && application === undefined) {
      this.#refuseUnwanted(inbound, method);
      return;
    }
    if (!admission.admits(inbound)) return;
    const pending = this.#open(inbound);
    pending.leaveAdmission = admission.enter();
    if (director !== undefined) {
      directed(this.pendings, pending, director, (waiting, plan) => this.proxies.direct(waiting, plan));
      return;
    }
    pending.application = application;
    if (pending.isInvite) pending.respond(100);
    else pending.wait();
    application?.request(inbound, pending.id);
  }

  #refuseUnwanted(inbound: InboundRequest, method: string): void {
    if (!known.has(method)) refuseStray(this.around, inbound, 501);
    else if (method === 'REFER') {
      const allow = [...new Set(['ACK', 'BYE', 'CANCEL', ...this.around.applications.wanted()])].join(', ');
      refuseStray(this.around, inbound, 405, new Headers().append('Allow', allow));
    } else if (method === 'INVITE') {
      // Whoever keeps records of calls is to hear of it.
      this.refuse(inbound, 503);
    } else refuseStray(this.around, inbound, 503);
  }

  #inDialog(inbound: InboundRequest): void {
    const { method, headers } = inbound.request;
    const live = this.around.dialogs.match(inbound.callId, inbound.fromTag, inbound.toTag);
    if (live === undefined || live.ending !== undefined) {
      this.#withoutDialog(inbound, live);
      return;
    }
    if (!known.has(method)) {
      this.refuse(inbound, 501);
      return;
    }
    live.turnTo(inbound.fromTag);
    const refusal = refusalInDialog(this.around, inbound, live);
    if (refusal !== undefined) this.refuse(inbound, refusal.status, refusal.reason, refusal.headers);
    else if (method === 'PRACK') this.#prack(inbound, live);
    else {
      const next = followed(live.dialog, inbound.sequence) ?? live.dialog;
      const moves = movesTarget.has(method) && inbound.fromTag === live.dialog.remoteTag;
      live.dialog = moves ? retargeted(next, inbound.request) : next;
      if (moves && headers.has('Contact')) live.flow = inbound.flow;
      this.#passInDialog(inbound, live);
    }
  }

  #withoutDialog(inbound: InboundRequest, ending: LiveDialog | undefined): void {
    const { dialogs, applications } = this.around;
    const { method } = inbound.request;
    const ours = dialogId(inbound.callId, inbound.toTag);
    const again = (): void => {
      this.receive(inbound);
    };
    if (method === 'NOTIFY' && dialogs.keepBack(ours, inbound.key, again)) return;
    // Another branch of a SUBSCRIBE that was forked: a second subscription would have the same id (RFC 6665 §4.4.1).
    const stray = ending !== undefined || dialogs.get(ours)?.dialog.role === 'uac';
    if (!stray && alsoWithoutDialog.has(method) && applications.wanted().includes(method)) this.#outside(inbound);
    else refuseStray(this.around, inbound);
  }

  #passInDialog(inbound: InboundRequest, live: LiveDialog): void {
    const pending = this.#open(inbound);
    pending.application = live.application;
    pending.live = live;
    if (pending.isInvite) {
      live.theirInvite = pending;
      pending.respond(100);
    } else pending.wait();
    if (inbound.request.method === 'UPDATE') live.theirUpdate = pending;
    if (pending.isInvite || inbound.request.method === 'UPDATE') live.session?.heard();
    if (inbound.request.method === 'BYE') this.#bye(pending, live);
    else if (inbound.request.method === 'NOTIFY' && live.usage === 'subscription') {
      // The first may come with the answer that makes the subscription.
      afterGrace(this.around, live, () => {
        if (!pending.answered) live.application.requestInDialog(inbound, pending.id, live.id);
      });
    } else live.application.requestInDialog(inbound, pending.id, live.id);
  }

  /** The dialog is gone at once; the application hears of it when it has had time to know the dialog. */
  #bye(pending: PendingRequest, live: LiveDialog): void {
    const { records, dialogs } = this.around;
    if (records.ends(live)) records.stop('network', 'normal-release', pending.inbound.request);
    dialogs.remove(live);
    live.unacknowledged = undefined;
    live.release();
    // Its answer may be lost, and is not repeated where the dialog is gone.
    if (live.ourInvite?.isReinvite === true) live.ourInvite.cancel(undefined, undefined);
    const unanswered = live.theirInvite;
    if (unanswered !== undefined) {
      // RFC 3261 §15.1.2
      endInvite(this.around, unanswered, 487);
      if (live.dialog.phase === 'early') {
        // An application knows a call that it has not answered by its INVITE, and the end of that as a CANCEL.
        pending.respond(200);
        tellEnd(this.around, unanswered, live.id, 'BYE before ACK');
        return;
      }
    }
    afterGrace(this.around, live, () => {
      if (!pending.answered) live.application.requestInDialog(pending.inbound, pending.id, live.id);
    });
  }

  /** RAck names RSeq, CSeq and method of what it confirms (RFC 3262 §7.2). */
  #prack(inbound: InboundRequest, live: LiveDialog): void {
    const [sequence, cseq] = (inbound.request.headers.get('RAck') ?? '').trim().split(/\s+/);
    const confirmed = live.provisionals?.acknowledge(Number(sequence), Number(cseq));
    live.dialog = followed(live.dialog, inbound.sequence) ?? live.dialog;
    if (confirmed === undefined) this.refuse(inbound, 481);
    // An application that did not ask for it need not answer it, unless there is something to answer.
    else if (confirmed.ownWish && inbound.request.body.length === 0) this.refuse(inbound, 200);
    else this.#passInDialog(inbound, live);
    if (confirmed !== undefined) live.provisionals?.goOn();
  }

  #open(inbound: InboundRequest): PendingRequest {
    const pending = new PendingRequest(this.around, inbound, this.around.ids.uuid(), this);
    this.pendings.add(pending);
    return pending;
  }
}

/** RFC 3261 §16.3 step 3. */
function isSpent({ request }: InboundRequest): boolean {
  return /^\s*0+\s*$/.test(request.headers.get('Max-Forwards') ?? '70');
}
