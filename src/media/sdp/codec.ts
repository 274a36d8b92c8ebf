/** One format of an audio section: `a=rtpmap` and `a=fmtp` of one payload type number (RFC 8866 §6.6, §6.15). */
export interface Codec {
  readonly payloadType: number;
  /** As it was written; compared without regard to case. */
  readonly name: string;
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate: number;
  readonly channels: number;
  readonly parameters: string | undefined;
}

/** The audio formats that need no `a=rtpmap` (RFC 3551 §6, table 4). */
const assigned: readonly Codec[] = [
  plain(0, 'PCMU'),
  plain(3, 'GSM'),
  plain(4, 'G723'),
  plain(8, 'PCMA'),
  plain(9, 'G722'),
  plain(13, 'CN'),
  plain(15, 'G728'),
  plain(18, 'G729'),
];

export const pcma: Codec = plain(8, 'PCMA');
export const pcmu: Codec = plain(0, 'PCMU');
/** Keys 0-9, *, #, A-D (RFC 4733 §2.4.1), under the number that most equipment gives them. */
export const telephoneEvent: Codec = { ...plain(101, 'telephone-event'), parameters: '0-16' };

/** What a payload type number means without an `a=rtpmap`; undefined when it means nothing. */
export function assignedCodec(payloadType: number): Codec | undefined {
  return assigned.find((codec) => codec.payloadType === payloadType);
}

/** Whether both are the same encoding, under whatever number. */
export function sameEncoding(one: Codec, other: Codec): boolean {
  return (
    one.name.toLowerCase() === other.name.toLowerCase() &&
    one.clockRate === other.clockRate &&
    one.channels === other.channels
  );
}

/** Whether it carries a voice: key presses and comfort noise alone make no conversation. */
export function carriesVoice(codec: Codec): boolean {
  const name = codec.name.toLowerCase();
  return name !== 'telephone-event' && name !== 'cn' && name !== 'red';
}

/** As in `a=rtpmap`: `PCMA/8000`, `opus/48000/2`. */
export function encodingName(codec: Codec): string {
  const mono = `${codec.name}/${String(codec.clockRate)}`;
  return codec.channels === 1 ? mono : `${mono}/${String(codec.channels)}`;
}

/**
 * The formats that two lists have in common.
 * @param numbering whose payload type numbers the result bears
 * @param preference whose order and parameters the result bears
 */
export function commonCodecs(numbering: readonly Codec[], preference: readonly Codec[]): readonly Codec[] {
  const common: Codec[] = [];
  for (const wanted of preference) {
    const candidates = numbering.filter((codec) => sameEncoding(codec, wanted) && !common.some(bearing(codec)));
    const match = candidates.find(bearing(wanted)) ?? candidates[0];
    if (match !== undefined) common.push({ ...wanted, payloadType: match.payloadType });
  }
  return common;
}

function bearing(codec: Codec): (other: Codec) => boolean {
  return (other) => other.payloadType === codec.payloadType;
}

// RFC 3551 §4.5.2: G.722 is sampled at 16 kHz, and its RTP clock runs at 8000 nevertheless.
function plain(payloadType: number, name: string): Codec {
  return { payloadType, name, clockRate: 8000, channels: 1, parameters: undefined };
}
