import type { Codec } from './codec.ts';
import type { Direction } from './direction.ts';

/** An IP address and a UDP port. */
export interface Socket {
  readonly address: string;
  readonly port: number;
}

/** What we make of a session description: one audio stream, and the place of the others. */
export interface Description {
  readonly audio: Audio;
  /** Every m-line in order, the audio among them: an answer has as many as its offer (RFC 3264 §6). */
  readonly sections: readonly Section[];
}

export interface Audio {
  readonly rtp: Socket;
  /** The RTP port plus one, unless `a=rtcp` says otherwise (RFC 3605). */
  readonly rtcp: Socket;
  /** In order of preference; at least one of them carries a voice. */
  readonly codecs: readonly Codec[];
  /** An address of 0.0.0.0 is already counted in: then the party does not receive. */
  readonly direction: Direction;
  /** Milliseconds of sound that the party wishes to get per packet. */
  readonly packetTime: number | undefined;
  readonly maxPacketTime: number | undefined;
}

export interface Section {
  readonly media: string;
  readonly protocol: string;
  /** The last field of the m-line, verbatim. */
  readonly formats: string;
  /** Whether it is the section that became `audio`. */
  readonly chosen: boolean;
}
