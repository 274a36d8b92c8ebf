import type { Trunks } from '../directory/trunks.ts';
import type { Trunk } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import type { Log } from '../telemetry/port.ts';

export interface TrunkDirectoryParts {
  /** Those of the configuration: one in the store with the id of one of these does not count. */
  readonly configured: readonly Trunk[];
  readonly stored: () => Promise<readonly Trunk[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A change is in force after no more than this and the time of a question. */
const askEveryMs = 500;

/** The trunks of the configuration and of the store, as they are now. */
export class TrunkDirectory implements Trunks {
  #all: readonly Trunk[];
  #stored = '';
  #timer: Timer | undefined;
  #closed = false;
  #failing = false;
  #changed: (trunks: readonly Trunk[]) => void = () => undefined;

  private constructor(private readonly parts: TrunkDirectoryParts) {
    this.#all = inOrder(parts.configured);
  }

  /** @throws what the store rejects with */
  static async open(parts: TrunkDirectoryParts): Promise<TrunkDirectory> {
    const directory = new TrunkDirectory(parts);
    directory.#take(await parts.stored());
    directory.#askLater();
    return directory;
  }

  all(): readonly Trunk[] {
    return this.#all;
  }

  /** Told at once of the trunks as they are, and then of every change. One listener at a time. */
  follow(changed: (trunks: readonly Trunk[]) => void): void {
    this.#changed = changed;
    changed(this.#all);
  }

  /** Asks the store now; for who has just changed a trunk. Never rejects. */
  async refresh(): Promise<void> {
    try {
      this.#take(await this.parts.stored());
      this.#failing = false;
    } catch (thrown) {
      // Calls go on by the trunks that are known.
      if (!this.#failing) this.parts.log.error({ detail: Fault.from(thrown).message }, 'trunks could not be read');
      this.#failing = true;
    }
  }

  /** Safe to call twice. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #askLater(): void {
    this.#timer = this.parts.clock.after(askEveryMs, () => {
      void this.refresh().then(() => {
        if (!this.#closed) this.#askLater();
      });
    });
  }

  #take(stored: readonly Trunk[]): void {
    const text = JSON.stringify(stored);
    if (this.#closed || text === this.#stored) return;
    this.#stored = text;
    const { configured, log } = this.parts;
    const taken = new Set(configured.map(({ id }) => id));
    for (const { id } of stored) {
      if (taken.has(id))
        log.warn({ trunk: id }, 'the configuration has a trunk of that id: the stored one does not count');
    }
    this.#all = inOrder([...configured, ...stored.filter(({ id }) => !taken.has(id))]);
    log.info({ trunks: this.#all.map(({ id }) => id) }, 'trunks read');
    this.#changed(this.#all);
  }
}

/** Equal ones stay in the order that they were given in. */
function inOrder(trunks: readonly Trunk[]): readonly Trunk[] {
  return trunks.toSorted((a, b) => a.priority - b.priority);
}
