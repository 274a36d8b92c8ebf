import { isIPv4 } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';

const transports = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;

export type ListenTransport = (typeof transports)[number];

/** One socket to open. Port 0 lets the system choose. */
export interface ListenAddress {
  readonly transport: ListenTransport;
  /** An IPv4 address of this machine; `0.0.0.0` is all of them. */
  readonly address: string;
  readonly port: number;
}

const shape = /^(udp|tcp|tls|ws|wss):(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/i;

/** Reads `udp:0.0.0.0:5060`; an error says in a sentence what was expected. */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const [, named, address = '', digits] = shape.exec(text) ?? [];
  const transport = transports.find((one) => one === named?.toLowerCase());
  if (transport === undefined || digits === undefined) {
    return err(
      `"${text}" is not transport:address:port, such as udp:0.0.0.0:5060; transports are ${transports.join(', ')}`,
    );
  }
  if (address.startsWith('[')) return err(`"${address}": SIP is spoken over IPv4 only; name an IPv4 address`);
  if (!isIPv4(address)) return err(`"${address}" is not an IPv4 address`);
  const port = Number(digits);
  if (port > 65_535) return err(`${digits} is not a port: the highest is 65535`);
  return ok({ transport, address, port });
}
