import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { addressFamily } from '../sdp/address.ts';
import type { Socket } from '../sdp/description.ts';

export type Heard = (packet: Buffer, from: RemoteInfo) => void;

/** Enough for two seconds of 20 ms packets with the kernel's bookkeeping, should the thread be held up. */
const receiveBuffer = 262_144;

/**
 * Two bound UDP sockets, for RTP and RTCP. It stays bound while nobody uses it: opening costs
 * more than keeping, and what still arrives for the last user is swallowed rather than answered by ICMP.
 */
export class SocketPair {
  #onRtp: Heard | undefined;
  #onRtcp: Heard | undefined;

  private constructor(
    /** Of RTP; RTCP has the next. */
    readonly port: number,
    private readonly rtp: UdpSocket,
    private readonly rtcp: UdpSocket,
  ) {
    rtp.on('message', (packet, from) => this.#onRtp?.(packet, from));
    rtcp.on('message', (packet, from) => this.#onRtcp?.(packet, from));
  }

  /** Binds both, or rejects with the system's error and leaves neither. */
  static async bind(address: string, port: number): Promise<SocketPair> {
    const rtp = await bind(address, port);
    try {
      return new SocketPair(port, rtp, await bind(address, port + 1));
    } catch (cause) {
      rtp.close();
      throw cause;
    }
  }

  use(onRtp: Heard, onRtcp: Heard): void {
    this.#onRtp = onRtp;
    this.#onRtcp = onRtcp;
  }

  leave(): void {
    this.#onRtp = undefined;
    this.#onRtcp = undefined;
  }

  // Without a callback the send is tried at once, in one system call, and a failure is silent: RTP is lossy by nature.
  sendRtp(packet: Uint8Array, to: Socket): void {
    this.rtp.send(packet, to.port, to.address);
  }

  sendRtcp(packet: Uint8Array, to: Socket): void {
    this.rtcp.send(packet, to.port, to.address);
  }

  close(): void {
    this.leave();
    this.rtp.close();
    this.rtcp.close();
  }
}

function bind(address: string, port: number): Promise<UdpSocket> {
  const family = addressFamily(address) ?? 4;
  const socket = createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    recvBufferSize: receiveBuffer,
    // Every address is a literal: the system's resolver would cost a turn of the loop per packet.
    lookup: (literal, _options, done) => {
      done(null, literal, family);
    },
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
      resolve(socket);
    });
  });
}
