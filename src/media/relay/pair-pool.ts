/** What the pool keeps: something that is bound to a port pair. */
export interface Pooled {
  readonly port: number;
  close(): void;
}

/**
 * The port pairs of one thread. A pair that was given back rests for a while before it is
 * used again, so that late packets of its last call do not reach the next; but when no other
 * is left, the longest rested is given out all the same.
 */
export class PairPool<Pair extends Pooled> {
  readonly #unbound: number[];
  readonly #rested: { readonly pair: Pair; readonly at: number }[] = [];
  #closed = false;

  /**
   * @param bind rejects when the port cannot be had
   * @param restMs how long a pair rests
   * @param now milliseconds of a clock that never jumps
   */
  constructor(
    ports: readonly number[],
    private readonly bind: (port: number) => Promise<Pair>,
    private readonly restMs: number,
    private readonly now: () => number,
  ) {
    this.#unbound = [...ports];
  }

  get free(): number {
    return this.#unbound.length + this.#rested.length;
  }

  /** How many are bound and wait. */
  get warm(): number {
    return this.#rested.length;
  }

  /** A bound pair; undefined when none is left. Rejects when the system refuses for another reason than a port in use. */
  async take(): Promise<Pair | undefined> {
    const oldest = this.#rested[0];
    if (oldest !== undefined && this.now() - oldest.at >= this.restMs) return this.#rested.shift()?.pair;
    return (await this.#bindAnother()) ?? this.#rested.shift()?.pair;
  }

  giveBack(pair: Pair): void {
    if (this.#closed) pair.close();
    else this.#rested.push({ pair, at: this.now() });
  }

  /** Unbinds what nobody wanted for so long: after a busy hour the sockets go, and the ports stay. */
  cool(idleMs: number): void {
    const until = this.now() - idleMs;
    for (let oldest = this.#rested[0]; oldest !== undefined && oldest.at <= until; oldest = this.#rested[0]) {
      this.#rested.shift();
      oldest.pair.close();
      this.#unbound.push(oldest.pair.port);
    }
  }

  close(): void {
    this.#closed = true;
    for (const { pair } of this.#rested.splice(0)) pair.close();
  }

  async #bindAnother(): Promise<Pair | undefined> {
    for (let tries = this.#unbound.length; tries > 0; tries -= 1) {
      const port = this.#unbound.shift();
      if (port === undefined) return undefined;
      try {
        return await this.bind(port);
      } catch (cause) {
        this.#unbound.push(port);
        // Another process has this one, perhaps not for ever; any other error would meet the next port too.
        if (!isInUse(cause)) throw cause;
      }
    }
    return undefined;
  }
}

function isInUse(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
}
