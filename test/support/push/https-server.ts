import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from '../certificates.ts';
import type { Act, Arrived } from './act.ts';

export interface HttpsServer {
  readonly origin: string;
  readonly connections: number;
  close(): Promise<void>;
}

/** An HTTPS server on loopback; `take` says what to do with a request. */
export async function httpsServer(take: (arrived: Arrived) => Act, { key, cert }: Certificate): Promise<HttpsServer> {
  const sockets = new Map<number, readonly [Socket, number]>();
  let connections = 0;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const [raw, connection = 0] = sockets.get(request.socket.remotePort ?? 0) ?? [];
      const { method = '', url: path = '', headers } = request;
      act(
        take({ method, path, headers, body: Buffer.concat(pieces), at: performance.now(), connection }),
        response,
        raw,
      );
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.set(socket.remotePort ?? 0, [socket, ++connections]);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function act(what: Act, response: ServerResponse, raw: Socket | undefined): void {
  switch (what.does) {
    case 'answer':
      setTimeout(() => response.writeHead(what.status, what.headers).end(what.body ?? ''), what.afterMs ?? 0);
      return;
    case 'nothing':
      return;
    case 'break-off':
      response.writeHead(500, { 'content-length': '100' });
      response.write('{"rea', () => raw?.destroy());
      return;
    case 'reset':
    case 'reset-stream':
    case 'goaway':
      raw?.resetAndDestroy();
  }
}
