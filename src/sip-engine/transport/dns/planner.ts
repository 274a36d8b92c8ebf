import { isSecure, type TransportName } from '../transport-name.ts';
import { type SrvRecord, srvOrder } from './srv-order.ts';

/** Which service a domain offers over which transport (RFC 3403 §4.1). */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

/** What DNS is asked. Each resolves with none where the name has none, and rejects where nobody could say. */
export interface Lookups {
  addresses(name: string, family: 4 | 6): Promise<readonly string[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  naptr(name: string): Promise<readonly NaptrRecord[]>;
}

/** A name that a URI says, with what else it says. */
export interface Dialled {
  readonly host: string;
  /** Of the URI, or the transport's own. */
  readonly port: number;
  readonly transport: TransportName;
  /**
   * Where RFC 3263 §4 begins: with a port the name is a machine's, with a transport it is a service's, with neither it is
   * a domain's.
   */
  readonly lookUp: 'address' | 'srv' | 'naptr';
}

/** A place to send a request to. */
export interface Candidate {
  readonly transport: TransportName;
  readonly address: string;
  readonly port: number;
}

export interface PlanRules {
  /** Whether we have a socket for that. */
  speaks(transport: TransportName, family: 4 | 6): boolean;
  /** At least 0 and below 1. */
  chance(): number;
  /** The longest plan, and the most names that are looked up for one. */
  readonly most: number;
}

/** A machine that offers the service. */
interface Server {
  readonly transport: TransportName;
  readonly name: string;
  readonly port: number;
}

/**
 * Where to send a request for a name, the best place first (RFC 3263 §4.1, §4.2). Empty where the name leads nowhere that
 * we can go. IPv4 comes before IPv6: a domain that has both is met as it was before we had IPv6.
 */
export async function plan(dialled: Dialled, lookups: Lookups, rules: PlanRules): Promise<Candidate[]> {
  const { transport, host: name, port } = dialled;
  const servers = await serversOf(dialled, lookups, rules);
  const usable = (servers ?? [{ transport, name, port }]).slice(0, rules.most);
  const found = await Promise.all(usable.map((server) => placesOf(server, lookups, rules)));
  const seen = new Map(
    found.flat().map((place) => [`${place.transport} ${place.address} ${String(place.port)}`, place]),
  );
  return [...seen.values()].slice(0, rules.most);
}

/** Undefined where the domain says nothing of servers, so that its own address is meant. */
async function serversOf(dialled: Dialled, lookups: Lookups, rules: PlanRules): Promise<Server[] | undefined> {
  const { host, transport, lookUp } = dialled;
  if (lookUp === 'address') return undefined;
  const spoken = (one: TransportName): boolean => rules.speaks(one, 4) || rules.speaks(one, 6);
  if (lookUp === 'naptr') {
    const services = servicesOf(await orNone(lookups.naptr(host)), isSecure(transport)).filter((one) =>
      spoken(one.transport),
    );
    const servers = await serversBySrv(services.slice(0, rules.most), lookups, rules);
    if (servers !== undefined) return servers;
  }
  const mayChoose = lookUp === 'naptr' && !isSecure(transport);
  const transports = mayChoose ? (['udp', 'tcp'] as const).filter(spoken) : [transport];
  const services = transports.flatMap((one) => {
    const prefix = srvPrefix[one];
    return prefix === undefined ? [] : [{ transport: one, name: `${prefix}.${host}` }];
  });
  return serversBySrv(services, lookups, rules);
}

/** RFC 3263 §4.1; over WebSocket we connect to nobody. */
const srvPrefix: Readonly<Partial<Record<TransportName, string>>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
};

const naptrServices: ReadonlyMap<string, TransportName> = new Map([
  ['sip+d2u', 'udp'],
  ['sip+d2t', 'tcp'],
  ['sips+d2t', 'tls'],
]);

interface Service {
  readonly transport: TransportName;
  /** Of its SRV records. */
  readonly name: string;
}

/** The best first. Only a service over TLS is good enough for a `sips:` URI. */
function servicesOf(records: readonly NaptrRecord[], secure: boolean): Service[] {
  return [...records]
    .sort((one, other) => one.order - other.order || one.preference - other.preference)
    .flatMap(({ flags, service, replacement: name }) => {
      const transport = naptrServices.get(service.toLowerCase());
      if (flags.toLowerCase() !== 's' || name === '' || transport === undefined) return [];
      return secure && transport !== 'tls' ? [] : [{ transport, name }];
    });
}

async function serversBySrv(
  services: readonly Service[],
  lookups: Lookups,
  rules: PlanRules,
): Promise<Server[] | undefined> {
  const found = await Promise.all(services.map(({ name }) => orNone(lookups.srv(name))));
  if (found.every((records) => records.length === 0)) return undefined;
  return services.flatMap(({ transport }, at) =>
    srvOrder(found[at] ?? [], () => rules.chance())
      // A dot for a name: the service is decidedly not there (RFC 2782, "Target").
      .filter(({ name, port }) => name !== '' && name !== '.' && port > 0)
      .map(({ name, port }) => ({ transport, name, port })),
  );
}

async function placesOf({ transport, name, port }: Server, lookups: Lookups, rules: PlanRules): Promise<Candidate[]> {
  const families = ([4, 6] as const).filter((family) => rules.speaks(transport, family));
  const found = await Promise.all(families.map((family) => orNone(lookups.addresses(name, family))));
  return found.flat().map((address) => ({ transport, address, port }));
}

/** Many name servers answer a question after NAPTR or SRV with an error: then the next question is asked (RFC 3263 §4.1). */
async function orNone<Record>(asked: Promise<readonly Record[]>): Promise<readonly Record[]> {
  return asked.catch(() => []);
}
