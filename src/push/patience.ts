import type { Clock } from '../kernel/clock.ts';

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const over = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = clock.after(milliseconds, over);
    signal.addEventListener('abort', over);
  });
}

/** Runs something with a signal of its own, that is aborted with the outer one, or after so many milliseconds. */
export async function within<Value>(
  clock: Clock,
  milliseconds: number,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = clock.after(milliseconds, abort);
  outer.addEventListener('abort', abort);
  if (outer.aborted) abort();
  try {
    return await run(controller.signal);
  } finally {
    timer.cancel();
    outer.removeEventListener('abort', abort);
  }
}

/** What was awaited, or undefined once the signal is aborted; the work itself goes on for whoever shares it. */
export function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(undefined);
    const abort = (): void => resolve(undefined);
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
