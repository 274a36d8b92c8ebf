import type { DnsSettings } from '../../options.ts';
import type { OwnAddresses } from '../local-address.ts';
import type { Target } from '../target.ts';
import { Avoided } from './avoided.ts';
import { LookupCache } from './lookup-cache.ts';
import { type Candidate, plan } from './planner.ts';
import { SystemRecords } from './system-records.ts';

const mostPlaces = 10;

/** Where names lead: DNS, what it said before, and what came of it. */
export class Names {
  readonly #source: SystemRecords;
  readonly #cache: LookupCache;
  readonly #avoided: Avoided;
  readonly #waiting = new Set<NodeJS.Timeout>();

  /** @throws TypeError where a name server is no address */
  constructor(
    private readonly settings: DnsSettings,
    now: () => number,
    /** At least 0 and below 1. */
    private readonly chance: () => number = Math.random,
  ) {
    this.#source = new SystemRecords(settings.servers);
    this.#cache = new LookupCache(this.#source, now);
    this.#avoided = new Avoided(now);
  }

  /** The places to try for a name, the best first; empty where there is none, or nobody said in time. Never rejects. */
  async places({ host, port, wish, lookUp }: Target, own: OwnAddresses): Promise<readonly Candidate[]> {
    const rules = {
      speaks: (transport: Candidate['transport'], family: 4 | 6) => own.speaks(transport, family),
      chance: this.chance,
      most: mostPlaces,
    };
    const dialled = { host: host.endsWith('.') ? host.slice(0, -1) : host, port, transport: wish.transport, lookUp };
    const planned = plan(dialled, this.#cache, rules).catch(() => []);
    return this.#avoided.last(await this.#inTime(planned));
  }

  /** That place failed: others come before it for so long. */
  avoid(place: Candidate, ms: number): void {
    this.#avoided.add(place, ms);
  }

  close(): void {
    this.#source.close();
    for (const timer of this.#waiting) clearTimeout(timer);
  }

  #inTime(planned: Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(timer);
        resolve([]);
      }, this.settings.deadlineMs);
      this.#waiting.add(timer);
      void planned.then((places) => {
        clearTimeout(timer);
        this.#waiting.delete(timer);
        resolve(places);
      });
    });
  }
}
