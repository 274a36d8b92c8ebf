import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Endpoint, Flow, Listener, Reception } from './flow.ts';
import { bindingResponse, looksLikeStun, readBindingRequest } from './stun.ts';

export interface DatagramReception extends Reception {
  /** Whether that address may have an answer of ours that no transaction counts. */
  mayAsk(address: string): boolean;
}

/** Enough for a second of bursts; the kernel grants what it allows. */
const receiveBuffer = 4 * 1024 * 1024;

/** One UDP socket of ours. */
export class UdpListener {
  private constructor(
    private readonly socket: Socket,
    readonly local: Listener,
  ) {}

  /** Rejects with the error of `bind`. */
  static async open(address: string, port: number, reception: DatagramReception): Promise<UdpListener> {
    // Every address we send to is a number already, and the built-in look-up would put each datagram off by a tick.
    const family = isIPv6(address) ? 6 : 4;
    const lookup = (host: string, _: unknown, done: (error: null, address: string, family: number) => void): void => {
      done(null, host, family);
    };
    const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', ipv6Only: family === 6, lookup });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    try {
      socket.setRecvBufferSize(receiveBuffer);
    } catch {
      // The kernel keeps its own size: bursts are lost a little earlier.
    }
    const listener = new UdpListener(socket, { transport: 'udp', address, port: socket.address().port });
    // An ICMP error belongs to a datagram long gone; the transaction's own timer notices the silence.
    socket.on('error', () => undefined);
    socket.on('message', (bytes, { address: from, port: fromPort }) => {
      // A forged port 0 cannot be answered: sending to it throws. An address with a zone cannot stand in a message.
      if (fromPort === 0 || (family === 6 && from.includes('%'))) return;
      // SIP begins with a letter, STUN with a byte below 4 (RFC 5626 §4.4.2).
      if ((bytes[0] ?? 4) < 4 && looksLikeStun(bytes)) {
        const request = readBindingRequest(bytes);
        if (request === undefined || !reception.mayAsk(from)) return;
        socket.send(bindingResponse(request, { address: from, port: fromPort }), fromPort, from);
        return;
      }
      reception.message(bytes, listener.flowTo({ address: from, port: fromPort }));
    });
    return listener;
  }

  flowTo(remote: Endpoint): Flow {
    return new UdpFlow(this.socket, this.local, remote);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.close(() => {
        resolve();
      });
    });
  }
}

class UdpFlow implements Flow {
  readonly transport = 'udp';
  readonly open = true;

  constructor(
    private readonly socket: Socket,
    readonly local: Listener,
    readonly remote: Endpoint,
  ) {}

  send(bytes: Uint8Array, failed?: (why: string) => void): void {
    if (failed === undefined) {
      this.socket.send(bytes, this.remote.port, this.remote.address);
      return;
    }
    this.socket.send(bytes, this.remote.port, this.remote.address, (error) => {
      if (error !== null) failed(error.message);
    });
  }
}
