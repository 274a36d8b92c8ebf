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
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes that must be there before looking again is worth it: a frame that comes in drops is put together once. */
  #wanted = 0;

  /** @param largest bytes of one payload */
  constructor(public largest: number) {}

  /** The payloads that this chunk completes; undefined when the stream is not in frames, and cannot be read on. */
  feed(chunk: Buffer): Buffer[] | undefined {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return [];
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#wanted = 0;
    const payloads: Buffer[] = [];
    for (;;) {
      const length = lengthAt(rest, this.largest);
      if (length === 'bad') return undefined;
      if (length === undefined) break;
      this.#wanted = length.start + length.bytes;
      if (rest.length < this.#wanted) break;
      payloads.push(rest.subarray(length.start, this.#wanted));
      rest = rest.subarray(this.#wanted);
      this.#wanted = 0;
    }
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
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
