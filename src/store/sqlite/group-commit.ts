import type { Clock, Timer } from '../../kernel/clock.ts';

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Gathers writes for a moment and commits them as one: a commit costs the same for one
 * row as for a hundred. Each promise resolves after the commit that its item was in.
 */
export class GroupCommit<Item> {
  #waiting: Waiting<Item>[] = [];
  #timer: Timer | undefined;

  /** @param commit writes all of the items or throws and writes none */
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
    private readonly commit: (items: readonly Item[]) => void,
    private readonly explain: (thrown: unknown) => Error,
  ) {}

  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#timer ??= this.clock.after(this.milliseconds, () => {
        this.flush();
      });
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length === 0) return;
    if (!this.#settle(group)) group.forEach((one) => this.#settle([one], true));
  }

  /** Whether the group is dealt with. One bad item must not take the others with it, so only a last try rejects. */
  #settle(group: readonly Waiting<Item>[], last = group.length === 1): boolean {
    try {
      this.commit(group.map(({ item }) => item));
    } catch (thrown) {
      if (last) group.forEach(({ reject }) => reject(this.explain(thrown)));
      return last;
    }
    group.forEach(({ resolve }) => resolve());
    return true;
  }
}
