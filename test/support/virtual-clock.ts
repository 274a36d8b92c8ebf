import type { Clock, Instant, Timer } from '../../src/kernel/clock.ts';

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  #now: Instant;
  #sequence = 0;
  readonly #timers = new Map<number, { readonly due: Instant; readonly run: () => void }>();

  constructor(start: Instant = Date.UTC(2030, 0, 1)) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  get pending(): number {
    return this.#timers.size;
  }

  after(milliseconds: number, run: () => void): Timer {
    const id = ++this.#sequence;
    this.#timers.set(id, { due: this.#now + milliseconds, run });
    return { cancel: () => void this.#timers.delete(id) };
  }

  /** Lets time pass, running each timer at its own instant, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#timers]
        .filter(([, timer]) => timer.due <= end)
        .sort((a, b) => a[1].due - b[1].due || a[0] - b[0])[0];
      if (next === undefined) break;
      const [id, timer] = next;
      this.#timers.delete(id);
      this.#now = timer.due;
      timer.run();
    }
    this.#now = end;
  }
}
