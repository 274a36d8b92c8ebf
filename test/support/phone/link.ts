import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { connect, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { StreamSplitter } from './wire.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** As it stands in SIP: IPv6 in brackets. */
export function hostText(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

export type Transport = 'udp' | 'tcp' | 'tls' | 'wss';

/** How SIP bytes leave and reach one phone. */
export interface Link {
  readonly transport: Transport;
  /** What goes into Via and Contact. */
  readonly local: Endpoint;
  send(bytes: Buffer, to: Endpoint): void;
  /** RFC 5626 §4.4.1: the double CRLF of a TCP client; on UDP it is sent too, as many phones do. */
  ping(): void;
  /** The next answer to a ping. */
  ponged(): Promise<void>;
  /** The other side went away, or this side closed it. */
  readonly ended: Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

export interface LinkEvents {
  readonly received: (bytes: Buffer, from: Endpoint) => void;
  readonly broken: (why: string) => void;
}

const ping = Buffer.from('\r\n\r\n');

export async function openUdp(address: string, port: number, server: Endpoint, events: LinkEvents): Promise<Link> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let open = true;
  const pongs = new EventEmitter();
  socket.on('message', (bytes, from) => {
    if (bytes.toString('latin1').trim() === '') pongs.emit('pong');
    else events.received(bytes, { address: from.address, port: from.port });
  });
  const ended = new Promise<void>((resolve) => socket.once('close', resolve));
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.on('error', (error) => {
    events.broken(error.message);
  });
  return {
    transport: 'udp',
    local: { address, port: socket.address().port },
    send(bytes, to) {
      if (open) socket.send(bytes, to.port, to.address);
    },
    ping() {
      if (open) socket.send(ping, server.port, server.address);
    },
    async ponged() {
      await once(pongs, 'pong');
    },
    ended,
    async close() {
      if (!open) return;
      open = false;
      socket.close();
      await ended;
    },
  };
}

/** One connection to the server; whatever `to` says, everything goes over it (RFC 5626: the flow). */
export async function openTcp(address: string, server: Endpoint, events: LinkEvents): Promise<Link> {
  const socket = connect({ host: server.address, port: server.port, localAddress: address });
  await once(socket, 'connect');
  return overStream(socket, 'tcp', server, events);
}

/** The same, encrypted; any certificate will do. */
export async function openTls(server: Endpoint, events: LinkEvents): Promise<Link> {
  const socket = connectTls({ host: server.address, port: server.port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return overStream(socket, 'tls', server, events);
}

/** As a browser: its own address is nowhere to be seen (RFC 7118 §5.1). */
export async function openWss(username: string, server: Endpoint, events: LinkEvents): Promise<Link> {
  const socket = new WebSocket(`wss://${hostText(server.address)}:${String(server.port)}`, 'sip', {
    rejectUnauthorized: false,
  });
  await once(socket, 'open');
  let open = true;
  const pongs = new EventEmitter();
  const ended = new Promise<void>((resolve) => socket.once('close', () => setImmediate(resolve)));
  socket.on('message', (bytes: Buffer) => {
    if (bytes.toString('latin1').trim() === '') pongs.emit('pong');
    else events.received(bytes, server);
  });
  socket.on('error', (error) => {
    if (open) events.broken(error.message);
  });
  socket.on('close', () => {
    if (open) events.broken('the server closed the WebSocket');
    open = false;
  });
  return {
    transport: 'wss',
    local: { address: `${username}.invalid`, port: 443 },
    send(bytes) {
      if (open) socket.send(bytes, { binary: false });
    },
    ping() {
      if (open) socket.send(ping, { binary: false });
    },
    async ponged() {
      await once(pongs, 'pong');
    },
    ended,
    async close() {
      if (!open) return;
      open = false;
      socket.close();
      await ended;
    },
  };
}

function overStream(socket: Socket, transport: 'tcp' | 'tls', server: Endpoint, events: LinkEvents): Link {
  socket.setNoDelay(true);
  const ended = new Promise<void>((resolve) => {
    // After the other listeners of 'close', so that the surprise is there already.
    socket.once('close', () => setImmediate(resolve));
  });
  const splitter = new StreamSplitter();
  let open = true;
  const pongs = new EventEmitter();
  socket.on('data', (chunk: Buffer) => {
    for (const piece of splitter.push(chunk)) {
      if (piece === 'pong') pongs.emit('pong');
      else if (piece === 'ping') socket.write('\r\n');
      else events.received(piece, server);
    }
  });
  socket.on('error', (error) => {
    if (open) events.broken(error.message);
  });
  socket.on('close', () => {
    if (open) events.broken(`the server closed the ${transport.toUpperCase()} connection`);
    open = false;
  });
  return {
    transport,
    local: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    send(bytes) {
      if (open) socket.write(bytes);
    },
    ping() {
      if (open) socket.write(ping);
    },
    async ponged() {
      await once(pongs, 'pong');
    },
    ended,
    async close() {
      if (!open) return;
      open = false;
      socket.destroy();
      await ended;
    },
  };
}
