import { readFileSync } from 'node:fs';
import { constants, createSecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from '../certificates.ts';
import type { Script } from './act.ts';

export interface Http2Server {
  readonly origin: string;
  /** Requests that were open at once, at most. */
  readonly mostAtOnce: number;
  readonly open: number;
  /** Connections that were made. */
  readonly connections: number;
  /** New settings for all connections. */
  allow(streams: number): void;
  close(): Promise<void>;
}

/** An HTTP/2 server on loopback that does what its script says. */
export async function http2Server(script: Script, { key, cert }: Certificate, streams = 1000): Promise<Http2Server> {
  const server = createSecureServer({
    key: readFileSync(key),
    cert: readFileSync(cert),
    settings: { maxConcurrentStreams: streams },
  });
  const sockets = new Map<number, Socket>();
  const sessions = new Map<ServerHttp2Session, number>();
  let [connections, atOnce, mostAtOnce] = [0, 0, 0];
  server.on('connection', (socket: Socket) => {
    sockets.set(socket.remotePort ?? 0, socket);
    socket.on('error', () => undefined);
  });
  server.on('session', (session) => {
    sessions.set(session, ++connections);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    stream.on('close', () => (atOnce -= 1));
    stream.on('error', () => undefined);
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const connection = sessions.get(stream.session as ServerHttp2Session) ?? 0;
      const [method, path] = [headers[':method'] ?? '', headers[':path'] ?? ''];
      act(stream, { method, path, headers, body: Buffer.concat(pieces), at: performance.now(), connection });
    });
  });

  function act(stream: ServerHttp2Stream, arrived: Parameters<Script['take']>[0]): void {
    const what = script.take(arrived);
    const raw = sockets.get(stream.session?.socket.remotePort ?? 0);
    switch (what.does) {
      case 'answer':
        setTimeout(() => {
          if (stream.destroyed) return;
          stream.respond({ ':status': what.status, ...what.headers, 'apns-id': arrived.headers['apns-id'] });
          stream.end(what.body ?? '');
        }, what.afterMs ?? 0);
        return;
      case 'nothing':
        return;
      case 'break-off':
        stream.respond({ ':status': 500 });
        stream.write('{"rea', () => raw?.destroy());
        return;
      case 'reset':
        raw?.resetAndDestroy();
        return;
      case 'reset-stream':
        stream.close(what.code ?? constants.NGHTTP2_REFUSED_STREAM);
        return;
      case 'goaway': {
        const data = Buffer.from(JSON.stringify({ reason: what.reason ?? 'Shutdown' }));
        stream.session?.goaway(constants.NGHTTP2_NO_ERROR, Math.max(0, (stream.id ?? 0) - 2), data);
      }
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    get mostAtOnce() {
      return mostAtOnce;
    },
    get open() {
      return sessions.size;
    },
    get connections() {
      return connections;
    },
    allow: (maxConcurrentStreams) => {
      for (const session of sessions.keys()) session.settings({ maxConcurrentStreams });
    },
    close: async () => {
      for (const session of sessions.keys()) session.destroy();
      for (const socket of sockets.values()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
