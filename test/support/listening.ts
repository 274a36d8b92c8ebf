import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until some process listens on that port, as /proc/net tells: for programs that do not say it themselves. */
export async function listening(protocol: 'udp' | 'tcp', port: number, withinMs: number): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const table = await readFile(`/proc/net/${protocol}`, 'utf8');
    // The second column is the local address; for TCP state 0A is LISTEN.
    const found = table.split('\n').some((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return `${local} `.endsWith(wanted) && (protocol === 'udp' || state === '0A');
    });
    if (found) return;
    await sleep(10);
  }
  throw new Error(`nothing listens on ${protocol} port ${port} after ${withinMs} ms`);
}
