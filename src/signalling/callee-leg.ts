import { printReason, type Reason } from '../call/reason.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { bye, type LegLog } from './caller-leg.ts';
import { answerReoffers } from './dialog-reoffer.ts';
import type { CalleeLeg, CalleeListener } from './port.ts';
import { repeated } from './challenged.ts';
import type { Proof } from './digest/proof.ts';
import type { HeaderFields, SentInvite, SipAnswer, SipApplication, SipDialog } from './srf.ts';
import { refuseUnservedInside } from './unserved.ts';

export interface OutgoingInvite {
  readonly uri: string;
  /** Undefined: the request-URI is also the next hop. */
  readonly proxy: string | undefined;
  readonly localSdp: string;
  readonly headers: HeaderFields;
  /** For who challenges the INVITE; undefined: a challenge is a refusal. */
  readonly proof: Proof | undefined;
}

type Status =
  /** The server has not confirmed yet that it sent the INVITE; a CANCEL waits for that. */
  | {
      readonly is: 'sending';
      readonly nth: number;
      readonly cancel: { readonly reason: Reason | undefined } | undefined;
    }
  | { readonly is: 'pending'; readonly nth: number; readonly invite: SentInvite }
  | { readonly is: 'cancelling' }
  | { readonly is: 'up'; readonly dialog: SipDialog }
  | { readonly is: 'ended' };

/** Our INVITE to somebody who is rung, and the dialog that it becomes. */
export class UacLeg implements CalleeLeg {
  #status: Status = { is: 'sending', nth: 1, cancel: undefined };

  constructor(
    private readonly listener: CalleeListener,
    private readonly log: LegLog,
  ) {}

  send(application: SipApplication, invite: OutgoingInvite): void {
    if (this.#status.is !== 'sending') return;
    if (this.#status.cancel !== undefined) {
      // Cancelled before anything was sent: the same end as a 487, without a message.
      this.#end(487);
      return;
    }
    this.#attempt(application, invite);
  }

  #attempt(application: SipApplication, invite: OutgoingInvite): void {
    application.createUAC(
      invite.uri,
      {
        localSdp: invite.localSdp,
        headers: { ...invite.headers },
        ...(invite.proxy === undefined ? {} : { proxy: invite.proxy }),
      },
      {
        cbRequest: (_error, sent) => {
          if (sent !== undefined) this.#sent(sent);
        },
        cbProvisional: ({ status }) => {
          if (status > 100 && this.#status.is === 'pending') this.listener.on({ type: 'ringing', status });
        },
      },
      (error, dialog) => {
        if (dialog !== undefined) this.#answered(dialog, invite.proof);
        else if (!this.#proves(application, invite, error?.res)) this.#end(error?.status ?? 503);
      },
    );
  }

  /** Nothing could be sent. */
  fail(status: number): void {
    this.#end(status);
  }

  cancel(reason: Reason | undefined): void {
    switch (this.#status.is) {
      case 'sending':
        this.#status = { is: 'sending', nth: this.#status.nth, cancel: { reason } };
        return;
      case 'pending':
        this.#cancel(this.#status.invite, reason);
        return;
      case 'cancelling':
      case 'ended':
        return;
      case 'up':
        this.hangUp(reason);
        return;
      default:
        unreachable(this.#status);
    }
  }

  hangUp(reason: Reason | undefined): void {
    if (this.#status.is !== 'up') return;
    const { dialog } = this.#status;
    this.#status = { is: 'ended' };
    bye(dialog, reason, this.log);
  }

  /**
   * Sends a challenged INVITE once more, with what was asked for. Not once it is cancelled: the challenge has crossed our
   * CANCEL, which is void then, and the far end would ring anew, and for nobody.
   */
  #proves(application: SipApplication, invite: OutgoingInvite, answer: SipAnswer | undefined): boolean {
    if (this.#status.is !== 'pending' || answer === undefined || invite.proof === undefined) return false;
    if (answer.status !== 401 && answer.status !== 407) return false;
    const credentials = invite.proof.answer(answer, 'INVITE', invite.uri);
    if (credentials === undefined) {
      this.log.warn({ status: answer.status }, 'the trunk does not take our password: check its auth');
      return false;
    }
    const { nth, invite: sent } = this.#status;
    this.#status = { is: 'sending', nth: nth + 1, cancel: undefined };
    this.#attempt(application, { ...invite, ...repeated(invite, sent, answer, credentials) });
    return true;
  }

  #sent(invite: SentInvite): void {
    if (this.#status.is !== 'sending') return;
    const { nth, cancel } = this.#status;
    this.#status = { is: 'pending', nth, invite };
    if (nth === 1) this.listener.on({ type: 'invited' });
    if (cancel !== undefined) this.#cancel(invite, cancel.reason);
  }

  #cancel(invite: SentInvite, reason: Reason | undefined): void {
    this.#status = { is: 'cancelling' };
    const headers: HeaderFields = reason === undefined ? {} : { Reason: printReason(reason) };
    invite.cancel({ headers }, (error) => {
      // Its final response was on its way already and decides.
      if (error !== null) this.log.warn({ detail: error.message }, 'CANCEL could not be sent');
    });
  }

  #answered(dialog: SipDialog, proof: Proof | undefined): void {
    this.#status = { is: 'up', dialog };
    if (proof !== undefined) dialog.auth = proof.account;
    dialog.on('destroy', (_request, why) => {
      if (this.#status.is === 'ended') return;
      this.#status = { is: 'ended' };
      this.listener.on({ type: 'hung-up', why });
    });
    refuseUnservedInside(dialog);
    answerReoffers(dialog, this.listener.renegotiate, (fault) => {
      this.log.warn({ fault: fault.code, detail: fault.message }, 're-INVITE of the callee refused');
    });
    this.listener.on({ type: 'answered', answer: dialog.remote.sdp ?? '' });
  }

  #end(status: number): void {
    if (this.#status.is === 'ended') return;
    this.#status = { is: 'ended' };
    this.listener.on({ type: 'refused', status });
  }
}
