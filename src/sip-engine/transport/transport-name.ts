/** The transports of SIP, as `;transport=` names them: RFC 3261 §18, and RFC 7118 for WebSocket. */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** A stream: nothing is repeated on it, and it can be lost as a whole (RFC 3261 §17). */
export function isReliable(transport: TransportName): boolean {
  return transport !== 'udp';
}
