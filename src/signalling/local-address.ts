import { createSocket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import type { Trunk } from '../directory/types.ts';
import { serversOf } from './trunk/addresses.ts';

/** Any: what matters is only which way packets go. */
const somePort = 5060;

/**
 * Which of our addresses packets to a trunk leave from, as the kernel's routing table
 * has it. Nothing is sent: connecting a UDP socket only asks.
 * @returns undefined when there is no way to it or its name does not resolve
 */
export async function localAddressTowards(
  trunk: Pick<Trunk, 'host' | 'port' | 'transport'>,
): Promise<string | undefined> {
  const [server = trunk.host] = await serversOf(trunk);
  if (isIPv6(server)) return sourceOf('udp6', server);
  const address = await sourceOf('udp4', server);
  // A name may have IPv6 addresses only.
  return address ?? (isIPv4(server) ? undefined : sourceOf('udp6', server));
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
