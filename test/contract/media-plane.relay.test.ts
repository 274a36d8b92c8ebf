import type { Worker } from 'node:worker_threads';
import type { MediaPlane } from '../../src/media/port.ts';
import { startRelay } from '../../src/media/relay/plane.ts';
import { spawnRelayThread } from '../../src/media/relay/spawn.ts';
import { systemCalls } from '../../src/media/relay/udp/system-calls.ts';
import { freePortRange } from '../support/rtp-party.ts';
import { describeMediaPlane } from './media-plane.ts';

const unavailable = systemCalls();

const kinds = [
  { sockets: 'system', threads: 1, cycles: 3000 },
  { sockets: 'system', threads: 2, cycles: 2000 },
  { sockets: 'node', threads: 1, cycles: 2000 },
] as const;

for (const { sockets, threads, cycles } of kinds) {
  const name = `relay on sockets of the ${sockets === 'node' ? 'node runtime' : 'system'} with ${threads} thread${threads === 1 ? '' : 's'}`;
  if (sockets === 'system' && typeof unavailable === 'string') {
    describe(name, () => {
      it(`cannot be tried here: ${unavailable}`);
    });
    continue;
  }
  const workers = new WeakMap<MediaPlane, Set<Worker>>();

  describeMediaPlane(name, {
    start: async ({ endpoints = 100, silenceTimeoutMs = 60_000, music }) => {
      const ready = new Set<Worker>();
      const plane = await startRelay({
        portRange: await freePortRange(endpoints),
        bindAddress: '127.0.0.1',
        threads,
        silenceTimeoutMs,
        sockets,
        ...(music === undefined ? {} : { music }),
        spawn: (settings) => {
          const worker = spawnRelayThread(settings);
          // One that is ended while it loads native code would take this process along.
          worker.once('message', () => ready.add(worker));
          return worker;
        },
      });
      workers.set(plane, ready);
      return plane;
    },
    crash: async (plane) => {
      await Promise.all([...(workers.get(plane) ?? [])].map((worker) => worker.terminate()));
    },
    cycles,
    // How a thread plays does not depend on how many there are.
    playing: threads === 1,
  });
}
