import { uacDialog } from '../dialog/dialog.ts';
import type { SipRequest } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import type { InboundResponse } from './inbound.ts';
import type { LiveDialog } from './live-dialog.ts';

/** More branches of a fork than anybody has telephones: who answers under ever new tags fills no memory of ours. */
export const mostForks = 32;

/** The early dialogs that the provisional responses to one INVITE of ours make: one per branch of a fork. */
export class EarlyBranches {
  /** The last RSeq of each, by To tag. */
  readonly #reliable = new Map<string, number>();

  /** @param cseq of the INVITE */
  constructor(private readonly cseq: number) {}

  /** Whether a reliable provisional came before: their RSeq only grows (RFC 3262 §4). */
  isRepeated({ response, toTag }: InboundResponse): boolean {
    const sequence = Number.parseInt(response.headers.get('RSeq') ?? '', 10);
    if (Number.isNaN(sequence)) return false;
    if (sequence <= (this.#reliable.get(toTag) ?? -1)) return true;
    if (this.#reliable.size < mostForks || this.#reliable.has(toTag)) this.#reliable.set(toTag, sequence);
    return false;
  }

  /** Requests of ours in the early dialog go to the branch that spoke last. */
  follow(live: LiveDialog, invite: SipRequest, inbound: InboundResponse, flow: Flow): void {
    if (live.forks.size >= mostForks && !live.forks.has(inbound.toTag)) return;
    const made = uacDialog(invite, inbound.response);
    if (!live.turnTo(inbound.toTag)) {
      live.forks.set(live.dialog.remoteTag, { dialog: live.dialog, flow: live.flow });
      live.dialog = { ...made, localSequence: live.dialog.localSequence };
    } else if (inbound.response.headers.has('Contact')) {
      const { localSequence, remoteSequence } = live.dialog;
      live.dialog = { ...made, localSequence, remoteSequence };
    }
    live.flow = flow;
    live.forks.set(inbound.toTag, { dialog: live.dialog, flow });
  }

  /** A branch has come to its end, others ring on (RFC 6228). */
  end(live: LiveDialog, toTag: string): void {
    live.forks.delete(toTag);
    const [other] = live.forks.keys();
    if (live.dialog.remoteTag !== toTag || other === undefined) return;
    live.turnTo(other);
    live.forks.delete(toTag);
  }

  /**
   * The RAck of a PRACK (RFC 3262 §7.2); the branch that it is for becomes the one that is spoken with.
   * @param given what the application wrote; without it the last that came of the branch that spoke last is meant
   */
  confirmation(live: LiveDialog, given: string | undefined): string | undefined {
    const current = this.#reliable.get(live.dialog.remoteTag);
    if (given === undefined)
      return current === undefined ? undefined : `${String(current)} ${String(this.cseq)} INVITE`;
    const named = Number.parseInt(given, 10);
    if (current === named) return given;
    for (const [tag, sequence] of this.#reliable) if (sequence === named && live.turnTo(tag)) break;
    return given;
  }
}
