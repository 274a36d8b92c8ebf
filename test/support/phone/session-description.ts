import { isIPv6 } from 'node:net';

/** Where a phone wants its audio, and how: the few lines of SDP (RFC 8866) that a telephone uses. */
export type CodecName = 'PCMA' | 'PCMU';
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface AudioDescription {
  readonly address: string;
  readonly port: number;
  readonly codecs: readonly CodecName[];
  /** The payload type of telephone-event (RFC 4733); undefined: not offered. */
  readonly events: number | undefined;
  readonly direction: Direction;
  /** The o= line: session id and version, which goes up with every change (RFC 3264 §8). */
  readonly session: string;
  readonly version: number;
}

const payloadTypes: Readonly<Record<CodecName, number>> = { PCMU: 0, PCMA: 8 };

export function payloadType(codec: CodecName): number {
  return payloadTypes[codec];
}

export function printDescription(audio: AudioDescription): string {
  const events = audio.events === undefined ? [] : [audio.events];
  const types = [...audio.codecs.map(payloadType), ...events].join(' ');
  const lines = [
    'v=0',
    `o=phone ${audio.session} ${audio.version} IN IP${isIPv6(audio.address) ? 6 : 4} ${audio.address}`,
    's=-',
    `c=IN IP${isIPv6(audio.address) ? 6 : 4} ${audio.address}`,
    't=0 0',
    `m=audio ${audio.port} RTP/AVP ${types}`,
    ...audio.codecs.map((codec) => `a=rtpmap:${payloadType(codec)} ${codec}/8000`),
    ...events.flatMap((type) => [`a=rtpmap:${type} telephone-event/8000`, `a=fmtp:${type} 0-16`]),
    'a=ptime:20',
    `a=${audio.direction}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Undefined: there is no audio in it that this phone can speak. */
export function readDescription(text: string): AudioDescription | undefined {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith('m=audio '));
  const media = /^m=audio (\d+)(?:\/\d+)? RTP\/(?:AVP|AVPF) (.+)$/.exec(lines[at] ?? '');
  if (media === null) return undefined;
  const next = lines.findIndex((line, index) => index > at && line.startsWith('m='));
  const section = lines.slice(at, next < 0 ? undefined : next);
  const head = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith('m=')),
  );
  const origin = firstMatch(head, /^o=\S+ (\S+) (\d+) /);
  const types = (media[2] ?? '').trim().split(/\s+/).map(Number);
  const events = firstMatch(section, /^a=rtpmap:(\d+) telephone-event\/8000/i);
  return {
    address: firstMatch([...section, ...head], /^c=IN IP[46] ([^\s/]+)/)?.[1] ?? '',
    port: Number(media[1]),
    codecs: types.flatMap((type): CodecName[] => (type === 0 ? ['PCMU'] : type === 8 ? ['PCMA'] : [])),
    events: events === undefined ? undefined : Number(events[1]),
    direction: directionOf(section) ?? directionOf(head) ?? 'sendrecv',
    session: origin?.[1] ?? '',
    version: Number(origin?.[2] ?? 0),
  };
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  return undefined;
}

function directionOf(lines: readonly string[]): Direction | undefined {
  for (const line of lines) {
    if (line === 'a=sendrecv') return 'sendrecv';
    if (line === 'a=sendonly') return 'sendonly';
    if (line === 'a=recvonly') return 'recvonly';
    if (line === 'a=inactive') return 'inactive';
  }
  return undefined;
}

/** RFC 3264 §6.1: the most that an answer may say to an offer with that direction, from a side that wants `own`. */
export function answerDirection(offered: Direction, own: Direction = 'sendrecv'): Direction {
  const weSend = (offered === 'sendrecv' || offered === 'recvonly') && (own === 'sendrecv' || own === 'sendonly');
  const weHear = (offered === 'sendrecv' || offered === 'sendonly') && (own === 'sendrecv' || own === 'recvonly');
  if (weSend) return weHear ? 'sendrecv' : 'sendonly';
  return weHear ? 'recvonly' : 'inactive';
}
