import { canonical } from './header-name.ts';

export { canonical } from './header-name.ts';

interface Field {
  /** As written. */
  readonly name: string;
  readonly key: string;
  /** Unfolded and trimmed. */
  value: string;
}

/**
 * The header fields of one message: ordered, verbatim, found by name in any case
 * and by compact form (RFC 3261 §7.3.3, §20). A message has a dozen: a walk along them beats an index.
 */
export class Headers {
  readonly #fields: Field[] = [];

  static from(fields: Iterable<readonly [name: string, value: string]>): Headers {
    const headers = new Headers();
    for (const [name, value] of fields) headers.append(name, value);
    return headers;
  }

  /** The first field of that name. */
  get(name: string): string | undefined {
    return this.#first(canonical(name))?.value;
  }

  /** Every field of that name, in order, each still as it was written (commas not split). */
  all(name: string): string[] {
    const key = canonical(name);
    const values: string[] = [];
    for (const field of this.#fields) if (field.key === key) values.push(field.value);
    return values;
  }

  has(name: string): boolean {
    return this.#first(canonical(name)) !== undefined;
  }

  append(name: string, value: string): this {
    return this.appendAs(name, canonical(name), value);
  }

  /** For a reader that has the canonical form of the name at hand. */
  appendAs(name: string, key: string, value: string): this {
    this.#fields.push({ name, key, value });
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
    const first = this.#first(key);
    if (first === undefined) return this.append(name, value);
    first.value = value;
    this.#keep((field) => field.key !== key || field === first);
    return this;
  }

  delete(name: string): this {
    const key = canonical(name);
    this.#keep((field) => field.key !== key);
    return this;
  }

  /** Removes and returns the first field of that name. */
  shift(name: string): string | undefined {
    const key = canonical(name);
    const at = this.#fields.findIndex((field) => field.key === key);
    return at < 0 ? undefined : this.#fields.splice(at, 1)[0]?.value;
  }

  clone(): Headers {
    const copy = new Headers();
    for (const { name, key, value } of this.#fields) copy.appendAs(name, key, value);
    return copy;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (const field of this.#fields) yield [field.name, field.value];
  }

  /** As the iterator, but with the canonical name and without its cost. */
  each(visit: (name: string, key: string, value: string) => void): void {
    for (const { name, key, value } of this.#fields) visit(name, key, value);
  }

  #first(key: string): Field | undefined {
    for (const field of this.#fields) if (field.key === key) return field;
    return undefined;
  }

  #keep(wanted: (field: Field) => boolean): void {
    let kept = 0;
    for (const field of this.#fields) if (wanted(field)) this.#fields[kept++] = field;
    this.#fields.length = kept;
  }
}
