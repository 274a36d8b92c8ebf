import { printMessage } from '../message/print.ts';
import type { SipMessage } from '../message/types.ts';
import type { Application } from './application.ts';
import type { CallEnd, CallRecord, CallRole, RecordSource } from './call-record.ts';
import type { LiveDialog, LiveDialogs } from './live-dialog.ts';

/**
 * Tells one of the applications that asked for it of each INVITE outside of dialogs, of each call that comes up, and of
 * each end, of the attempt or of the call. Where records are not wanted nothing is printed and nobody is searched for.
 */
export class CallRecords {
  readonly #over = new WeakSet<LiveDialog>();

  constructor(
    private readonly wanted: boolean,
    private readonly dialogs: LiveDialogs,
    private readonly choose: (event: CallRecord['event']) => Application | undefined,
  ) {}

  attempt(source: RecordSource, invite: SipMessage | Uint8Array): void {
    this.#post({ event: 'cdr:attempt', source }, invite);
  }

  start(source: RecordSource, role: CallRole, answer: SipMessage | Uint8Array): void {
    this.#post({ event: 'cdr:start', source, role }, answer);
  }

  stop(source: RecordSource, reason: CallEnd, last: SipMessage | Uint8Array): void {
    this.#post({ event: 'cdr:stop', source, reason }, last);
  }

  /** The answer to an INVITE outside of dialogs that a peer sent. */
  answered(role: 'uas' | 'proxy-uas', status: number, response: Uint8Array): void {
    if (status < 200) return;
    if (status < 300) this.start('application', role, response);
    else if (status === 487) this.stop('network', 'call-canceled', response);
    else this.stop('application', 'call-rejected', response);
  }

  /** The answer of a peer to an INVITE outside of dialogs that we sent. */
  gotAnswer(role: 'uac' | 'proxy-uac', status: number, response: Uint8Array): void {
    if (status < 200) return;
    if (status < 300) this.start('network', role, response);
    else this.stop('network', status === 487 ? 'call-canceled' : 'call-rejected', response);
  }

  /** True once for each dialog of a call that was up, and only while it is still known: its end is to be recorded. */
  ends(live: LiveDialog): boolean {
    if (!this.wanted || live.usage !== 'invite' || live.dialog.phase !== 'confirmed') return false;
    if (this.#over.has(live) || this.dialogs.get(live.id) !== live) return false;
    this.#over.add(live);
    return true;
  }

  #post(record: CallRecord, message: SipMessage | Uint8Array): void {
    if (!this.wanted) return;
    this.choose(record.event)?.record(record, message instanceof Uint8Array ? message : printMessage(message));
  }
}
