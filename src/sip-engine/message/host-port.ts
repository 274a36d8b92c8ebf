import { isHostName, parseDigits } from './grammar.ts';
import { parseIp } from '../../kernel/ip-address.ts';

/** Where something listens. An IPv6 address has no brackets here, as sockets want it; `printHostPort` adds them. */
export interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

const bracketed = /^\[([0-9a-fA-F:.]+)\]$/;
/** The grammar of RFC 3261 lets a third colon before a dotted tail, which is to be borne (RFC 5118 §4.10). */
const thirdColon = /:::(?=[0-9]+(?:\.[0-9]+){3}$)/;

/** `hostport` of RFC 3261 §25.1. */
export function parseHostPort(text: string): HostPort | undefined {
  const split = text.startsWith('[') ? text.indexOf(':', text.indexOf(']') + 1) : text.indexOf(':');
  const written = split < 0 ? text : text.slice(0, split);
  const port = split < 0 ? undefined : parseDigits(text.slice(split + 1), 65535);
  if (split >= 0 && port === undefined) return undefined;
  if (isHostName(written)) return { host: written, port };
  const address = bracketed.exec(written)?.[1];
  if (address === undefined || parseIp(address) === undefined) return undefined;
  return { host: address.replace(thirdColon, '::'), port };
}

/** A host as it stands in a URI or Via: an IPv6 address in brackets. */
export function printHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function printHostPort({ host, port }: HostPort): string {
  const written = printHost(host);
  return port === undefined ? written : `${written}:${String(port)}`;
}
