import type { Clock, Timer } from '../../kernel/clock.ts';
import type { TimerName } from './timers.ts';

/** How many timers run now, over all transactions: a leak shows here. */
export interface TimerCount {
  timers: number;
}

/** The timers of one transaction, by name; arming one again replaces it. */
export class RunningTimers {
  readonly #running = new Map<TimerName, Timer>();

  constructor(
    private readonly clock: Clock,
    private readonly count: TimerCount,
    private readonly fired: (name: TimerName) => void,
  ) {}

  arm(name: TimerName, milliseconds: number): void {
    this.disarm(name);
    this.count.timers++;
    this.#running.set(
      name,
      this.clock.after(milliseconds, () => {
        this.#running.delete(name);
        this.count.timers--;
        this.fired(name);
      }),
    );
  }

  disarm(name: TimerName): void {
    const timer = this.#running.get(name);
    if (timer === undefined) return;
    timer.cancel();
    this.#running.delete(name);
    this.count.timers--;
  }

  clear(): void {
    for (const timer of this.#running.values()) timer.cancel();
    this.count.timers -= this.#running.size;
    this.#running.clear();
  }
}
