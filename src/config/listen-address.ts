import { isIP, isIPv6 } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';

/** One socket to open. Port 0 lets the system choose. */
export interface ListenAddress {
  readonly transport: 'udp' | 'tcp';
  /** An IP address of this machine, without brackets; `0.0.0.0` and `::` are all of them. */
  readonly address: string;
  readonly port: number;
}

const shape = /^(udp|tcp):(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/i;

/** Reads `udp:0.0.0.0:5060` or `tcp:[::1]:5060`; an error says in a sentence what was expected. */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const [, transport, bracketed, bare, digits] = shape.exec(text) ?? [];
  if (transport === undefined || digits === undefined) {
    return err(`"${text}" is not transport:address:port, such as udp:0.0.0.0:5060 or tcp:[::]:5060`);
  }
  const address = bracketed ?? bare ?? '';
  if (isIP(address) === 0) return err(`"${address}" is not an IP address`);
  if (isIPv6(address) !== (bracketed !== undefined)) {
    return err(`"${address}": an IPv6 address, and only that, stands between brackets`);
  }
  const port = Number(digits);
  if (port > 65_535) return err(`${digits} is not a port: the highest is 65535`);
  return ok({ transport: transport.toLowerCase() === 'udp' ? 'udp' : 'tcp', address, port });
}
