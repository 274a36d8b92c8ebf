import { printReason, type Reason } from '../call/reason.ts';
import { Fault } from '../faults/fault.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { SdpText } from '../media/port.ts';
import { answerReoffers } from './dialog-reoffer.ts';
import type { CallerEvent, CallerLeg, CallerListener } from './port.ts';
import type { HeaderFields, SipApplication, SipDialog, SipRequest, SipResponder } from './srf.ts';
import { refuseUnservedInside } from './unserved.ts';

export interface LegLog {
  warn(fields: Record<string, unknown>, text: string): void;
}

type Status =
  | { readonly is: 'offered' }
  | { readonly is: 'accepting' }
  | { readonly is: 'up'; readonly dialog: SipDialog }
  | { readonly is: 'ended' };

/** Our side of the caller's INVITE, and of the dialog that it becomes. */
export class UasLeg implements CallerLeg {
  #status: Status = { is: 'offered' };
  #listener: CallerListener | undefined;
  #unheard: CallerEvent[] = [];

  constructor(
    private readonly application: SipApplication,
    private readonly req: SipRequest,
    private readonly res: SipResponder,
    private readonly headers: HeaderFields,
    private readonly log: LegLog,
  ) {
    req.on('cancel', () => {
      if (this.#status.is === 'up' || this.#status.is === 'ended') return;
      this.#status = { is: 'ended' };
      this.#say({ type: 'cancelled' });
    });
  }

  listen(listener: CallerListener): void {
    this.#listener = listener;
    for (const event of this.#unheard.splice(0)) listener.on(event);
  }

  tell(status: 180): void {
    if (this.#status.is !== 'offered') return;
    this.res.send(status, { headers: { ...this.headers, Contact: ownContact(this.req) } });
  }

  accept(answer: SdpText): Promise<Result<void, Fault>> {
    if (this.#status.is !== 'offered') return Promise.resolve(err(gone()));
    this.#status = { is: 'accepting' };
    return new Promise((resolve) => {
      this.application.createUAS(
        this.req,
        this.res,
        { localSdp: answer, headers: { ...this.headers, 'Content-Type': 'application/sdp' } },
        (error, dialog) => {
          if (this.#status.is === 'accepting' && dialog !== undefined) {
            this.#up(dialog);
            resolve(ok());
            return;
          }
          // Cancelled as our 200 left, and told so already: nobody waits for this dialog.
          if (dialog !== undefined) bye(dialog, undefined, this.log);
          if (this.#status.is === 'accepting') this.#status = { is: 'ended' };
          resolve(err(gone(error)));
        },
      );
    });
  }

  refuse(status: number, detail: string): void {
    if (this.#status.is !== 'offered') return;
    this.#status = { is: 'ended' };
    this.res.send(status, { headers: { ...this.headers, ...(detail === '' ? {} : { Warning: warning(detail) }) } });
  }

  hangUp(reason: Reason | undefined): void {
    if (this.#status.is !== 'up') return;
    const { dialog } = this.#status;
    this.#status = { is: 'ended' };
    bye(dialog, reason, this.log);
  }

  #up(dialog: SipDialog): void {
    this.#status = { is: 'up', dialog };
    dialog.on('ack', () => {
      this.#say({ type: 'confirmed' });
    });
    dialog.on('destroy', (_request, why) => {
      if (this.#status.is === 'ended') return;
      this.#status = { is: 'ended' };
      this.#say({ type: 'hung-up', why });
    });
    refuseUnservedInside(dialog);
    answerReoffers(
      dialog,
      async (offer) => (await this.#listener?.renegotiate(offer)) ?? err(gone()),
      (fault) => {
        this.log.warn({ fault: fault.code, detail: fault.message }, 're-INVITE of the caller refused');
      },
    );
  }

  #say(event: CallerEvent): void {
    if (this.#listener === undefined) this.#unheard.push(event);
    else this.#listener.on(event);
  }
}

export function bye(dialog: SipDialog, reason: Reason | undefined, log: LegLog): void {
  const headers: HeaderFields = reason === undefined ? {} : { Reason: printReason(reason) };
  dialog.destroy({ headers }, (error) => {
    // The other side, or the server, hung up at the same moment: the dialog is gone either way.
    if (error !== null && error.code !== 'ENODIALOG') log.warn({ detail: error.message }, 'BYE could not be sent');
  });
}

function gone(cause?: unknown): Fault {
  return new Fault('INTERNAL', 'the caller’s transaction is gone', cause);
}

/** RFC 3261 §20.43: code 399, miscellaneous, tells a person what the status cannot. */
function warning(detail: string): string {
  return `399 qaller-pbx "${detail.replaceAll(/[\r\n]+/g, ' ').replaceAll(/["\\]/g, '\\$&')}"`;
}

/**
 * Where requests in the early dialog go (RFC 3261 §12.1.1): the SIP server puts one into final answers only. Of
 * `user@localhost` it makes its own address.
 */
function ownContact(req: SipRequest): string {
  // RFC 3261 §12.1.1: who was called by SIPS answers with SIPS.
  const scheme = /^sips:/i.test(req.uri) ? 'sips' : 'sip';
  const transport = transportOf(req);
  return `<${scheme}:qaller-pbx@localhost${transport === 'udp' ? '' : `;transport=${transport}`}>`;
}

/** As a URI names it. The SIP server calls a WebSocket tcp, and either kind of one is `ws` in a URI (RFC 7118 §4.2). */
function transportOf(req: SipRequest): string {
  const [, sentBy = ''] = /^\s*SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z]+)/i.exec(req.get('Via') ?? '') ?? [];
  return /^wss?$/i.test(sentBy) ? 'ws' : req.protocol;
}
