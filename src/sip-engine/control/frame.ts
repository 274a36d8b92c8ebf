/**
 * A frame of drachtio's control protocol:
 *
 *     length "#" field *( "|" field ) [ CRLF sip-message ]
 *
 * where length counts the bytes behind the `#`. There is no escaping: no field holds `|` or CRLF.
 */
export interface Frame {
  readonly fields: readonly string[];
  /** Empty where there is none. */
  readonly message: Buffer;
}

const hash = 0x23;
const none = Buffer.alloc(0);

/** The bytes of a frame; what an application could not read again in a field is taken out of it. */
export function printFrame(fields: readonly string[], message?: Uint8Array): Buffer {
  const meta = fields.join('|').replace(/[\r\n]+/g, ' ');
  const length = Buffer.byteLength(meta) + (message === undefined ? 0 : message.length + 2);
  const head = `${String(length)}#${meta}`;
  return message === undefined ? Buffer.from(head) : Buffer.concat([Buffer.from(`${head}\r\n`), message]);
}

export function parseFrame(payload: Buffer): Frame {
  const end = payload.indexOf('\r\n');
  const meta = payload.toString('utf8', 0, end < 0 ? payload.length : end);
  return { fields: meta.split('|'), message: end < 0 ? none : payload.subarray(end + 2) };
}

/** Cuts a stream into the payloads of its frames. */
export class FrameReader {
  #held: Buffer = none;

  /** @param largest bytes of one payload */
  constructor(private readonly largest: number) {}

  /** The payloads that this chunk completes; undefined when the stream is not in frames, and cannot be read on. */
  feed(chunk: Buffer): Buffer[] | undefined {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const payloads: Buffer[] = [];
    for (;;) {
      const length = lengthAt(rest, this.largest);
      if (length === 'bad') return undefined;
      if (length === undefined || rest.length < length.start + length.bytes) break;
      payloads.push(rest.subarray(length.start, length.start + length.bytes));
      rest = rest.subarray(length.start + length.bytes);
    }
    this.#held = rest;
    return payloads;
  }
}

/** Undefined: the `#` is not there yet. */
function lengthAt(bytes: Buffer, largest: number): { start: number; bytes: number } | 'bad' | undefined {
  let value = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] ?? 0;
    if (code === hash) return at === 0 ? 'bad' : { start: at + 1, bytes: value };
    if (code < 0x30 || code > 0x39) return 'bad';
    value = value * 10 + (code - 0x30);
    if (value > largest || at > 9) return 'bad';
  }
  return undefined;
}
