import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Counters } from '../stats.ts';
import type { TransportLog } from './security.ts';

/** The subprotocol of RFC 7118 §4.1. */
const subprotocol = 'sip';

export interface WebSocketSettings {
  /** Over it the connection is closed with 1009. */
  readonly messageBytes: number;
  /** Whose pages may connect, as `https://example.com`; undefined: everybody's. */
  readonly origins: readonly string[] | undefined;
}

/**
 * What makes WebSockets of sockets that are handed to its `connection` event; it listens nowhere itself. Any path will do.
 * Who asks for something else is told what is missing, and let go.
 */
export function webSocketFront(
  { messageBytes, origins }: WebSocketSettings,
  counters: Counters,
  log: TransportLog,
  upgraded: (webSocket: WebSocket, socket: Socket) => void,
): Server {
  // Compression would cost 300 kB and more for each browser, to save a few hundred bytes.
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytes,
    handleProtocols: () => subprotocol,
  });
  const server = createServer({ maxHeaderSize: 8192, insecureHTTPParser: false }, (_, response) => {
    counters.handshakesFailed++;
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' });
    response.end('This port speaks SIP over WebSocket (RFC 7118).\n');
  });
  const refuse = (socket: Socket, status: string, why: string): void => {
    counters.handshakesFailed++;
    log('debug', 'a WebSocket was refused', { why, from: socket.remoteAddress });
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: ${String(why.length)}\r\n\r\n${why}`);
    socket.destroySoon();
  };
  server.on('upgrade', (request, stream, head) => {
    // Whatever was handed to `connection` is what comes here.
    const socket: Socket = request.socket;
    stream.on('error', () => undefined);
    if (!asksForSip(request)) refuse(socket, '400 Bad Request', 'ask for the subprotocol sip (RFC 7118 section 4.1)');
    else if (!allowed(origins, request.headers.origin)) refuse(socket, '403 Forbidden', 'this origin is not allowed');
    else {
      sockets.handleUpgrade(request, stream, head, (webSocket) => {
        upgraded(webSocket, socket);
      });
    }
  });
  // What is no upgrade of RFC 6455.
  sockets.on('wsClientError', (error, socket) => {
    counters.handshakesFailed++;
    log('debug', 'a WebSocket was refused', { why: error.message });
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  server.on('clientError', (error, socket) => {
    counters.handshakesFailed++;
    log('debug', 'a WebSocket was refused', { why: error.message });
    socket.destroy();
  });
  return server;
}

function asksForSip({ headers }: IncomingMessage): boolean {
  const asked = (headers['sec-websocket-protocol'] ?? '').split(',');
  return asked.some((one) => one.trim().toLowerCase() === subprotocol);
}

/** Browsers always say where their page is from; who says nothing is no browser, and an origin proves nothing of it. */
function allowed(origins: readonly string[] | undefined, origin: string | undefined): boolean {
  if (origins === undefined || origin === undefined) return true;
  return origins.some((one) => one.toLowerCase() === origin.toLowerCase());
}
