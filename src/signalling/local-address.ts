import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Trunk } from '../directory/types.ts';

/** Any: what matters is only which way packets go. */
const somePort = 5060;

/**
 * Which of our addresses packets to a trunk leave from, as the kernel's routing table
 * has it. Nothing is sent: connecting a UDP socket only asks.
 * @returns undefined when there is no way to it or its name does not resolve
 */
export async function localAddressTowards({
  host,
  port,
  transport,
}: Pick<Trunk, 'host' | 'port' | 'transport'>): Promise<string | undefined> {
  const service = port === undefined && isIP(host) === 0 ? await serverOf(host, transport) : undefined;
  return towards(service ?? host);
}

/** A machine that offers the domain's service (RFC 3263 §4.2); the SIP server chooses among them for itself. */
async function serverOf(domain: string, transport: Trunk['transport']): Promise<string | undefined> {
  const name = transport === 'tls' ? `_sips._tcp.${domain}` : `_sip._${transport}.${domain}`;
  try {
    return (await new Resolver({ timeout: 1000, tries: 2 }).resolveSrv(name))[0]?.name;
  } catch {
    return undefined; // most domains have none: their own address is meant
  }
}

async function towards(host: string): Promise<string | undefined> {
  if (isIPv6(host)) return sourceOf('udp6', host);
  const address = await sourceOf('udp4', host);
  // A name may have IPv6 addresses only.
  return address ?? (isIPv4(host) ? undefined : sourceOf('udp6', host));
}

function sourceOf(type: 'udp4' | 'udp6', host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(type);
    const finish = (address: string | undefined): void => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => {
      finish(undefined);
    });
    socket.once('connect', () => {
      finish(socket.address().address);
    });
    socket.connect(somePort, host);
  });
}
