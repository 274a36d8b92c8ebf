import type { Headers } from '../message/headers.ts';
import { paramOf } from '../message/params.ts';
import { printMessage } from '../message/print.ts';
import { responseTo } from '../message/respond.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import { isReliable } from '../transport/transport-name.ts';
import type { Application } from './application.ts';
import { type InboundRequest, mergeKeyOf } from './inbound.ts';
import type { LiveDialog } from './live-dialog.ts';
import type { ReliableProvisionals } from './reliable-provisionals.ts';
import { after, type Surroundings } from './surroundings.ts';

/** What happens to a pending request that its owner has to know. */
export interface PendingFate {
  /** The transaction is over, answered or not. */
  ended(pending: PendingRequest): void;
  /** The application gave no answer in time. */
  expired(pending: PendingRequest): void;
  /** An ACK of the 2xx, under the INVITE's own branch. */
  acknowledged(ack: InboundRequest): void;
}

/** Where a request went on to others, and what its caller may still want of them. */
export interface Onward {
  /** @param reasons the Reason fields of the caller's CANCEL */
  cancel(reasons: readonly string[]): void;
}

/** A request from the network, from its arrival until its transaction is over. */
export class PendingRequest {
  /** Who answers it; undefined where the engine does, or others to whom it went on. */
  application: Application | undefined;
  /** What it went on by. */
  passedTo: Onward | undefined;
  live: LiveDialog | undefined;
  /** Those of its provisional responses that a PRACK confirms. */
  provisionals: ReliableProvisionals | undefined;
  /** The 2xx of the application that must wait for a PRACK. */
  held: Uint8Array | undefined;
  /** To be called when its application has said something, or never will. */
  leaveAdmission: (() => void) | undefined;
  /** The status of the last response. */
  status = 0;
  /** The caller gave up, and was told 487. */
  cancelled = false;
  /** Settled by the first response that has a To tag. */
  toTag: string;
  readonly #transaction: ServerTransaction<InboundRequest>;
  #patience: { cancel(): void } | undefined;
  #flow: Flow;

  constructor(
    private readonly around: Surroundings,
    readonly inbound: InboundRequest,
    readonly id: string,
    private readonly fate: PendingFate,
  ) {
    this.toTag = inbound.toTag;
    const reliable = isReliable(inbound.flow.transport);
    const elsewhere = !reliable && paramOf(inbound.via.params, 'maddr') !== undefined;
    this.#flow = elsewhere ? around.ways.back(inbound) : inbound.flow;
    if (this.isInvite && inbound.toTag === '') around.records.attempt('network', inbound.request);
    this.#transaction = around.transactions.newServer(inbound.key, this.isInvite ? 'invite' : 'non-invite', reliable, {
      send: (bytes, again) => {
        if (again) around.counters.retransmissionsSent++;
        this.put(bytes);
      },
      acknowledged: (ack) => fate.acknowledged(ack),
      report: () => undefined,
      ended: () => {
        this.#patience?.cancel();
        this.provisionals?.stop();
        // Nobody is there any more to take an answer.
        this.passedTo?.cancel([]);
        this.leaveAdmission?.();
        fate.ended(this);
      },
    });
  }

  get isInvite(): boolean {
    return this.inbound.request.method === 'INVITE';
  }

  get mergeKey(): string {
    return mergeKeyOf(this.inbound);
  }

  get answered(): boolean {
    return this.#transaction.answered;
  }

  /** The bytes of the response sent last. */
  get last(): Uint8Array | undefined {
    return this.#transaction.last;
  }

  get flow(): Flow {
    return this.#flow;
  }

  /** Sends a response. `headers` follow those that the request settles. */
  respond(status: number, reason?: string, headers?: Headers, body?: Buffer): void {
    this.dispatch(status, this.compose(status, reason, headers, body));
  }

  /** The bytes of a response. */
  compose(status: number, reason?: string, headers?: Headers, body?: Buffer): Uint8Array {
    if (status > 100 && this.toTag === '') this.toTag = this.around.ids.tag();
    const message = responseTo(this.inbound.request, status, reason, {
      toTag: this.toTag,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
    return printMessage(message);
  }

  dispatch(status: number, bytes: Uint8Array): void {
    this.status = status;
    if (status > 100) this.leaveAdmission?.();
    if (status >= 200) {
      this.#patience?.cancel();
      this.provisionals?.stop();
    } else if (this.passedTo === undefined) this.wait();
    this.#transaction.respond(status, bytes);
    this.#record(status, bytes);
  }

  /** From now on its responses come ready from further on; no application is waited for. */
  passTo(onward: Onward): void {
    this.passedTo = onward;
    this.application = undefined;
    this.#patience?.cancel();
    this.provisionals?.stop();
  }

  /** A response of the next hop, with our Via taken off (RFC 3261 §16.7 step 9). */
  forward(status: number, bytes: Uint8Array): void {
    if (status > 100) this.leaveAdmission?.();
    // A 2xx goes to the caller even behind another final response (step 5), which his transaction has no place for.
    if (this.answered && this.status >= 300) this.put(bytes);
    else {
      if (!this.answered) this.#record(status, bytes);
      this.status = status;
      this.#transaction.respond(status, bytes);
    }
  }

  #record(status: number, bytes: Uint8Array): void {
    if (!this.isInvite || this.inbound.toTag !== '') return;
    this.around.records.answered(this.passedTo === undefined ? 'uas' : 'proxy-uas', status, bytes);
  }

  /** Gives the application time for its next answer: without end an INVITE that it forgot would stay for ever. */
  wait(): void {
    this.#patience?.cancel();
    const { timerC, t1 } = this.around.timers;
    this.#patience = after(this.around, this.isInvite ? timerC : 64 * t1, () => {
      this.fate.expired(this);
    });
  }

  /** Puts bytes on the way that the request came by, or the nearest to it that is left. */
  put(bytes: Uint8Array): void {
    if (!this.#flow.open) this.#flow = this.around.ways.back(this.inbound);
    this.around.counters.messagesSent++;
    this.#flow.send(bytes, () => {
      this.#transaction.transportFailed();
    });
  }

  /** Forgets it without an answer. */
  drop(): void {
    this.#patience?.cancel();
    this.provisionals?.stop();
    this.leaveAdmission?.();
    this.around.transactions.dropServer(this.inbound.key);
    this.fate.ended(this);
  }
}

/** Every request of the network whose transaction lives, by its id and by what tells it from its copies. */
export class PendingRequests {
  readonly #byId = new Map<string, PendingRequest>();
  readonly #byKey = new Map<string, PendingRequest>();
  readonly #byMergeKey = new Map<string, PendingRequest>();
  /** INVITEs outside of dialogs, the last that came with a Call-ID. */
  readonly #inviteOf = new Map<string, PendingRequest>();

  add(pending: PendingRequest): void {
    this.#byId.set(pending.id, pending);
    this.#byKey.set(pending.inbound.key, pending);
    if (pending.inbound.toTag !== '') return;
    this.#byMergeKey.set(pending.mergeKey, pending);
    if (pending.isInvite) this.#inviteOf.set(pending.inbound.callId, pending);
  }

  remove(pending: PendingRequest): void {
    this.#byId.delete(pending.id);
    this.#byKey.delete(pending.inbound.key);
    this.release(pending);
  }

  /** It goes on to others, and may come back by another way: a copy of it is a request of its own. */
  release(pending: PendingRequest): void {
    if (this.#byMergeKey.get(pending.mergeKey) === pending) this.#byMergeKey.delete(pending.mergeKey);
    const { callId } = pending.inbound;
    if (this.#inviteOf.get(callId) === pending) this.#inviteOf.delete(callId);
  }

  byId(id: string): PendingRequest | undefined {
    return this.#byId.get(id);
  }

  byKey(key: string): PendingRequest | undefined {
    return this.#byKey.get(key);
  }

  /** The same request, come by another way. */
  copyOf(inbound: InboundRequest): PendingRequest | undefined {
    return this.#byMergeKey.get(mergeKeyOf(inbound));
  }

  /** Whether an INVITE with that Call-ID still waits for its answer. */
  isInviting(callId: string): boolean {
    return this.#inviteOf.get(callId)?.answered === false;
  }

  unansweredOf(application: Application): PendingRequest[] {
    return [...this.#byId.values()].filter((pending) => pending.application === application && !pending.answered);
  }
}
