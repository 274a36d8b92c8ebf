import { parentPort } from 'node:worker_threads';
import { type Assembly, assemble } from './assembly.ts';
import type { EngineSettings } from './options.ts';
import type { WorkerOrder, WorkerReport } from './worker-messages.ts';

/** The engine's thread. What comes in and out is typed by `worker-messages.ts`, which only `engine.ts` speaks besides. */
const port = parentPort;
if (port === null) throw new Error('worker.ts runs in a worker thread only: call startEngine of engine.ts');
const report = (message: WorkerReport): void => {
  port.postMessage(message);
};
let assembly: Assembly | undefined;

async function start(settings: EngineSettings): Promise<void> {
  try {
    assembly = await assemble(settings, (level, text, fields = {}) => {
      // One line per unreadable message would let a stranger fill the log.
      if (level !== 'debug') report({ type: 'log', level, text, fields });
    });
    report({ type: 'ready', control: assembly.control, listening: assembly.listening });
  } catch (error) {
    report({ type: 'failed', why: error instanceof Error ? error.message : String(error) });
    port?.close();
  }
}

async function close(): Promise<void> {
  await assembly?.close();
  report({ type: 'closed' });
  port?.close();
}

function reload(): void {
  try {
    assembly?.reload();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report({ type: 'log', level: 'warn', text: 'certificates could not be read again', fields: { why } });
  }
}

port.on('message', (order: WorkerOrder) => {
  if (order.type === 'start') void start(order.settings);
  else if (order.type === 'close') void close();
  else if (order.type === 'reload-certificates') reload();
  else if (assembly !== undefined) report({ type: 'stats', id: order.id, stats: assembly.stats() });
});
