import { type MediaDescription, write } from 'sdp-transform';
import { addressFamily } from './address.ts';
import type { Codec } from './codec.ts';
import type { Description, Section, Socket } from './description.ts';
import type { Direction } from './direction.ts';

/** Who speaks, in the `o=` line: the id stays for the life of the session (RFC 8866 §5.2). */
export interface Origin {
  readonly id: number;
  readonly version: number;
}

/** The audio stream as we describe it to a party. */
export interface OwnAudio {
  /** Where we receive RTP; RTCP comes one port higher. */
  readonly at: Socket;
  readonly codecs: readonly Codec[];
  readonly direction: Direction;
  readonly packetTime: number | undefined;
  readonly maxPacketTime: number | undefined;
}

/** An offer of one audio stream (RFC 3264 §5). Nothing of the other party's transport is in it: we are the endpoint. */
export function writeOffer(origin: Origin, audio: OwnAudio): string {
  return writeSession(origin, audio.at.address, [audioSection(audio, 'RTP/AVP')]);
}

/** An answer: as many m-lines as the offer and in its order, all but the chosen one refused with port 0 (RFC 3264 §6). */
export function writeAnswer(origin: Origin, offer: Description, audio: OwnAudio): string {
  const media = offer.sections.map((section) =>
    section.chosen ? audioSection(audio, section.protocol) : refusal(section),
  );
  return writeSession(origin, audio.at.address, media);
}

function writeSession(origin: Origin, address: string, media: MediaDescription[]): string {
  const version = addressFamily(address) ?? 4;
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: origin.id,
      sessionVersion: origin.version,
      netType: 'IN',
      ipVer: version,
      address,
    },
    name: '-',
    connection: { version, ip: address },
    timing: { start: 0, stop: 0 },
    media,
  });
}

function audioSection(audio: OwnAudio, protocol: string): MediaDescription {
  return {
    type: 'audio',
    port: audio.at.port,
    protocol,
    payloads: audio.codecs.map((codec) => codec.payloadType).join(' '),
    rtp: audio.codecs.map((codec) => ({
      payload: codec.payloadType,
      codec: codec.name,
      rate: codec.clockRate,
      ...(codec.channels === 1 ? {} : { encoding: codec.channels }),
    })),
    fmtp: audio.codecs.flatMap((codec) =>
      codec.parameters === undefined ? [] : [{ payload: codec.payloadType, config: codec.parameters }],
    ),
    ...(audio.packetTime === undefined ? {} : { ptime: audio.packetTime }),
    ...(audio.maxPacketTime === undefined ? {} : { maxptime: audio.maxPacketTime }),
    direction: audio.direction,
  };
}

function refusal(section: Section): MediaDescription {
  return { type: section.media, port: 0, protocol: section.protocol, payloads: section.formats, rtp: [], fmtp: [] };
}
