import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcp } from 'node:net';
import type { Preparation } from './suite.ts';
import type { Wanted } from './subject/subject.ts';

/** The web service that a server asks where a new request is to go: it says what the case put into its mouth. */
export class Director {
  readonly asked: URL[] = [];
  #says: { readonly status: number; readonly text: string } = { status: 200, text: '' };

  /** From now on. */
  says(answer: unknown, status = 200): void {
    this.asked.length = 0;
    this.#says = { status, text: typeof answer === 'string' ? answer : JSON.stringify(answer) };
  }

  /** Its handler is for INVITE and OPTIONS; MESSAGE goes to a port where nobody listens. */
  async open(): Promise<Preparation> {
    const server = createServer((request, response) => {
      this.asked.push(new URL(request.url ?? '/', 'http://handler'));
      response.writeHead(this.#says.status);
      response.end(this.#says.text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String(portOf(server))}`;
    const handlers: Wanted['handlers'] = [
      { method: 'INVITE', url },
      { method: 'OPTIONS', url },
      { method: 'MESSAGE', url: `tcp://127.0.0.1:${String(await deadPort())}` },
    ];
    return {
      wanted: { handlers },
      close: async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }
}

/** A TCP port of this machine that nobody listens on. */
export async function deadPort(): Promise<number> {
  const server = createTcp();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
