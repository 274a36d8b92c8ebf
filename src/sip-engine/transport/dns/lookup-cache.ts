import type { Instant } from '../../../kernel/clock.ts';
import type { Lookups, NaptrRecord } from './planner.ts';
import type { SrvRecord } from './srv-order.ts';

/** Records with the seconds for which they hold, as far as is known. */
export interface Found<Record> {
  readonly records: readonly Record[];
  readonly ttl?: number | undefined;
}

/** DNS itself. Rejects where nobody could say. */
export interface RecordSource {
  addresses(name: string, family: 4 | 6): Promise<Found<string>>;
  srv(name: string): Promise<Found<SrvRecord>>;
  naptr(name: string): Promise<Found<NaptrRecord>>;
}

/** Seconds. The shortest keeps a domain with a TTL of 0 from costing a look-up per call. */
const shortest = 1;
const longest = 300;
const whereUnknown = 60;
const whereNone = 30;
const afterFailure = 5;

/** Keeps what DNS said for as long as it said, and asks nothing twice at once. */
export class LookupCache implements Lookups {
  readonly #addresses: Kept<string>;
  readonly #srv: Kept<SrvRecord>;
  readonly #naptr: Kept<NaptrRecord>;

  /** @param most entries of each kind; the oldest goes first */
  constructor(
    private readonly source: RecordSource,
    now: () => Instant,
    most = 2000,
  ) {
    this.#addresses = new Kept(now, most);
    this.#srv = new Kept(now, most);
    this.#naptr = new Kept(now, most);
  }

  get size(): number {
    return this.#addresses.size + this.#srv.size + this.#naptr.size;
  }

  addresses(name: string, family: 4 | 6): Promise<readonly string[]> {
    return this.#addresses.ask(`${String(family)} ${name}`, () => this.source.addresses(name, family));
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#srv.ask(name, () => this.source.srv(name));
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.#naptr.ask(name, () => this.source.naptr(name));
  }
}

interface Entry<Record> {
  readonly records: Promise<readonly Record[]>;
  until: Instant;
}

class Kept<Record> {
  readonly #entries = new Map<string, Entry<Record>>();

  constructor(
    private readonly now: () => Instant,
    private readonly most: number,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  ask(key: string, ask: () => Promise<Found<Record>>): Promise<readonly Record[]> {
    const known = this.#entries.get(key);
    if (known !== undefined && known.until > this.now()) return known.records;
    const keep = (seconds: number): void => {
      entry.until = this.now() + seconds * 1000;
    };
    const records = ask().then(
      (found) => {
        keep(found.records.length === 0 ? whereNone : bounded(found.ttl));
        return found.records;
      },
      (error: unknown) => {
        keep(afterFailure);
        throw error;
      },
    );
    const entry: Entry<Record> = { records, until: Number.MAX_SAFE_INTEGER };
    // Whoever asked hears of the failure; without anybody it is no error of the program.
    records.catch(() => undefined);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > this.most) this.#entries.delete(this.#entries.keys().next().value ?? key);
    return records;
  }
}

function bounded(ttl: number | undefined): number {
  return Math.min(Math.max(ttl ?? whereUnknown, shortest), longest);
}
