/** The framing of baresip's control port: `5:hello,`. */
export function printNetstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

/** Collects what comes in pieces, and gives the whole texts. */
export class NetstringReader {
  #rest = Buffer.alloc(0);

  push(chunk: Buffer): string[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const texts: string[] = [];
    for (;;) {
      const colon = this.#rest.indexOf(':');
      const length = Number(this.#rest.toString('latin1', 0, Math.max(0, colon)));
      if (colon < 0 || this.#rest.length < colon + length + 2) return texts;
      texts.push(this.#rest.toString('utf8', colon + 1, colon + 1 + length));
      this.#rest = this.#rest.subarray(colon + length + 2);
    }
  }
}
