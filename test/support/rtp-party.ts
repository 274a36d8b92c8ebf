import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeG711 } from '../../src/media/audio/g711.ts';
import { strongestFrequency } from '../../src/media/audio/goertzel.ts';
import { toneG711 } from '../../src/media/audio/tone.ts';

/** A party to a call as media sees it: two loopback sockets, and what arrived on them. */
export class RtpParty {
  readonly heard: Buffer[] = [];
  readonly heardRtcp: Buffer[] = [];
  #sequence = 1000;
  #timestamp = 160_000;
  #version = 0;
  #wakers: (() => void)[] = [];
  /** Told of each RTP packet as it comes. */
  onPacket: () => void = () => undefined;

  private constructor(
    readonly address: string,
    private readonly rtp: Socket,
    private readonly rtcp: Socket,
    private readonly ssrc: number,
  ) {
    rtp.on('message', (packet) => {
      this.onPacket();
      this.#got(this.heard, packet);
    });
    rtcp.on('message', (packet) => this.#got(this.heardRtcp, packet));
  }

  static async open(address = '127.0.0.1', ssrc = 0x1234_5678): Promise<RtpParty> {
    return new RtpParty(address, await bound(address), await bound(address), ssrc);
  }

  get port(): number {
    return this.rtp.address().port;
  }

  /** Its description: an offer, or an answer with the codecs given. */
  sdp(lines: { payloads?: string; direction?: string; address?: string; port?: number; extra?: string } = {}): string {
    const {
      payloads = '8 0 101',
      direction = 'sendrecv',
      address = this.address,
      port = this.port,
      extra = '',
    } = lines;
    this.#version += 1;
    return [
      'v=0',
      `o=party 42 ${this.#version} IN IP4 ${this.address}`,
      's=-',
      `c=IN IP4 ${address}`,
      't=0 0',
      `m=audio ${port} RTP/AVP ${payloads}`,
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      `a=rtcp:${this.rtcp.address().port} IN IP4 ${address}`,
      `a=${direction}`,
      extra,
    ]
      .filter((line) => line !== '')
      .map((line) => `${line}\r\n`)
      .join('');
  }

  /** Sends one packet of 20 ms. */
  send(to: number, payload: Uint8Array = new Uint8Array(160).fill(0xd5), payloadType = 8): void {
    this.sendRaw(to, this.packet(payload, payloadType));
  }

  packet(payload: Uint8Array, payloadType: number): Buffer {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payloadType;
    header.writeUInt16BE((this.#sequence += 1) % 65_536, 2);
    header.writeUInt32BE((this.#timestamp += 160), 4);
    header.writeUInt32BE(this.ssrc, 8);
    return Buffer.concat([header, payload]);
  }

  sendRaw(to: number, packet: Uint8Array): void {
    this.rtp.send(packet, to, relayAddress);
  }

  sendRtcp(to: number, packet: Uint8Array): void {
    this.rtcp.send(packet, to, relayAddress);
  }

  /** Sends a tone, all packets at once: nobody here plays it. */
  sing(to: number, frequency: number, milliseconds = 200): void {
    const sound = toneG711(frequency, milliseconds, 'PCMA');
    for (let at = 0; at < sound.length; at += 160) this.send(to, sound.subarray(at, at + 160));
  }

  /** Resolves when as many RTP packets arrived in all. */
  async hears(count: number): Promise<void> {
    await this.#until(() => this.heard.length >= count);
  }

  async hearsRtcp(count: number): Promise<void> {
    await this.#until(() => this.heardRtcp.length >= count);
  }

  /** The tone in all that was heard. */
  toneHeard(): number | undefined {
    return this.toneIn(this.heard);
  }

  toneIn(packets: readonly Buffer[]): number | undefined {
    return strongestFrequency(this.soundIn(packets), [300, 440, 620, 1000, 1700]);
  }

  soundIn(packets: readonly Buffer[]): Int16Array {
    return decodeG711(Buffer.concat(packets.map((packet) => packet.subarray(12))), 'PCMA');
  }

  async close(): Promise<void> {
    const closing = [once(this.rtp, 'close'), once(this.rtcp, 'close')];
    this.rtp.close();
    this.rtcp.close();
    await Promise.all(closing);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#wakers.push(resolve));
  }

  #got(list: Buffer[], packet: Buffer): void {
    list.push(packet);
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

const relayAddress = '127.0.0.1';

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** The port of the audio in a description of ours. */
export function audioPort(sdp: string): number {
  return Number(/^m=audio (\d+) /m.exec(sdp)?.[1]);
}

/** A block of loopback ports that was free a moment ago. */
export async function freePortRange(pairs: number): Promise<{ from: number; to: number }> {
  const probe = await bound('127.0.0.1');
  const { port } = probe.address();
  probe.close();
  const from = Math.min(port + (port % 2), 65_536 - 2 * pairs);
  return { from, to: from + 2 * pairs - 1 };
}
