import { after, type Surroundings } from './surroundings.ts';

/**
 * A response that is repeated until the peer confirms it: a 2xx to INVITE until its ACK (RFC 3261 §13.3.1.4, T1
 * doubling up to T2), a reliable provisional until its PRACK (RFC 3262 §3, T1 doubling). Both give up after 64*T1.
 */
export class UnacknowledgedAnswer {
  #interval: number;
  #repeat: { cancel(): void };
  readonly #end: { cancel(): void };

  /** @param sequence the CSeq of the INVITE, or the RSeq */
  constructor(
    private readonly around: Surroundings,
    readonly sequence: number,
    private readonly ceiling: number,
    private readonly send: () => void,
    gaveUp: () => void,
  ) {
    this.#interval = around.timers.t1;
    this.#repeat = this.#next();
    this.#end = after(around, 64 * around.timers.t1, () => {
      this.#repeat.cancel();
      gaveUp();
    });
  }

  stop(): void {
    this.#repeat.cancel();
    this.#end.cancel();
  }

  #next(): { cancel(): void } {
    return after(this.around, this.#interval, () => {
      this.send();
      this.#interval = Math.min(this.#interval * 2, this.ceiling);
      this.#repeat = this.#next();
    });
  }
}
