import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Trunk } from '../../directory/types.ts';

type Place = Pick<Trunk, 'host' | 'port' | 'transport'>;

/** The machines that offer a trunk's service (RFC 3263 §4.2), or its host itself; the SIP server chooses for itself. */
export async function serversOf({ host, port, transport }: Place): Promise<readonly string[]> {
  if (port !== undefined || isIP(host) !== 0) return [host];
  const name = transport === 'tls' ? `_sips._tcp.${host}` : `_sip._${transport}.${host}`;
  try {
    const records = await new Resolver({ timeout: 1000, tries: 2 }).resolveSrv(name);
    return records.length === 0 ? [host] : records.map((record) => record.name);
  } catch {
    return [host]; // most domains have none: their own address is meant
  }
}

/** Every address of a trunk's servers; none where its name does not resolve. */
export async function addressesOf(place: Place): Promise<readonly string[]> {
  const servers = await serversOf(place);
  const found = await Promise.all(
    servers.map((server) =>
      lookup(server, { all: true }).then(
        (all) => all.map(({ address }) => address),
        () => [],
      ),
    ),
  );
  return found.flat();
}
