/**
 * The header fields of one message: ordered, verbatim, found by name in any case
 * and by compact form (RFC 3261 §7.3.3, §20).
 */
export class Headers {
  /** Name as written, value unfolded and trimmed. */
  readonly #fields: { name: string; readonly key: string; value: string }[] = [];

  static from(fields: Iterable<readonly [name: string, value: string]>): Headers {
    const headers = new Headers();
    for (const [name, value] of fields) headers.append(name, value);
    return headers;
  }

  /** The first field of that name. */
  get(name: string): string | undefined {
    const key = canonical(name);
    return this.#fields.find((field) => field.key === key)?.value;
  }

  /** Every field of that name, in order, each still as it was written (commas not split). */
  all(name: string): string[] {
    const key = canonical(name);
    return this.#fields.filter((field) => field.key === key).map((field) => field.value);
  }

  has(name: string): boolean {
    const key = canonical(name);
    return this.#fields.some((field) => field.key === key);
  }

  append(name: string, value: string): this {
    this.#fields.push({ name, key: canonical(name), value });
    return this;
  }

  /** Before every other field: where a Via belongs. */
  prepend(name: string, value: string): this {
    this.#fields.unshift({ name, key: canonical(name), value });
    return this;
  }

  /** Puts the value into the first field of that name and drops the others; appends where there is none. */
  set(name: string, value: string): this {
    const key = canonical(name);
    const first = this.#fields.find((field) => field.key === key);
    if (first === undefined) return this.append(name, value);
    first.value = value;
    for (let at = this.#fields.length - 1; at >= 0; at--) {
      const field = this.#fields[at];
      if (field !== undefined && field.key === key && field !== first) this.#fields.splice(at, 1);
    }
    return this;
  }

  delete(name: string): this {
    const key = canonical(name);
    for (let at = this.#fields.length - 1; at >= 0; at--) if (this.#fields[at]?.key === key) this.#fields.splice(at, 1);
    return this;
  }

  /** Removes and returns the first field of that name. */
  shift(name: string): string | undefined {
    const key = canonical(name);
    const at = this.#fields.findIndex((field) => field.key === key);
    return at < 0 ? undefined : this.#fields.splice(at, 1)[0]?.value;
  }

  clone(): Headers {
    return Headers.from(this);
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (const field of this.#fields) yield [field.name, field.value];
  }
}

/** RFC 3261 §20 and the registry of compact forms at IANA. */
const compact: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** The one spelling under which a name is compared: lower case, long form. */
export function canonical(name: string): string {
  const lower = name.toLowerCase();
  return compact[lower] ?? lower;
}
