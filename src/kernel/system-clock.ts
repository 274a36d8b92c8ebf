import type { Clock } from './clock.ts';

/** The one place where the machine's clock is read. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const handle = setTimeout(run, milliseconds);
    return {
      cancel: () => {
        clearTimeout(handle);
      },
    };
  },
};
