import { performance } from 'node:perf_hooks';
import type { Load } from './controller.ts';

/** Milliseconds. */
const period = 100;

/**
 * Measures the load of this thread ten times a second. How busy it was tells more than how late its timers are: a flood
 * of datagrams waits in the socket, where nobody sees its age, and is read in small portions between timers.
 */
export class LoadMeter {
  readonly #timer: NodeJS.Timeout;
  #utilization = performance.eventLoopUtilization();
  #due = performance.now() + period;

  /** @param take gets the load, and milliseconds that only go forward */
  constructor(others: () => Pick<Load, 'backlog' | 'pending'>, take: (load: Load, now: number) => void) {
    this.#timer = setInterval(() => {
      const now = performance.now();
      const utilization = performance.eventLoopUtilization();
      const { utilization: busy } = performance.eventLoopUtilization(utilization, this.#utilization);
      this.#utilization = utilization;
      const lag = Math.max(0, now - this.#due);
      this.#due = now + period;
      take({ busy, lag, ...others() }, now);
    }, period);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
