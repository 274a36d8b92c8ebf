import assert from 'node:assert/strict';
import { Avoided } from '../../../../../src/sip-engine/transport/dns/avoided.ts';
import { parseHosts } from '../../../../../src/sip-engine/transport/dns/hosts-file.ts';
import { LookupCache, type RecordSource } from '../../../../../src/sip-engine/transport/dns/lookup-cache.ts';

describe('what DNS said', () => {
  let now = 0;
  let asked = 0;
  let answer: () => { records: string[]; ttl?: number };
  const source: RecordSource = {
    addresses: async () => {
      asked++;
      return answer();
    },
    srv: () => Promise.resolve({ records: [] }),
    naptr: () => Promise.resolve({ records: [] }),
  };
  beforeEach(() => {
    [now, asked] = [0, 0];
    answer = () => ({ records: ['192.0.2.1'], ttl: 10 });
  });

  async function askedAt(cache: LookupCache, milliseconds: number): Promise<number> {
    now = milliseconds;
    await cache.addresses('a.test', 4).catch(() => undefined);
    return asked;
  }

  it('is kept for its time, and asked once where many ask at once', async () => {
    const cache = new LookupCache(source, () => now);
    await Promise.all([cache.addresses('a.test', 4), cache.addresses('a.test', 4)]);
    assert.deepEqual([asked, await askedAt(cache, 9_999), await askedAt(cache, 10_000)], [1, 1, 2]);
  });

  it('is kept a second at least, five minutes at most, and half a minute where there is nothing', async () => {
    for (const [ttl, records, still, over] of [
      [0, ['x'], 999, 1_000],
      [86_400, ['x'], 299_999, 300_000],
      [undefined, ['x'], 59_999, 60_000],
      [undefined, [], 29_999, 30_000],
    ] as const) {
      [now, asked] = [0, 0];
      answer = () => ({ records: [...records], ...(ttl === undefined ? {} : { ttl }) });
      const cache = new LookupCache(source, () => now);
      await askedAt(cache, 0);
      assert.deepEqual([await askedAt(cache, still), await askedAt(cache, over)], [1, 2], String(ttl));
    }
  });

  it('is a failure for five seconds where nobody could say', async () => {
    const cache = new LookupCache(source, () => now);
    answer = () => {
      throw new Error('timeout');
    };
    await assert.rejects(cache.addresses('a.test', 4), /timeout/);
    assert.deepEqual([await askedAt(cache, 4_999), await askedAt(cache, 5_000)], [1, 2]);
  });

  it('is forgotten, the oldest first, where there is too much of it', async () => {
    const cache = new LookupCache(source, () => now, 3);
    for (const name of ['a', 'b', 'c', 'd']) await cache.addresses(name, 4);
    assert.equal(cache.size, 3);
    await cache.addresses('d', 4);
    assert.equal(asked, 4);
    await cache.addresses('a', 4);
    assert.equal(asked, 5);
  });
});

describe('places that failed', () => {
  const place = (port: number): { transport: 'udp'; address: string; port: number } => ({
    transport: 'udp',
    address: '192.0.2.1',
    port,
  });
  const places = [place(1), place(2), place(3)];
  const ports = (avoided: Avoided): number[] => avoided.last(places).map(({ port }) => port);

  it('come last until their time is over, and are tried where all failed', () => {
    let now = 0;
    const avoided = new Avoided(() => now);
    avoided.add(place(1), 1000);
    assert.deepEqual(ports(avoided), [2, 3, 1]);
    avoided.add(place(2), 5000);
    avoided.add(place(3), 5000);
    assert.deepEqual(ports(avoided), [1, 2, 3]);
    now = 1000;
    assert.deepEqual(ports(avoided), [1, 2, 3]);
    now = 5000;
    assert.deepEqual(ports(avoided), [1, 2, 3]);
    assert.equal(avoided.size, 0);
  });

  it('are avoided for an hour at most, and no more than a thousand of them', () => {
    let now = 0;
    const avoided = new Avoided(() => now);
    avoided.add(place(1), 1e12);
    now = 3_600_000;
    assert.deepEqual(ports(avoided), [1, 2, 3]);
    for (let port = 1; port < 5000; port++) avoided.add(place(port), 1000);
    assert.equal(avoided.size, 1000);
  });
});

describe('a hosts file', () => {
  it('gives the addresses of names, and what is no line of it is passed over', () => {
    const hosts = parseHosts(
      '# all\n127.0.0.1\tlocalhost\n::1 localhost ip6-localhost # six\n\nx y\n10.0.0.7  Sbc.Test sbc\n',
    );
    assert.deepEqual(hosts.get('localhost'), ['127.0.0.1', '::1']);
    assert.deepEqual(hosts.get('sbc.test'), ['10.0.0.7']);
    assert.equal(hosts.get('y'), undefined);
  });
});
