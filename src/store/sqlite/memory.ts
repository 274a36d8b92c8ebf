import type Database from 'better-sqlite3';

/** More answers to one question than this are forgotten together: strangers can ask for whatever they like. */
const most = 20_000;

/** Answers to one question, by what was asked. */
export interface Remembered<Value> {
  /** What is remembered, else what `ask` finds, which is remembered unless it is undefined. */
  answer(key: string, ask: () => Value | undefined): Value | undefined;
  forget(key: string): void;
}

/**
 * Remembers what was read, for as long as it holds: a call asks about the same people and plans as the call before it.
 * Writes of other connections show in SQLite's `data_version`, which is looked at before each use; writes of this one are
 * told by whoever writes. Nothing is remembered of a transaction that writes: it may be undone.
 */
export class Memory {
  readonly #version: Database.Statement;
  readonly #tables = new Map<string, Map<string, unknown>[]>();
  #seen: unknown;
  #together = false;

  constructor(private readonly database: Database.Database) {
    this.#version = database.prepare('PRAGMA data_version').pluck();
  }

  of<Value>(table: string): Remembered<Value> {
    const answers = new Map<string, Value>();
    this.#tables.set(table, [...(this.#tables.get(table) ?? []), answers]);
    return {
      answer: (key, ask) => {
        if (!this.#holds()) return ask();
        const known = answers.get(key);
        if (known !== undefined) return known;
        const found = ask();
        if (found !== undefined) {
          if (answers.size >= most) answers.clear();
          answers.set(key, deeplyFrozen(found));
        }
        return found;
      },
      forget: (key) => {
        answers.delete(key);
      },
    };
  }

  /** Several questions as one: they see the file at one moment, and whether others wrote is looked at once. */
  together<Value>(work: () => Value): Value {
    if (this.database.inTransaction) return work();
    const all = this.database.transaction(() => {
      this.#look();
      this.#together = true;
      try {
        return work();
      } finally {
        this.#together = false;
      }
    });
    return all.deferred();
  }

  /** To be called by whoever writes in the table over this connection, in the transaction that does. */
  wrote(table: string): void {
    this.#tables.get(table)?.forEach((answers) => {
      answers.clear();
    });
  }

  #holds(): boolean {
    if (this.#together) return true;
    if (this.database.inTransaction) return false;
    this.#look();
    return true;
  }

  #look(): void {
    const version = this.#version.get();
    if (version === this.#seen) return;
    this.#seen = version;
    for (const table of this.#tables.keys()) this.wrote(table);
  }
}

/** One object is handed to all who ask, so that none may change it. */
function deeplyFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deeplyFrozen);
    Object.freeze(value);
  }
  return value;
}
