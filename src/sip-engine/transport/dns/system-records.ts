import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { normalHost, parseIp } from '../../../kernel/ip-address.ts';
import { parseHosts } from './hosts-file.ts';
import type { Found, RecordSource } from './lookup-cache.ts';
import type { NaptrRecord } from './planner.ts';
import type { SrvRecord } from './srv-order.ts';

/** Seconds for which a line of the hosts file is believed. */
const hostsTtl = 5;

/** DNS as this machine, or the options, have it. Nothing here waits in the thread pool for a name server that is away. */
export class SystemRecords implements RecordSource {
  readonly #resolver: Resolver;

  /**
   * @param servers `192.0.2.53` or `[2001:db8::53]:5353`; undefined: those of this machine, and its hosts file
   * @throws TypeError where one is no address
   */
  constructor(private readonly servers: readonly string[] | undefined) {
    this.#resolver = new Resolver({ timeout: 1000, tries: 2 });
    if (servers !== undefined) this.#resolver.setServers(servers);
  }

  async addresses(name: string, family: 4 | 6): Promise<Found<string>> {
    const listed = await this.#fromHosts(name);
    if (listed.length > 0) return { records: listed.filter((one) => parseIp(one)?.family === family), ttl: hostsTtl };
    // What no name server of the world can know: this machine's own ways find it.
    if (!name.includes('.') || name.endsWith('.local')) return this.#fromMachine(name, family);
    const answers = await orNone(
      family === 4 ? this.#resolver.resolve4(name, { ttl: true }) : this.#resolver.resolve6(name, { ttl: true }),
    );
    // A name server that answers is there, so this does not wait for one either: search domains, for instance.
    if (answers.length === 0 && this.servers === undefined) return this.#fromMachine(name, family);
    return {
      records: answers.map(({ address }) => normalHost(address)),
      ttl: Math.min(...answers.map(({ ttl }) => ttl)),
    };
  }

  // The resolver of Node.js 20 tells no TTL of these two.
  async srv(name: string): Promise<Found<SrvRecord>> {
    return { records: await orNone(this.#resolver.resolveSrv(name)) };
  }

  async naptr(name: string): Promise<Found<NaptrRecord>> {
    return { records: await orNone(this.#resolver.resolveNaptr(name)) };
  }

  /** Questions that are under way fail. */
  close(): void {
    this.#resolver.cancel();
  }

  async #fromHosts(name: string): Promise<readonly string[]> {
    if (this.servers !== undefined) return [];
    const text = await readFile('/etc/hosts', 'utf8').catch(() => '');
    return parseHosts(text).get(name) ?? [];
  }

  async #fromMachine(name: string, family: 4 | 6): Promise<Found<string>> {
    const answers = await orNone(lookup(name, { family, all: true }));
    return { records: answers.map(({ address }) => normalHost(address)).filter((one) => parseIp(one) !== undefined) };
  }
}

/** That there is no such record is an answer too. */
async function orNone<Record>(asked: Promise<readonly Record[]>): Promise<readonly Record[]> {
  return asked.catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  });
}
