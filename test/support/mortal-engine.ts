/**
 * Loaded before the program (`node --import`): SIGUSR2 ends the SIP engine's thread as a
 * bug in it would. It is the thread that was made last.
 */
import type { Worker } from 'node:worker_threads';

let last: Worker | undefined;
process.on('worker', (worker) => {
  last = worker;
});
process.on('SIGUSR2', () => {
  void last?.terminate();
});
