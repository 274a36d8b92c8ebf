import type { MessagePort } from 'node:worker_threads';
import type { Onward } from './side.ts';

interface Parcel {
  readonly rtcp: boolean;
  readonly packet: Uint8Array<ArrayBuffer>;
}

/**
 * The way to a side in another thread, for the rare call whose two sides were not opened together:
 * two calls joined by a transfer. It costs a copy and a wake-up per packet.
 */
export function wire(port: MessagePort): Onward {
  return {
    rtp: (packet) => {
      port.postMessage({ rtcp: false, packet: new Uint8Array(packet) } satisfies Parcel);
    },
    rtcp: (packet) => {
      port.postMessage({ rtcp: true, packet: new Uint8Array(packet) } satisfies Parcel);
    },
  };
}

/** Hands to a side what comes over the wire. */
export function listen(port: MessagePort, side: Onward): void {
  port.on('message', ({ rtcp, packet }: Parcel) => {
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    if (rtcp) side.rtcp(bytes);
    else side.rtp(bytes);
  });
}
