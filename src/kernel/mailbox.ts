/**
 * A serial queue: what is posted is handled one at a time, in order, also when
 * the handler itself posts. It replaces locks: whoever owns a mailbox can read
 * and write its state in the handler without looking around.
 */
export class Mailbox<Letter> {
  readonly #queue: Letter[] = [];
  #busy = false;

  /** @param handle runs to its end before the next letter is taken; it must not throw */
  constructor(private readonly handle: (letter: Letter) => void) {}

  get waiting(): number {
    return this.#queue.length;
  }

  post(letter: Letter): void {
    this.#queue.push(letter);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.handle(next);
      }
    } finally {
      this.#busy = false;
    }
  }
}
