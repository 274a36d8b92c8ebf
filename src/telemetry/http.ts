import { fastify, type FastifyInstance } from 'fastify';
import { err, ok, type Result } from '../kernel/result.ts';
import type { MetricsRegistry } from './metrics.ts';

/** One part of the program that must work before calls may come. */
export interface Readiness {
  readonly name: string;
  readonly ok: boolean;
  /** For an operator: what is wrong, or a fact worth knowing. */
  readonly detail: string;
}

export interface HttpSettings {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly metrics: Pick<MetricsRegistry, 'print'>;
  /** Asked at each request for /readyz; one that rejects counts as not ready. */
  readonly readiness: () => Promise<readonly Readiness[]>;
}

export interface RunningHttp {
  readonly address: string;
  readonly port: number;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (the process lives: 200), `/readyz` (200, or 503 with the reasons) and
 * `/metrics` (for Prometheus).
 * @returns or a sentence that says why the port could not be opened, and what to do
 */
export async function startHttp(settings: HttpSettings): Promise<Result<RunningHttp, string>> {
  const { address, port } = settings;
  const server = fastify({ forceCloseConnections: true, bodyLimit: 1_024, requestTimeout: 10_000 });
  addRoutes(server, settings);
  try {
    await server.listen({ host: address, port });
  } catch (thrown) {
    await server.close();
    return err(whyNot(thrown, address, port));
  }
  const [bound] = server.addresses();
  const open = typeof bound === 'object' ? { address: bound.address, port: bound.port } : { address, port };
  return ok({ ...open, close: () => server.close() });
}

function addRoutes(server: FastifyInstance, { metrics, readiness }: HttpSettings): void {
  server.get('/healthz', () => ({ status: 'alive' }));
  server.get('/readyz', async (_request, reply) => {
    const parts = await askAll(readiness);
    const ready = parts.every((part) => part.ok);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts });
  });
  server.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.print();
    return reply.type(contentType).send(body);
  });
}

async function askAll(readiness: HttpSettings['readiness']): Promise<readonly Readiness[]> {
  try {
    return await readiness();
  } catch (thrown) {
    return [{ name: 'readiness', ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown) }];
  }
}

function whyNot(thrown: unknown, address: string, port: number): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const place = `${address} port ${String(port)}`;
  switch (code) {
    case 'EADDRINUSE':
      return `another program listens for HTTP at ${place} already: stop it, or set http.port`;
    case 'EADDRNOTAVAIL':
      return `${address} is not an address of this machine: set http.address to one that is`;
    case 'EACCES':
      return `this user may not open ${place}: set http.port to one above 1023`;
    default:
      return `HTTP could not be opened at ${place}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
