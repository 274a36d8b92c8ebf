import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** A gateway for text messages, as far as the exchange sees it: it takes every message, and shows it to the test. */
export class TextMessages {
  readonly #taken: { readonly to: string; readonly text: string }[] = [];
  #heard: () => void = () => undefined;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => (text += part));
      request.on('end', () => {
        this.#taken.push(JSON.parse(text) as { to: string; text: string });
        response.writeHead(202).end();
        this.#heard();
      });
    });
  }

  static async start(): Promise<TextMessages> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TextMessages(server);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/messages`;
  }

  /** The code in the next message to that number. */
  async code(to: string): Promise<string> {
    for (;;) {
      const at = this.#taken.findIndex((message) => message.to === to);
      if (at >= 0) return /\d{6}/.exec(this.#taken.splice(at, 1)[0]?.text ?? '')?.[0] ?? '';
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
