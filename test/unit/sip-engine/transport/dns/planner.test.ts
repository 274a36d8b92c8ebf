import assert from 'node:assert/strict';
import {
  type Dialled,
  type Lookups,
  type NaptrRecord,
  plan,
  type PlanRules,
} from '../../../../../src/sip-engine/transport/dns/planner.ts';
import { type SrvRecord, srvOrder } from '../../../../../src/sip-engine/transport/dns/srv-order.ts';
import { targetOf } from '../../../../../src/sip-engine/transport/target.ts';
import type { TransportName } from '../../../../../src/sip-engine/transport/transport-name.ts';

const srv = (priority: number, weight: number, port: number, name: string): SrvRecord => ({
  priority,
  weight,
  port,
  name,
});
const naptr = (order: number, preference: number, service: string, replacement: string, flags = 's'): NaptrRecord => ({
  ...{ order, preference, flags, service, replacement },
});

interface World {
  readonly a?: Record<string, readonly string[]>;
  readonly aaaa?: Record<string, readonly string[]>;
  readonly srv?: Record<string, readonly SrvRecord[]>;
  readonly naptr?: Record<string, readonly NaptrRecord[]>;
  /** Names whose every look-up fails. */
  readonly broken?: RegExp;
}

function lookupsOf(world: World, asked: string[] = []): Lookups {
  const answer = async <Record>(
    kind: string,
    name: string,
    records: readonly Record[] | undefined,
  ): Promise<readonly Record[]> => {
    asked.push(`${kind} ${name}`);
    if (world.broken?.test(`${kind} ${name}`) === true) throw new Error('SERVFAIL');
    return Promise.resolve(records ?? []);
  };
  return {
    addresses: (name, family) =>
      answer(family === 4 ? 'a' : 'aaaa', name, (family === 4 ? world.a : world.aaaa)?.[name]),
    srv: (name) => answer('srv', name, world.srv?.[name]),
    naptr: (name) => answer('naptr', name, world.naptr?.[name]),
  };
}

const speaking = (...spoken: `${TransportName}${4 | 6}`[]): PlanRules => ({
  speaks: (transport, family) => spoken.includes(`${transport}${String(family) as '4' | '6'}`),
  chance: () => 0,
  most: 6,
});
const everywhere = speaking('udp4', 'tcp4', 'tls4', 'udp6', 'tcp6');

function dialledBy(uri: string): Dialled {
  const target = targetOf(uri);
  assert.ok(target !== undefined && !('unsupported' in target));
  return { host: target.host, port: target.port, transport: target.wish.transport, lookUp: target.lookUp };
}

const domain: World = {
  naptr: {
    'both.test': [
      naptr(20, 10, 'SIP+D2T', '_sip._tcp.both.test'),
      naptr(10, 50, 'SIP+D2U', '_sip._udp.both.test'),
      naptr(10, 10, 'SIPS+D2T', '_sips._tcp.both.test'),
      naptr(1, 1, 'E2U+sip', '', 'u'),
    ],
    'bad.test': [naptr(1, 1, 'SIP+D2U', '_nowhere.bad.test'), naptr(1, 2, 'SIP+D2T', '_sip._tcp.bad.test')],
  },
  srv: {
    '_sip._udp.both.test': [srv(1, 0, 5070, 'one.both.test')],
    '_sip._tcp.both.test': [srv(1, 0, 5080, 'one.both.test')],
    '_sips._tcp.both.test': [srv(1, 0, 5081, 'one.both.test')],
    '_sip._tcp.bad.test': [srv(1, 0, 5080, 'one.both.test')],
    '_sip._udp.plain.test': [srv(20, 0, 5071, 'two.plain.test'), srv(10, 0, 5070, 'one.plain.test')],
    '_sip._tcp.plain.test': [srv(5, 0, 5080, 'one.plain.test')],
    '_sip._udp.none.test': [srv(0, 0, 0, '.')],
  },
  a: {
    'one.both.test': ['192.0.2.1'],
    'one.plain.test': ['192.0.2.3', '192.0.2.4'],
    'two.plain.test': ['192.0.2.5'],
    'host.test': ['192.0.2.6'],
    'none.test': ['192.0.2.7'],
    'many.test': Array.from({ length: 20 }, (_, at) => `192.0.2.${String(at + 100)}`),
  },
  aaaa: { 'one.both.test': ['2001:db8::1'], 'six.test': ['2001:db8::6'] },
};

describe('the places that a name leads to (RFC 3263)', () => {
  const table: readonly (readonly [title: string, uri: string, rules: PlanRules, places: string])[] = [
    ['with a port are its addresses', 'sip:host.test:5099', everywhere, 'udp 192.0.2.6:5099'],
    ['with port and transport are its addresses', 'sip:host.test:5099;transport=tcp', everywhere, 'tcp 192.0.2.6:5099'],
    [
      'with a transport are those of its SRV',
      'sip:both.test;transport=tcp',
      everywhere,
      'tcp 192.0.2.1:5080, tcp 2001:db8::1:5080',
    ],
    [
      'with neither are those of NAPTR, in its order',
      'sip:both.test',
      everywhere,
      'tls 192.0.2.1:5081, udp 192.0.2.1:5070, udp 2001:db8::1:5070, tcp 192.0.2.1:5080, tcp 2001:db8::1:5080',
    ],
    ['are only those that we have a socket for', 'sip:both.test', speaking('tcp4'), 'tcp 192.0.2.1:5080'],
    ['are IPv6 alone where we have nothing else', 'sip:both.test', speaking('udp6'), 'udp 2001:db8::1:5070'],
    ['pass over NAPTR that leads nowhere', 'sip:bad.test', everywhere, 'tcp 192.0.2.1:5080, tcp 2001:db8::1:5080'],
    [
      'without NAPTR are those of SRV for each transport, by priority',
      'sip:plain.test',
      everywhere,
      'udp 192.0.2.3:5070, udp 192.0.2.4:5070, udp 192.0.2.5:5071, tcp 192.0.2.3:5080, tcp 192.0.2.4:5080',
    ],
    ['without SRV are its addresses', 'sip:host.test', everywhere, 'udp 192.0.2.6:5060'],
    [
      'without SRV of the transport are its addresses by it',
      'sip:host.test;transport=tcp',
      everywhere,
      'tcp 192.0.2.6:5060',
    ],
    ['are none where the service is decidedly not there', 'sip:none.test', everywhere, ''],
    ['are none where there is no record', 'sip:gone.test', everywhere, ''],
    ['are none where only the other family has one', 'sip:six.test', speaking('udp4'), ''],
    [
      'are not more than the limit',
      'sip:many.test',
      speaking('udp4'),
      Array.from({ length: 6 }, (_, at) => `udp 192.0.2.${String(at + 100)}:5060`).join(', '),
    ],
  ];
  for (const [title, uri, rules, places] of table) {
    it(title, async () => {
      const found = await plan(dialledBy(uri), lookupsOf(domain), rules);
      assert.equal(
        found.map(({ transport, address, port }) => `${transport} ${address}:${String(port)}`).join(', '),
        places,
      );
    });
  }

  it('of a sips: URI are over TLS only', async () => {
    const dialled: Dialled = { host: 'both.test', port: 5061, transport: 'tls', lookUp: 'naptr' };
    const asked: string[] = [];
    const found = await plan(dialled, lookupsOf(domain, asked), everywhere);
    assert.deepEqual(found, [{ transport: 'tls', address: '192.0.2.1', port: 5081 }]);
    assert.deepEqual(asked, ['naptr both.test', 'srv _sips._tcp.both.test', 'a one.both.test']);
  });

  it('are found where a name server answers NAPTR and SRV with an error', async () => {
    const found = await plan(dialledBy('sip:host.test'), lookupsOf({ ...domain, broken: /^(naptr|srv)/ }), everywhere);
    assert.deepEqual(found, [{ transport: 'udp', address: '192.0.2.6', port: 5060 }]);
  });

  it('are none where nobody can say anything', async () => {
    assert.deepEqual(await plan(dialledBy('sip:host.test'), lookupsOf({ broken: /./ }), everywhere), []);
  });
});

describe('servers of one priority', () => {
  it('are drawn by their weights (RFC 2782)', () => {
    const records = [srv(1, 60, 1, 'a'), srv(1, 20, 2, 'b'), srv(1, 20, 3, 'c')];
    let seed = 1;
    const chance = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const first = new Map<string, number>();
    for (let at = 0; at < 10_000; at++) {
      const order = srvOrder(records, chance);
      assert.equal(new Set(order).size, 3);
      const name = order[0]?.name ?? '';
      first.set(name, (first.get(name) ?? 0) + 1);
    }
    assert.ok(Math.abs((first.get('a') ?? 0) - 6000) < 250, String(first.get('a')));
    assert.ok(Math.abs((first.get('b') ?? 0) - 2000) < 250, String(first.get('b')));
  });

  it('come after those of a lower priority, whatever their weights, and weight 0 is seldom first', () => {
    const records = [srv(2, 65535, 1, 'late'), srv(1, 0, 2, 'zero'), srv(1, 10, 3, 'ten')];
    const order = (lot: number): string =>
      srvOrder(records, () => lot)
        .map(({ name }) => name)
        .join(' ');
    assert.equal(order(0), 'zero ten late');
    assert.equal(order(0.5), 'ten zero late');
    assert.equal(order(0.999), 'ten zero late');
  });
});
