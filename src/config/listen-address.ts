import { isIP, isIPv6 } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';

const transports = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const;

export type ListenTransport = (typeof transports)[number];

/** One socket to open. Port 0 lets the system choose. */
export interface ListenAddress {
  readonly transport: ListenTransport;
  /** An address of this machine, without brackets; `0.0.0.0` is all its IPv4 addresses, `::` all of IPv6. */
  readonly address: string;
  readonly port: number;
}

const shape = /^(udp|tcp|tls|ws|wss):(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/i;

/** Reads `udp:0.0.0.0:5060` or `tls:[::1]:5061`; an error says in a sentence what was expected. */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const [, named, address = '', digits] = shape.exec(text) ?? [];
  const transport = transports.find((one) => one === named?.toLowerCase());
  if (transport === undefined || digits === undefined) {
    return err(
      `"${text}" is not transport:address:port, such as udp:0.0.0.0:5060; transports are ${transports.join(', ')}`,
    );
  }
  const problem = address.startsWith('[') ? wrongIpv6(address.slice(1, -1)) : wrongIpv4(address);
  if (problem !== undefined) return err(problem);
  const port = Number(digits);
  if (port > 65_535) return err(`${digits} is not a port: the highest is 65535`);
  return ok({ transport, address: address.replace(/^\[|\]$/g, ''), port });
}

function wrongIpv4(address: string): string | undefined {
  return isIP(address) === 4 ? undefined : `"${address}" is not an IP address, such as 192.0.2.1 or [2001:db8::1]`;
}

function wrongIpv6(address: string): string | undefined {
  if (!isIPv6(address)) return `"[${address}]" is not an IPv6 address in brackets, such as [2001:db8::1]`;
  // It means something on one link of one machine only, and SIP has no place for its zone (RFC 5118 §3).
  if (address.includes('%') || /^fe[89ab]/i.test(address)) {
    return `"[${address}]" is a link-local address, which no other machine could answer; name another of this machine`;
  }
  return undefined;
}
