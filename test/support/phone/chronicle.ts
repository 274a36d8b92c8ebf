import type { Timers } from './timers.ts';

interface Watcher<Item> {
  readonly wanted: (item: Item) => boolean;
  readonly found: (item: Item) => void;
}

/**
 * What happened so far, in order, and a way to wait for what is still to come.
 * `take` hands every item out once; `first` looks at all of them, past and future.
 */
export class Chronicle<Item> {
  readonly items: Item[] = [];
  readonly #untaken: Item[] = [];
  readonly #takers = new Set<Watcher<Item>>();
  readonly #watchers = new Set<Watcher<Item>>();

  constructor(
    private readonly timers: Timers,
    private readonly describe: (item: Item) => string,
  ) {}

  push(item: Item): void {
    this.items.push(item);
    for (const watcher of [...this.#watchers]) {
      if (watcher.wanted(item)) this.#settle(this.#watchers, watcher, item);
    }
    const taker = [...this.#takers].find((candidate) => candidate.wanted(item));
    if (taker === undefined) this.#untaken.push(item);
    else this.#settle(this.#takers, taker, item);
  }

  #settle(waiting: Set<Watcher<Item>>, watcher: Watcher<Item>, item: Item): void {
    waiting.delete(watcher);
    watcher.found(item);
  }

  /** @throws when nothing wanted came within that time; the error lists what did come */
  first(what: string, withinMs: number, wanted: (item: Item) => boolean = () => true): Promise<Item> {
    const past = this.items.find(wanted);
    if (past !== undefined) return Promise.resolve(past);
    return this.#wait(what, withinMs, wanted, this.#watchers);
  }

  /** As `first`, but every item is handed out at most once. */
  take(what: string, withinMs: number, wanted: (item: Item) => boolean = () => true): Promise<Item> {
    const at = this.#untaken.findIndex(wanted);
    const [past] = at < 0 ? [] : this.#untaken.splice(at, 1);
    if (past !== undefined) return Promise.resolve(past);
    return this.#wait(what, withinMs, wanted, this.#takers);
  }

  #wait(what: string, withinMs: number, wanted: (item: Item) => boolean, waiting: Set<Watcher<Item>>): Promise<Item> {
    const asked = new Error(`waited ${withinMs} ms in vain for ${what}`);
    return new Promise((resolve, reject) => {
      const watcher: Watcher<Item> = {
        wanted,
        found: (item) => {
          cancel();
          resolve(item);
        },
      };
      const cancel = this.timers.after(withinMs, () => {
        waiting.delete(watcher);
        const seen = this.items.map(this.describe);
        asked.message += `; seen: ${seen.length === 0 ? 'nothing' : seen.join(' | ')}`;
        reject(asked);
      });
      waiting.add(watcher);
    });
  }
}
