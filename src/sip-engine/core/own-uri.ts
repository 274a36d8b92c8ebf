import { printHostPort } from '../message/host-port.ts';
import { parseNameAddr, printNameAddr } from '../message/name-addr.ts';
import { printParams } from '../message/params.ts';
import type { Flow } from '../transport/flow.ts';
import type { OwnAddresses } from '../transport/local-address.ts';
import { isReliable, uriTransport } from '../transport/transport-name.ts';

/** How the peer at the other end of the flow can reach us: `127.0.0.1:5060`, `[::1]:5060`. */
export function ownHostPort(own: OwnAddresses, flow: Flow): string {
  return printHostPort({ host: own.nameFor(flow.local, flow.remote.address), port: flow.local.port });
}

export function ownUri(own: OwnAddresses, flow: Flow): string {
  return `sip:${ownHostPort(own, flow)}${isReliable(flow.transport) ? `;transport=${uriTransport(flow.transport)}` : ''}`;
}

/** `user@localhost`, by which an application means us, with our address in its place. */
export function withOwnHost(value: string, hostPort: string): string {
  return value.includes('@localhost') ? value.replace(/@localhost(?::\d+)?(?=[;>?,\s]|$)/g, `@${hostPort}`) : value;
}

/** The value with angle brackets around its address, so that a parameter added to it belongs to the header. */
export function bracketed(value: string): string {
  if (value.includes('<')) return value;
  const address = parseNameAddr(value);
  if (address === undefined) return value;
  return address.display === undefined ? `<${address.uri}>${printParams(address.params)}` : printNameAddr(address);
}
