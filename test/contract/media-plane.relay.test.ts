import type { Worker } from 'node:worker_threads';
import type { MediaPlane } from '../../src/media/port.ts';
import { startRelay } from '../../src/media/relay/plane.ts';
import { spawnRelayThread } from '../../src/media/relay/spawn.ts';
import { freePortRange } from '../support/rtp-party.ts';
import { describeMediaPlane } from './media-plane.ts';

for (const threads of [1, 2]) {
  const workers = new WeakMap<MediaPlane, Worker[]>();

  describeMediaPlane(`relay with ${threads} thread${threads === 1 ? '' : 's'}`, {
    start: async ({ endpoints = 100, silenceTimeoutMs = 60_000 }) => {
      const started: Worker[] = [];
      const plane = await startRelay({
        portRange: await freePortRange(endpoints),
        bindAddress: '127.0.0.1',
        threads,
        silenceTimeoutMs,
        spawn: (settings) => {
          const worker = spawnRelayThread(settings);
          started.push(worker);
          return worker;
        },
      });
      workers.set(plane, started);
      return plane;
    },
    crash: async (plane) => {
      await Promise.all((workers.get(plane) ?? []).map((worker) => worker.terminate()));
    },
    cycles: threads === 1 ? 10_000 : 2000,
  });
}
