import { createSocket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';

/**
 * Which of our addresses packets to a host leave from, as the kernel's routing table
 * has it. Nothing is sent: connecting a UDP socket only asks.
 * @returns undefined when there is no way to it or its name does not resolve
 */
export async function localAddressTowards(host: string, port: number): Promise<string | undefined> {
  if (isIPv6(host)) return sourceOf('udp6', host, port);
  const address = await sourceOf('udp4', host, port);
  // A name may have IPv6 addresses only.
  return address ?? (isIPv4(host) ? undefined : sourceOf('udp6', host, port));
}

function sourceOf(type: 'udp4' | 'udp6', host: string, port: number): Promise<string | undefined> {
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
    socket.connect(port, host);
  });
}
