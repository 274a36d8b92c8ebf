import { deepEqual, equal } from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { bindNodeUdp } from '../../../../../src/media/relay/udp/node-udp.ts';
import { freePortRange } from '../../../../support/rtp-party.ts';

describe('UDP sockets of Node', () => {
  for (const [bound, address] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '::1'],
    ['::', '127.0.0.1'],
  ] as const) {
    it(`carry packets both ways with ${address} when bound to ${bound}`, async () => {
      const { from: port } = await freePortRange(1);
      const heard: string[] = [];
      const sources = new Set<unknown>();
      const socket = await bindNodeUdp(bound, port, (packet, from) => {
        heard.push(`${packet.toString()} of ${from.address}`);
        sources.add(from);
        socket.send(Buffer.from('back'), from);
      });
      const peer = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      for (const word of ['there', 'again']) {
        peer.send(word, port, address);
        const [answer] = (await once(peer, 'message')) as [Buffer];
        equal(answer.toString(), 'back');
      }
      deepEqual(heard, [`there of ${address}`, `again of ${address}`]);
      equal(sources.size, 1);
      peer.close();
      socket.close();
    });
  }
});
