import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform';
import { Fault } from '../../faults/fault.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { addressFamily, isUnspecified, normalAddress } from './address.ts';
import { assignedCodec, carriesVoice, type Codec } from './codec.ts';
import type { Audio, Description, Section, Socket } from './description.ts';
import { deaf, type Direction } from './direction.ts';

const longest = 65_536;
const mostSections = 32;

/**
 * Reads an offer or an answer (RFC 8866), of which we use the first audio stream that is not refused.
 * @returns BAD_SDP for what is no session description, NO_AUDIO when it has no usable
 * audio stream, NO_COMMON_CODEC when that stream is encrypted or in no known format
 */
export function readDescription(sdp: string): Result<Description, Fault> {
  const wrong = malformation(sdp);
  if (wrong !== undefined) return err(new Fault('BAD_SDP', `the session description cannot be read: ${wrong}`));
  const session = parse(sdp);
  const open = session.media.filter((section) => section.type === 'audio' && section.port !== 0);
  const chosen = open.find((section) => section.protocol === 'RTP/AVP' || section.protocol === 'RTP/AVPF') ?? open[0];
  if (chosen === undefined) return err(new Fault('NO_AUDIO', 'offer an m=audio line with a port other than 0'));
  const audio = readAudio(session, chosen);
  if (!audio.ok) return audio;
  return ok({ audio: audio.value, sections: session.media.map((section) => readSection(section, section === chosen)) });
}

/** What makes the text no session description (RFC 8866 §9); undefined when nothing does. */
function malformation(sdp: string): string | undefined {
  if (sdp.length > longest) return `it is longer than ${String(longest)} characters`;
  const lines = sdp.split(/\r\n|\r|\n/).filter((line) => line !== '');
  if (lines[0] !== 'v=0') return 'it does not begin with v=0';
  if (!lines.every((line) => /^[a-z]=/.test(line))) return 'a line does not begin with a letter and an equals sign';
  if (!lines.some((line) => /^o=\S+ \d+ \d+ IN IP[46] \S+$/.test(line))) return 'its o= line is missing or incomplete';
  const media = lines.filter((line) => line.startsWith('m='));
  if (media.length > mostSections) return `it has more than ${String(mostSections)} m= lines`;
  const broken = media.find((line) => !/^m=\w+ \d{1,5}(\/\d+)? [\w/]+( \S+)+ ?$/.test(line));
  return broken === undefined ? undefined : 'an m= line is incomplete';
}

function readAudio(session: SessionDescription, section: MediaDescription): Result<Audio, Fault> {
  if (section.protocol !== 'RTP/AVP' && section.protocol !== 'RTP/AVPF') {
    return err(
      new Fault('NO_COMMON_CODEC', `offer plain RTP/AVP: ${section.protocol} (encrypted media) is not supported here`),
    );
  }
  const connection = section.connection ?? session.connection;
  const address = connection && text(connection.ip);
  if (address === undefined) return err(new Fault('BAD_SDP', 'add a c= line: the audio has no address'));
  if (addressFamily(address) === undefined)
    return err(new Fault('NO_AUDIO', `give an IP address in c=, not ${address}`));
  if (section.port > 65_535) return err(new Fault('BAD_SDP', `${String(section.port)} is no port`));
  const codecs = readCodecs(section);
  if (!codecs.some(carriesVoice)) return err(new Fault('NO_COMMON_CODEC', 'offer a voice codec: none was recognised'));
  const direction: Direction = section.direction ?? session.direction ?? 'sendrecv';
  const rtp = { address: normalAddress(address), port: section.port };
  return ok({
    rtp,
    rtcp: readRtcp(section, rtp),
    codecs,
    direction: isUnspecified(rtp.address) ? deaf(direction) : direction,
    packetTime: milliseconds(section.ptime),
    maxPacketTime: milliseconds(section.maxptime),
  });
}

function readRtcp(section: MediaDescription, rtp: Socket): Socket {
  const address = section.rtcp?.address && text(section.rtcp.address);
  const port = section.rtcp?.port ?? rtp.port + 1;
  return {
    address:
      address !== undefined && addressFamily(address) === addressFamily(rtp.address)
        ? normalAddress(address)
        : rtp.address,
    port: port > 0 && port <= 65_535 ? port : rtp.port,
  };
}

function readCodecs(section: MediaDescription): readonly Codec[] {
  const codecs: Codec[] = [];
  for (const format of formatsOf(section).split(' ')) {
    const payloadType = /^\d{1,3}$/.test(format) ? Number(format) : Number.NaN;
    if (!(payloadType <= 127) || codecs.some((codec) => codec.payloadType === payloadType)) continue;
    const codec = readCodec(section, payloadType);
    if (codec !== undefined) codecs.push(codec);
  }
  return codecs;
}

function readCodec(section: MediaDescription, payloadType: number): Codec | undefined {
  const format = section.fmtp.find((line) => line.payload === payloadType);
  const parameters = format && text(format.config);
  const map = section.rtp.find((line) => line.payload === payloadType);
  if (map === undefined) {
    const codec = assignedCodec(payloadType);
    return codec && { ...codec, parameters };
  }
  const channels = map.encoding ?? 1;
  if (map.rate === undefined || !(map.rate > 0) || !(channels >= 1)) return undefined;
  return { payloadType, name: text(map.codec), clockRate: map.rate, channels, parameters };
}

function readSection(section: MediaDescription, chosen: boolean): Section {
  return { media: section.type, protocol: section.protocol, formats: formatsOf(section), chosen };
}

function formatsOf(section: MediaDescription): string {
  return text(section.payloads ?? '0').trim();
}

/** The parser makes a number of whatever looks like one, whatever its types say. */
function text(value: unknown): string {
  return String(value);
}

function milliseconds(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 && value <= 1000 ? value : undefined;
}
