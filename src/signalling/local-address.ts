import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/**
 * Which of our addresses packets to a host leave from, as the kernel's routing table
 * has it. Nothing is sent: connecting a UDP socket only asks.
 * @returns undefined when there is no way to it or its name does not resolve
 */
export function localAddressTowards(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
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
