import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { EngineLimits, ListenAddress } from '../options.ts';
import type { Counters } from '../stats.ts';
import type { Connections } from './connections.ts';
import type { Endpoint, Listener } from './flow.ts';
import { handOver, type Security, type TlsFront, type TransportLog } from './security.ts';
import { StreamListener } from './stream-listener.ts';
import { isSecure, isWebSocket } from './transport-name.ts';
import { webSocketFront } from './web-socket-front.ts';

/** What a listener for streams hands its peers to. */
export interface StreamSurroundings {
  readonly connections: Connections;
  readonly security: Security;
  readonly limits: EngineLimits;
  readonly counters: Counters;
  readonly log: TransportLog;
}

/** A listener for TCP, TLS, WS or WSS. */
export interface OpenStreamListener {
  readonly local: Listener;
  /** By which it shakes hands. */
  readonly front: TlsFront | undefined;
  close(): Promise<void>;
}

/** Rejects with the error of `bind`, or with one that says what is wrong with the certificate. */
export async function listenForStreams(around: StreamSurroundings, wanted: ListenAddress): Promise<OpenStreamListener> {
  const { transport, address, port, tls } = wanted;
  const { connections, security } = around;
  const late: { local?: Listener } = {};
  const web = isWebSocket(transport) ? webSockets(around, wanted, late) : undefined;
  const spoken = (socket: Socket): void => {
    const remote = endpointOf(socket);
    if (remote === undefined || late.local === undefined) socket.destroy();
    else if (web === undefined) connections.accept(socket, late.local, remote, security.identity(socket, remote));
    else web.emit('connection', socket);
  };
  if (isSecure(transport) && tls === undefined) throw new Error('it needs a certificate: give it tls: { key, cert }');
  const front = isSecure(transport) && tls !== undefined ? security.front(tls, spoken) : undefined;
  const listener = await StreamListener.open(transport, address, port, (socket, local) => {
    if (transport === 'tcp') {
      if (connections.arrived(socket) !== undefined) spoken(socket);
    } else if (connections.arrives(socket, local)) {
      if (front === undefined) spoken(socket);
      else handOver(front, socket);
    }
  });
  late.local = listener.local;
  return { local: listener.local, front, close: () => listener.close() };
}

function webSockets(
  { connections, security, limits, counters, log }: StreamSurroundings,
  { origins }: ListenAddress,
  late: { readonly local?: Listener },
): HttpServer {
  return webSocketFront({ messageBytes: limits.messageBytes, origins }, counters, log, (webSocket, socket) => {
    const remote = endpointOf(socket);
    if (remote === undefined || late.local === undefined) webSocket.terminate();
    else connections.acceptWebSocket(webSocket, socket, late.local, remote, security.identity(socket, remote));
  });
}

/** Undefined for a peer that is gone already. */
function endpointOf({ remoteAddress: address, remotePort: port }: Socket): Endpoint | undefined {
  return address === undefined || port === undefined ? undefined : { address, port };
}
