import { printReason, type Reason } from '../call/reason.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { bye, type LegLog } from './caller-leg.ts';
import { answerReoffers } from './dialog-reoffer.ts';
import type { CalleeLeg, CalleeListener } from './port.ts';
import type { GiveCredentials, HeaderFields, SentInvite, SipApplication, SipDialog } from './srf.ts';
import { refuseUnservedInside } from './unserved.ts';

export interface OutgoingInvite {
  readonly uri: string;
  /** Undefined: the request-URI is also the next hop. */
  readonly proxy: string | undefined;
  readonly localSdp: string;
  readonly headers: HeaderFields;
  readonly auth: { readonly username: string; readonly password: string } | undefined;
}

type Status =
  /** The server has not confirmed yet that it sent the INVITE; a CANCEL waits for that. */
  | { readonly is: 'sending'; readonly cancel: { readonly reason: Reason | undefined } | undefined }
  | { readonly is: 'pending'; readonly invite: SentInvite }
  | { readonly is: 'cancelling' }
  | { readonly is: 'up'; readonly dialog: SipDialog }
  | { readonly is: 'ended' };

/** The second may say no more than that our nonce was stale (RFC 7616 §3.3); a third would be followed by a fourth. */
const mostChallenges = 2;

/** Our INVITE to somebody who is rung, and the dialog that it becomes. */
export class UacLeg implements CalleeLeg {
  #status: Status = { is: 'sending', cancel: undefined };

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
    application.createUAC(
      invite.uri,
      {
        localSdp: invite.localSdp,
        headers: invite.headers,
        ...(invite.proxy === undefined ? {} : { proxy: invite.proxy }),
        ...(invite.auth === undefined ? {} : { auth: this.#credentials(invite.auth) }),
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
        if (dialog !== undefined) this.#answered(dialog);
        else this.#end(error?.status ?? 503);
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
        this.#status = { is: 'sending', cancel: { reason } };
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

  /** A challenge may cross our CANCEL, which is void then: drachtio-srf would ring the far end anew, and for nobody. */
  #credentials({ username, password }: NonNullable<OutgoingInvite['auth']>): GiveCredentials {
    let challenges = 0;
    return (_challenged, _challenge, give) => {
      challenges += 1;
      if (this.#status.is === 'cancelling') give(new Error('the call was cancelled'));
      else if (challenges > mostChallenges) give(new Error('the password was refused'));
      else give(null, username, password);
    };
  }

  #sent(invite: SentInvite): void {
    if (this.#status.is !== 'sending') return;
    const { cancel } = this.#status;
    this.#status = { is: 'pending', invite };
    this.listener.on({ type: 'invited' });
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

  #answered(dialog: SipDialog): void {
    this.#status = { is: 'up', dialog };
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
