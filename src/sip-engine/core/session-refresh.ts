import { retargeted } from '../dialog/dialog.ts';
import { glareWait } from '../dialog/glare.ts';
import { grantedSession, parseSessionExpires, type Session } from '../dialog/session-timer.ts';
import { Headers } from '../message/headers.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import { refused } from './application.ts';
import { type Departure, depart, empty, exchange, put } from './client-exchange.ts';
import { findWay, requestInDialog } from './in-dialog-request.ts';
import type { InboundResponse } from './inbound.ts';
import type { LiveDialog, OurInvite, Said } from './live-dialog.ts';
import { after, type Surroundings } from './surroundings.ts';

/** What became of a refresh of ours; the seconds are those of Min-SE. */
export type RefreshOutcome =
  | { readonly type: 'agreed'; readonly session: Session | undefined }
  | { readonly type: 'put-off'; readonly ms: number }
  | { readonly type: 'interval-too-small'; readonly seconds: number }
  | { readonly type: 'failed' };

/**
 * Our session refreshes, of which the application learns nothing: an UPDATE without a body where the peer takes one
 * (RFC 4028 §7.4), else a re-INVITE that offers again what was said last.
 */
export class SessionRefresh {
  readonly said: Said = { contact: undefined, contentType: undefined, body: empty, peerTakesUpdate: false };
  #invite: RefreshInvite | undefined;
  /** What must wait for the end of our re-INVITE (RFC 3261 §14.1). */
  #held: (() => void)[] = [];

  constructor(
    private readonly around: Surroundings,
    private readonly live: LiveDialog,
    private readonly learnt: (outcome: RefreshOutcome) => void,
  ) {}

  send(seconds: number): void {
    const { around, live, said } = this;
    // An INVITE of either side that is under way refreshes as well, or is soon over.
    if (live.ourInvite !== undefined || live.theirInvite !== undefined || live.unacknowledged !== undefined) {
      this.learnt({ type: 'put-off', ms: 2000 });
      return;
    }
    const method = said.peerTakesUpdate || said.body.length === 0 ? 'UPDATE' : 'INVITE';
    findWay(around, live, said.body.length, (way) => {
      if ('noWay' in way) {
        this.learnt({ type: 'failed' });
        return;
      }
      const own = method === 'UPDATE' ? { headers: this.#headers(seconds), body: empty } : this.#offer(seconds);
      const departure = depart(around, requestInDialog(around, live, method, way, own), way);
      if (method === 'INVITE') this.#reinvite(departure);
      else exchange(around, departure, { response: (inbound) => this.#updated(inbound, seconds) }).start();
    });
  }

  /** @returns whether `run` waits for the answer to a re-INVITE of ours */
  holds(run: () => void): boolean {
    if (this.#invite === undefined) return false;
    this.#held.push(run);
    return true;
  }

  /** The dialog is over. */
  stop(): void {
    this.#release();
  }

  #headers(seconds: number): Headers {
    const headers = new Headers();
    if (this.said.contact !== undefined) headers.append('Contact', this.said.contact);
    return headers
      .append('Supported', 'timer')
      .append('Session-Expires', `${String(seconds)};refresher=uac`)
      .append('Min-SE', String(this.around.sessionTimers.minSE));
  }

  #offer(seconds: number): { readonly headers: Headers; readonly body: Buffer } {
    const headers = this.#headers(seconds).append('Content-Type', this.said.contentType ?? 'application/sdp');
    return { headers, body: this.said.body };
  }

  #reinvite(departure: Departure): void {
    this.#invite = new RefreshInvite(this.around, this.live, departure, (inbound) => {
      this.#release();
      this.learnt(this.#outcomeOf(inbound));
    });
    this.live.ourInvite = this.#invite;
    this.#invite.start();
  }

  #updated(inbound: InboundResponse, seconds: number): void {
    if (inbound.status < 200) return;
    if ((inbound.status === 405 || inbound.status === 501) && this.said.body.length > 0) {
      this.said.peerTakesUpdate = false;
      this.send(seconds);
    } else this.learnt(this.#outcomeOf(inbound));
  }

  #outcomeOf({ status, response, flow }: InboundResponse): RefreshOutcome {
    const { live } = this;
    const retryAfter = /^\s*(\d{1,6})/.exec(response.headers.get('Retry-After') ?? '')?.[1];
    if (status < 300) {
      live.dialog = retargeted(live.dialog, response);
      if (flow !== undefined && response.headers.has('Contact')) live.flow = flow;
      const granted = parseSessionExpires(response.headers.get('Session-Expires') ?? '');
      const session = grantedSession(this.around.sessionTimers, granted, live.session?.running);
      return { type: 'agreed', session };
    }
    if (status === 491) return { type: 'put-off', ms: glareWait(live.dialog, this.around.ids.sequence()) };
    if (status === 422) {
      return {
        type: 'interval-too-small',
        seconds: Number(/\d{1,6}/.exec(response.headers.get('Min-SE') ?? '')?.[0] ?? 0),
      };
    }
    // RFC 3261 §14.2, RFC 3311 §5.2: the peer is at something else.
    if ((status === 500 || status === 503) && retryAfter !== undefined) {
      return { type: 'put-off', ms: 1000 * Number(retryAfter) };
    }
    return { type: 'failed' };
  }

  #release(): void {
    this.#invite = undefined;
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }
}

/** A re-INVITE that no application knows: acknowledged here, and again for each repeated 2xx. */
class RefreshInvite implements OurInvite {
  phase: 'calling' | 'answered' | 'failed' = 'calling';
  readonly isReinvite = true;
  #ack: Departure | undefined;
  #transaction: ClientTransaction<InboundResponse> | undefined;
  #patience: { cancel(): void } | undefined;

  constructor(
    private readonly around: Surroundings,
    private readonly live: LiveDialog,
    private readonly departure: Departure,
    private readonly answered: (inbound: InboundResponse) => void,
  ) {}

  start(): void {
    this.#transaction = exchange(this.around, this.departure, {
      response: (inbound) => {
        this.#receive(inbound);
      },
      ended: () => this.#patience?.cancel(),
    });
    this.#transaction.start();
  }

  /** A BYE that overtakes it ends it as well; a peer who only rings is not waited for longer than for that BYE's answer. */
  cancel(): void {
    if (this.phase !== 'calling') return;
    this.#patience ??= after(this.around, 64 * this.around.timers.t1, () => this.#transaction?.abandon());
  }

  acknowledge: OurInvite['acknowledge'] = (_live, _headers, _body, answer) => {
    answer(refused('Server error: ACK for non-success final response is automatically generated by server'));
  };

  #receive(inbound: InboundResponse): void {
    if (inbound.status < 200) return;
    if (this.#ack !== undefined) put(this.around, this.#ack.flow, this.#ack.bytes);
    if (this.phase !== 'calling') return;
    this.phase = inbound.status < 300 ? 'answered' : 'failed';
    if (this.live.ourInvite === this) this.live.ourInvite = undefined;
    if (inbound.status < 300) this.#acknowledge(inbound);
    this.answered(inbound);
  }

  #acknowledge({ response }: InboundResponse): void {
    const { around, live } = this;
    live.dialog = retargeted(live.dialog, response);
    findWay(around, live, 0, (way) => {
      const flow = 'noWay' in way ? live.flow : way;
      const sequence = Number.parseInt(this.departure.request.headers.get('CSeq') ?? '0', 10);
      this.#ack = depart(around, requestInDialog(around, live, 'ACK', flow, { body: empty, sequence }), flow);
      put(around, flow, this.#ack.bytes);
    });
  }
}
