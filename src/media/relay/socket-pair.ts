import type { Socket } from '../sdp/description.ts';
import type { BindUdp, Heard, UdpSocket } from './udp/udp-socket.ts';

/**
 * Two bound UDP sockets, for RTP and RTCP. It stays bound while nobody uses it: opening costs
 * more than keeping, and what still arrives for the last user is swallowed rather than answered by ICMP.
 */
export class SocketPair {
  #onRtp: Heard | undefined;
  #onRtcp: Heard | undefined;
  #rtp: UdpSocket | undefined;
  #rtcp: UdpSocket | undefined;

  private constructor(
    /** Of RTP; RTCP has the next. */
    readonly port: number,
  ) {}

  /** Binds both, or rejects with the system's error and leaves neither. */
  static async bind(bind: BindUdp, address: string, port: number): Promise<SocketPair> {
    const pair = new SocketPair(port);
    try {
      pair.#rtp = await bind(address, port, (packet, from) => pair.#onRtp?.(packet, from));
      pair.#rtcp = await bind(address, port + 1, (packet, from) => pair.#onRtcp?.(packet, from));
      return pair;
    } catch (cause) {
      pair.close();
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

  sendRtp(packet: Uint8Array, to: Socket): void {
    this.#rtp?.send(packet, to);
  }

  sendRtcp(packet: Uint8Array, to: Socket): void {
    this.#rtcp?.send(packet, to);
  }

  close(): void {
    this.leave();
    this.#rtp?.close();
    this.#rtcp?.close();
  }
}
