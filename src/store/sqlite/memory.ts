import type Database from 'better-sqlite3';
import { deeplyFrozen } from './frozen.ts';

/** More rows than this are not remembered at once, the oldest answers go first: strangers can ask for whatever they like. */
const mostRows = 100_000;

/** What an answer says depends on these. Two that have the same text are forgotten together, which does no harm. */
export const about = {
  row: (table: string, id: string): string => `${table} ${id}`,
  /** All rows of the table that have this owner: also one that is not there yet. */
  rowsOf: (table: string, owner: string): string => `${table} of ${owner}`,
  table: (table: string): string => table,
};

/** Answers to one question, by what was asked. */
export interface Remembered<Value> {
  /** Undefined when it is not remembered. Only where `Memory.holds` said yes. */
  known(key: string): Value | undefined;
  /** @param topics of `about`: what the answer depends on; @param rows how many rows it holds */
  keep(key: string, value: Value, topics: readonly string[], rows: number): void;
}

interface Answer {
  readonly value: unknown;
  readonly topics: readonly string[];
  readonly rows: number;
  /** Takes it from the answers to its question. */
  readonly drop: () => void;
}

/**
 * Remembers what was read, for as long as it holds: a call asks about the same people and plans as the call before it.
 * Writes of other connections show in SQLite's `data_version`, which is looked at before each use, and make it forget all;
 * writes of this one are told by whoever writes, row by row. Nothing is remembered of a transaction that writes: it may be
 * undone.
 */
export class Memory {
  readonly #version: Database.Statement;
  /** In the order in which they came. */
  readonly #answers = new Set<Answer>();
  readonly #byTopic = new Map<string, Set<Answer>>();
  #rows = 0;
  #seen: unknown;
  #together = false;

  constructor(
    private readonly database: Database.Database,
    private readonly most = mostRows,
  ) {
    this.#version = database.prepare('PRAGMA data_version').pluck();
  }

  /** How many rows the answers hold that are remembered. */
  get rows(): number {
    return this.#rows;
  }

  of<Value>(): Remembered<Value> {
    const answers = new Map<string, Answer & { readonly value: Value }>();
    return {
      known: (key) => answers.get(key)?.value,
      keep: (key, value, topics, rows) => {
        answers.get(key)?.drop();
        const drop = (): void => {
          answers.delete(key);
          this.#drop(answer);
        };
        const answer = { value: deeplyFrozen(value), topics, rows, drop };
        answers.set(key, answer);
        this.#add(answer);
      },
    };
  }

  /** Whether what is remembered is so now, and what is read now may be remembered. */
  holds(): boolean {
    if (this.#together) return true;
    if (this.database.inTransaction) return false;
    this.#look();
    return true;
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

  /**
   * To be called by whoever writes or removes a row over this connection, in the transaction that does.
   * @param owner whose it is from then on, or was last
   */
  wrote(table: string, id: string, owner?: string): void {
    this.#forget(about.table(table));
    this.#forget(about.row(table, id));
    if (owner !== undefined) this.#forget(about.rowsOf(table, owner));
  }

  #look(): void {
    const version = this.#version.get();
    if (version === this.#seen) return;
    this.#seen = version;
    for (const answer of this.#answers) answer.drop();
  }

  #add(answer: Answer): void {
    this.#answers.add(answer);
    this.#rows += answer.rows;
    for (const topic of answer.topics) {
      const others = this.#byTopic.get(topic);
      if (others === undefined) this.#byTopic.set(topic, new Set([answer]));
      else others.add(answer);
    }
    for (const oldest of this.#answers) {
      if (this.#rows <= this.most) return;
      oldest.drop();
    }
  }

  #drop(answer: Answer): void {
    this.#answers.delete(answer);
    this.#rows -= answer.rows;
    for (const topic of answer.topics) {
      const others = this.#byTopic.get(topic);
      if (others?.delete(answer) === true && others.size === 0) this.#byTopic.delete(topic);
    }
  }

  #forget(topic: string): void {
    this.#byTopic.get(topic)?.forEach((answer) => {
      answer.drop();
    });
  }
}
