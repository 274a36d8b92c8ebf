import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { StreamFramer } from '../../src/sip-engine/message/stream-framer.ts';
import type { Endpoint } from './phone/link.ts';

/** A connection that whole SIP messages and keep-alives pass over. */
export interface MessageLine {
  /** To be called once, before anything is sent. */
  listen(events: LineEvents): void;
  send(bytes: Buffer): void;
  close(): void;
}

export interface LineEvents {
  /** A whole message, or the line ends of a keep-alive. */
  readonly received: (bytes: Buffer) => void;
  /** The peer broke the rules of the transport. */
  readonly fault: (what: string) => void;
  readonly closed: () => void;
}

/** Who must be at the other end, and from where it is called. */
export interface LineOptions {
  /** Certificate of the authority that the server's must be signed by. */
  readonly ca: Buffer;
  readonly localAddress: string;
}

/** Connects to a server. @throws when it refuses, or its certificate is not to be trusted */
export async function openLine(
  transport: 'tcp' | 'tls' | 'wss',
  { address: host, port }: Endpoint,
  options: LineOptions,
): Promise<MessageLine> {
  if (transport === 'wss') {
    const socket = new WebSocket(`wss://${host}:${String(port)}`, 'sip', { ...options });
    await once(socket, 'open');
    return overWebSocket(socket);
  }
  const target = { host, port, ...options };
  const socket = transport === 'tls' ? connectTls(target) : connect(target);
  await once(socket, transport === 'tls' ? 'secureConnect' : 'connect');
  return overStream(socket);
}

/** TCP or TLS: a stream to be cut into messages (RFC 3261 §18.3). */
export function overStream(socket: Socket): MessageLine {
  socket.setNoDelay(true);
  // What is sent may come too late for a peer that closed; the end of the connection is told by 'close'.
  socket.on('error', () => undefined);
  return {
    listen({ received, fault, closed }) {
      const framer = new StreamFramer();
      socket.on('data', (chunk: Buffer) => {
        for (const bytes of cut(framer, chunk, fault)) received(bytes);
      });
      socket.on('close', closed);
    },
    send: (bytes) => void socket.write(bytes),
    close: () => socket.destroy(),
  };
}

/** One SIP message in each WebSocket message (RFC 7118 §5). */
function overWebSocket(socket: WebSocket): MessageLine {
  socket.on('error', () => undefined);
  return {
    listen({ received, fault, closed }) {
      socket.on('message', (bytes: Buffer) => {
        const framer = new StreamFramer();
        const pieces = cut(framer, bytes, fault).length;
        if (pieces !== 1 || framer.unfinished) fault(`not one SIP message in a WebSocket message: ${String(bytes)}`);
        received(bytes);
      });
      socket.on('close', closed);
    },
    send: (bytes) => {
      socket.send(bytes, { binary: false });
    },
    close: () => {
      socket.terminate();
    },
  };
}

function cut(framer: StreamFramer, chunk: Buffer, fault: LineEvents['fault']): Buffer[] {
  return framer.feed(chunk).flatMap((frame) => {
    switch (frame.kind) {
      case 'message':
        return [frame.bytes];
      case 'ping':
        return [Buffer.from('\r\n\r\n')];
      case 'pong':
        return [Buffer.from('\r\n')];
      case 'fault':
        fault(`no SIP: ${String(chunk)}`);
        return [];
    }
  });
}
