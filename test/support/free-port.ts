import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** An even port that was free a moment ago, on UDP and TCP, with the next one free too: for a program that must be told its port. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = await tryPort(address, 0);
    if (first === undefined || first % 2 !== 0) continue;
    if ((await tryPort(address, first + 1)) !== undefined && (await freeOnTcp(address, first))) return first;
  }
  throw new Error(`found no free pair of ports on ${address}`);
}

async function tryPort(address: string, port: number): Promise<number | undefined> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  try {
    await once(socket, 'listening');
  } catch {
    return undefined;
  }
  const found = socket.address().port;
  socket.close();
  await once(socket, 'close');
  return found;
}

async function freeOnTcp(address: string, port: number): Promise<boolean> {
  const server = createServer().listen(port, address);
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
