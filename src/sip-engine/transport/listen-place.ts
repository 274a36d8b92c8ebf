import { isLinkLocal, normalHost, parseIp } from '../../kernel/ip-address.ts';
import type { ListenAddress } from '../options.ts';

/** One socket per address of that family, so that each message is known by the address that it came to. */
export function expanded(wanted: ListenAddress, interfaces: ReadonlyMap<string, string>): ListenAddress[] {
  const address = normalHost(wanted.address);
  if (address !== '0.0.0.0' && address !== '::') return [{ ...wanted, address }];
  const own = [...interfaces.keys()].filter((one) => one.includes(':') === address.includes(':'));
  if (own.length === 0) throw new Error(`cannot listen on ${address}: this machine has no address of that kind`);
  return own.map((one) => ({ ...wanted, address: one }));
}

/** @throws where no socket could have that address, or none that a message can name */
export function checkAddress(address: string): void {
  const ip = parseIp(address);
  if (ip === undefined) throw new Error('that is no IP address: name one of this machine, without brackets or zone');
  if (ip.family === 6 && isLinkLocal(ip)) {
    throw new Error('a link-local address means nothing in a SIP message: name another address of this machine');
  }
}

/** Why nothing listens there, and what to do. */
export function explained(where: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `cannot listen on ${where}: something else does. Stop it, or choose another port`;
  if (code === 'EADDRNOTAVAIL') {
    return `cannot listen on ${where}: this machine has no such address. Use one of its own, or 0.0.0.0 or :: for all of a kind`;
  }
  if (code === 'EACCES') return `cannot listen on ${where}: not allowed. Choose a port above 1023, or grant the right`;
  return `cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`;
}
