/** The transports of SIP, as `;transport=` names them: RFC 3261 §18, and RFC 7118 for WebSocket. */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** A stream: nothing is repeated on it, and it can be lost as a whole (RFC 3261 §17). */
export function isReliable(transport: TransportName): boolean {
  return transport !== 'udp';
}

/** Encrypted hop by hop. */
export function isSecure(transport: TransportName): boolean {
  return transport === 'tls' || transport === 'wss';
}

/** Over WebSocket only the peer connects: we never do (RFC 7118 §5). */
export function isWebSocket(transport: TransportName): boolean {
  return transport === 'ws' || transport === 'wss';
}

const names: readonly TransportName[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Undefined for what is no transport of ours. */
export function transportNamed(name: string): TransportName | undefined {
  return names.find((one) => one === name);
}

/** As a URI says it: `;transport=ws` stands for both kinds of WebSocket (RFC 7118 §5.2.3). */
export function uriTransport(transport: TransportName): TransportName {
  return transport === 'wss' ? 'ws' : transport;
}

/**
 * Which open connections a request that names that transport may use, the first the best. Applications are told tcp for
 * WebSocket, as by drachtio-server, and a browser says ws for wss.
 */
export const sameConnection: Readonly<Record<TransportName, readonly TransportName[]>> = {
  udp: [],
  tcp: ['tcp', 'ws', 'wss'],
  tls: ['tls', 'wss'],
  ws: ['ws', 'wss'],
  wss: ['wss'],
};
