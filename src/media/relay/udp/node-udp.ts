import { createSocket } from 'node:dgram';
import { addressFamily, unmapped } from '../../sdp/address.ts';
import type { Socket } from '../../sdp/description.ts';
import { inFamily } from './socket-address.ts';
import { type BindUdp, receiveBuffer } from './udp-socket.ts';

/** Sockets of `node:dgram`: they work wherever Node does, at about twice the processor time a packet of the system's own. */
export const bindNodeUdp: BindUdp = (address, port, heard) => {
  const family = addressFamily(address) ?? 4;
  const socket = createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    recvBufferSize: receiveBuffer,
    // Every address is a literal: the system's resolver would cost a turn of the loop per packet.
    lookup: (literal, _options, done) => {
      done(null, literal, family);
    },
  });
  // The same object while the source is the same, as is promised.
  let source: Socket = { address: '', port: 0 };
  let named = '';
  socket.on('message', (packet, { address: from, port: fromPort }) => {
    if (from !== named || fromPort !== source.port) {
      named = from;
      source = { address: unmapped(from), port: fromPort };
    }
    heard(packet, source);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (cause) => {
      socket.close();
      reject(cause);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // ICMP errors of a party that is gone surface here; its silence is noticed elsewhere.
      socket.on('error', () => undefined);
      resolve({
        // Without a callback the send is tried at once, in one system call.
        send: (packet, to) => {
          socket.send(packet, to.port, inFamily(family, to).address);
        },
        close: () => {
          socket.close();
        },
      });
    });
  });
};
