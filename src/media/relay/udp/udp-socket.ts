import type { Socket } from '../../sdp/description.ts';

/** `packet` is good until the call returns: whoever keeps it, copies it. `from` is the same object while the source is the same. */
export type Heard = (packet: Buffer, from: Socket) => void;

/** One bound UDP socket of the relay. */
export interface UdpSocket {
  /** Tries at once; a failure is silent, for RTP is lossy by nature. */
  send(packet: Uint8Array, to: Socket): void;
  close(): void;
}

/** Binds, and hands every packet to `heard`; rejects with the system's error, whose `code` is as Node names it. */
export type BindUdp = (address: string, port: number, heard: Heard) => Promise<UdpSocket>;

/** Enough for two seconds of 20 ms packets with the kernel's bookkeeping, should the thread be held up. In bytes. */
export const receiveBuffer = 262_144;
