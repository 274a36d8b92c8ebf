import { createServer, type Server } from 'node:http';
import type { EngineStats } from '../stats.ts';

/** Running counts; what else there is, is a state. */
const counted: ReadonlySet<string> = new Set([
  'requestsReceived',
  'responsesReceived',
  'messagesSent',
  'retransmissionsSent',
  'retransmissionsReceived',
  'malformed',
  'dropped',
  'limited',
  'limitedBy',
  'cpuMs',
]);

/** Every number of the statistics in the text format of Prometheus, version 0.0.4. */
export function metricsText(stats: EngineStats): string {
  const lines: string[] = [];
  for (const [name, value] of Object.entries<unknown>({ ...stats })) {
    const metric = `sip_engine_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    if (typeof value === 'number') {
      const full = counted.has(name) ? `${metric}_total` : metric;
      lines.push(`# TYPE ${full} ${counted.has(name) ? 'counter' : 'gauge'}`, `${full} ${String(value)}`);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const full = counted.has(name) ? `${metric}_total` : metric;
      lines.push(`# TYPE ${full} ${counted.has(name) ? 'counter' : 'gauge'}`);
      for (const [kind, count] of Object.entries(value)) lines.push(`${full}{kind="${kind}"} ${String(count)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Rejects with the error of `listen`. */
export async function serveMetrics(
  { address, port }: { readonly address: string; readonly port: number },
  stats: () => EngineStats,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('there is /metrics\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metricsText(stats()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return server;
}
