import { parentPort, workerData } from 'node:worker_threads';
import { assemble } from './assembly.ts';
import type { WorkerOrder, WorkerReport, WorkerSetup } from './worker-messages.ts';

/** The engine's thread. What comes in and out is typed by `worker-messages.ts`, which only `engine.ts` speaks besides. */
const port = parentPort;
if (port === null) throw new Error('worker.ts runs in a worker thread only: call startEngine of engine.ts');
const report = (message: WorkerReport): void => {
  port.postMessage(message);
};

const setup: WorkerSetup = workerData;
try {
  const assembly = await assemble(setup, (level, text, fields = {}) => {
    if (level !== 'debug') report({ type: 'log', level, text, fields });
  });
  port.on('message', (order: WorkerOrder) => {
    if (order.type === 'stats') {
      report({ type: 'stats', id: order.id, stats: assembly.stats() });
      return;
    }
    void assembly.close().then(() => {
      report({ type: 'closed' });
      port.close();
    });
  });
  report({ type: 'ready', controlPort: assembly.controlPort, listening: assembly.listening });
} catch (error) {
  report({ type: 'failed', why: error instanceof Error ? error.message : String(error) });
}
