import type { Surroundings } from './surroundings.ts';
import { UnacknowledgedAnswer } from './unacknowledged-answer.ts';

/** A provisional response that the caller acknowledges with PRACK. */
export interface ReliableProvisional {
  readonly sequence: number;
  /** Where it has one, no 2xx may go before it is known to have come. */
  readonly body: Buffer;
  /** Whether the engine made it reliable, because the caller asked for that, and the application knows nothing of it. */
  readonly ownWish: boolean;
  /** Puts it on the wire for the first time. */
  send(): void;
  /** And again. */
  repeat(): void;
}

/**
 * The reliable provisional responses of one INVITE, in their order: none goes out before the one before it is
 * acknowledged, and no 2xx while one with a body is not (RFC 3262 §3).
 */
export class ReliableProvisionals {
  readonly #queue: ReliableProvisional[] = [];
  #repetition: UnacknowledgedAnswer | undefined;
  #held: (() => void) | undefined;
  #lastSequence: number;
  #description: Buffer | undefined;

  /**
   * @param cseq of the INVITE
   * @param first the RSeq to begin with
   * @param gaveUp nobody acknowledged for 64*T1
   */
  constructor(
    private readonly around: Surroundings,
    readonly cseq: number,
    first: number,
    private readonly gaveUp: () => void,
  ) {
    this.#lastSequence = first - 1;
  }

  nextSequence(): number {
    this.#lastSequence++;
    return this.#lastSequence;
  }

  /** The session description that was said last, of which a 2xx need not speak again. */
  get description(): Buffer | undefined {
    return this.#description;
  }

  add(provisional: ReliableProvisional): void {
    if (provisional.body.length > 0) this.#description = provisional.body;
    this.#queue.push(provisional);
    if (this.#queue.length === 1) this.#begin(provisional);
  }

  /** @returns whether a 2xx has to wait; `send` runs when it may go */
  holds(send: () => void): boolean {
    if (!this.#queue.some(({ body }) => body.length > 0)) return false;
    this.#held = send;
    return true;
  }

  /** A PRACK. @returns what it confirms, once; the next may go. */
  acknowledge(sequence: number, cseq: number): ReliableProvisional | undefined {
    const [first] = this.#queue;
    if (first === undefined || first.sequence !== sequence || cseq !== this.cseq) return undefined;
    this.#queue.shift();
    this.#repetition?.stop();
    return first;
  }

  /** What waited for a PRACK goes now. */
  goOn(): void {
    const send = this.#held;
    if (send !== undefined && !this.holds(send)) {
      this.#held = undefined;
      send();
    } else if (this.#queue[0] !== undefined) this.#begin(this.#queue[0]);
  }

  /** The INVITE has its final answer: nothing is said again, but a PRACK may still come (RFC 3262 §3). */
  stop(): void {
    this.#repetition?.stop();
    this.#held = undefined;
    this.#queue.length = Math.min(this.#queue.length, 1);
  }

  #begin(provisional: ReliableProvisional): void {
    provisional.send();
    const { around } = this;
    this.#repetition = new UnacknowledgedAnswer(
      around,
      provisional.sequence,
      Number.MAX_SAFE_INTEGER,
      () => {
        around.counters.retransmissionsSent++;
        provisional.repeat();
      },
      this.gaveUp,
    );
  }
}
