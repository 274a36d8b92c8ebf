import { inspect } from 'node:util';

const veil = '[secret]';

/**
 * A password or key that no log, dump or error message shows: however it is turned
 * into text, `[secret]` comes out. Only `reveal()` gives the text, so a search for
 * that word finds every place that handles one.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return veil;
  }

  toJSON(): string {
    return veil;
  }

  [inspect.custom](): string {
    return veil;
  }
}
