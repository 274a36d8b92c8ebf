import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { Ear } from './ear.ts';
import type { Endpoint } from './link.ts';
import { Mouth } from './mouth.ts';
import { readRtp } from './rtp-packet.ts';
import { answerDirection } from './session-description.ts';
import type { AudioDescription, CodecName } from './session-description.ts';
import type { Timers } from './timers.ts';

interface Agreement {
  readonly to: Endpoint;
  readonly codec: CodecName;
  readonly events: number | undefined;
  readonly sends: boolean;
}

/** One RTP port of a phone, with RTCP beside it (RFC 3550 §11), a mouth and an ear. */
export class Audio {
  readonly ear: Ear;
  readonly mouth: Mouth;
  /** From which addresses RTP came: `127.0.0.1:20000`. */
  readonly sources = new Set<string>();
  rtcpPackets = 0;
  #agreed: Agreement | undefined;
  #open = true;

  private constructor(
    timers: Timers,
    readonly address: string,
    private readonly rtp: Socket,
    private readonly rtcp: Socket,
  ) {
    this.ear = new Ear(timers);
    this.mouth = new Mouth(
      timers,
      () => (this.#agreed?.sends === true ? this.#agreed : undefined),
      (packet) => {
        if (this.#open && this.#agreed !== undefined) rtp.send(packet, this.#agreed.to.port, this.#agreed.to.address);
      },
    );
    rtp.on('message', (bytes, from) => {
      const packet = readRtp(bytes);
      if (packet === undefined) return;
      this.sources.add(`${from.address}:${from.port}`);
      this.ear.receive(packet, this.#agreed?.events ?? 101);
    });
    rtcp.on('message', () => {
      this.rtcpPackets += 1;
    });
  }

  static async open(address: string, timers: Timers): Promise<Audio> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const rtp = await bound(address, 0);
      const port = rtp?.address().port ?? 1;
      const rtcp = port % 2 === 0 ? await bound(address, port + 1) : undefined;
      if (rtp !== undefined && rtcp !== undefined) return new Audio(timers, address, rtp, rtcp);
      rtp?.close();
    }
    throw new Error(`found no free pair of ports for RTP and RTCP on ${address}`);
  }

  get port(): number {
    return this.rtp.address().port;
  }

  /** The codec in use; undefined before an offer was answered. */
  get codec(): CodecName | undefined {
    return this.#agreed?.codec;
  }

  /** After offer and answer: speaks to where the other side wants it, when both directions allow it. */
  agree(own: AudioDescription, theirs: AudioDescription): void {
    const codec = theirs.codecs.find((candidate) => own.codecs.includes(candidate));
    if (codec === undefined) throw new Error('no common codec: the offer should have been refused with 488');
    const direction = answerDirection(theirs.direction, own.direction);
    const sends =
      (direction === 'sendrecv' || direction === 'sendonly') && theirs.address !== '0.0.0.0' && theirs.address !== '::';
    this.#agreed = { to: { address: theirs.address, port: theirs.port }, codec, events: theirs.events, sends };
    this.mouth.start();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.rtp.close();
    this.rtcp.close();
  }
}

/** Undefined when that port is taken. */
async function bound(address: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(port, address);
  try {
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}
