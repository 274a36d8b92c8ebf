/**
 * The descriptors that a thread has open, where another thread can read them: the system closes those of a process,
 * not those of a thread, and a thread that is stopped or dies runs nothing of its own any more.
 */
export class Descriptors {
  /** 0: free; else the descriptor and one. */
  readonly #slots: Int32Array;
  #next = 0;

  constructor(shared: SharedArrayBuffer) {
    this.#slots = new Int32Array(shared);
  }

  /** Room for so many at a time. */
  static shared(most: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * most);
  }

  /** @returns what `remove` wants; -1 when there is no room, and the descriptor must be closed by whoever opened it */
  add(fd: number): number {
    for (let tries = 0; tries < this.#slots.length; tries++) {
      const slot = this.#next;
      this.#next = (slot + 1) % this.#slots.length;
      if (this.#slots[slot] !== 0) continue;
      this.#slots[slot] = fd + 1;
      return slot;
    }
    return -1;
  }

  remove(slot: number): void {
    this.#slots[slot] = 0;
  }

  /** Those that are left, each handed out once. */
  *drain(): Generator<number> {
    for (const [slot, value] of this.#slots.entries()) {
      if (value === 0) continue;
      this.#slots[slot] = 0;
      yield value - 1;
    }
  }
}
