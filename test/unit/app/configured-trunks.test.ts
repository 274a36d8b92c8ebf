import assert from 'node:assert/strict';
import { configuredTrunks } from '../../../src/app/configured-trunks.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { hashCredentials } from '../../../src/signalling/digest/credentials.ts';

function load(trunks: string): ReturnType<typeof loadConfig> {
  return loadConfig({ env: { QALLER_TRUNKS: trunks, QALLER_SIP__REALM: 'here', QALLER_CALLS__TRUNK_COUNTRY: 'BE' } });
}

describe('trunks of the configuration', () => {
  it('are those of the directory, with what was left out filled in', () => {
    const loaded = load('[{id: b, host: h}]');
    assert.ok(loaded.ok);
    assert.deepEqual(configuredTrunks(loaded.value), [
      {
        id: 'b',
        tenant: undefined,
        purpose: 'carrier',
        host: 'h',
        port: undefined,
        transport: 'udp',
        sources: [],
        auth: undefined,
        inbound: undefined,
        registers: undefined,
        priority: 0,
        format: 'e164',
        country: 'BE',
        channels: undefined,
        checkSeconds: undefined,
      },
    ]);
  });

  it('can say everything', () => {
    const loaded = load(`[{
      id: a, tenant: voorbeeld, purpose: mobile, host: sip.example.com, port: 5080, transport: tls,
      sources: [192.0.2.1, "2001:db8::/32"], auth: { username: u, password: p }, inbound: { username: i, password: q },
      registers: { seconds: 120 }, priority: 3, format: national, country: NL, channels: 30, checkSeconds: 20 }]`);
    assert.ok(loaded.ok);
    assert.deepEqual(configuredTrunks(loaded.value), [
      {
        id: 'a',
        tenant: 'voorbeeld',
        purpose: 'mobile',
        host: 'sip.example.com',
        port: 5080,
        transport: 'tls',
        sources: ['192.0.2.1/32', '2001:db8::/32'],
        auth: { username: 'u', password: 'p' },
        inbound: { username: 'i', credentials: hashCredentials('i', 'here', 'q') },
        registers: { seconds: 120 },
        priority: 3,
        format: 'national',
        country: 'NL',
        channels: 30,
        checkSeconds: 20,
      },
    ]);
  });

  const wrong: readonly (readonly [what: string, trunks: string, message: RegExp])[] = [
    ['registers without an account', '[{id: a, host: h, registers: {}}]', /needs an account/],
    ['has the id of another', '[{id: a, host: h}, {id: a, host: i}]', /"a" is the id of an earlier trunk/],
    [
      'comes in by the name of another',
      '[{id: a, host: h, inbound: {username: x, password: p}}, {id: b, host: h, inbound: {username: x, password: q}}]',
      /"x" is the inbound of an earlier trunk/,
    ],
    ['has no such format', '[{id: a, host: h, format: plus}]', /./],
  ];
  for (const [what, trunks, message] of wrong) {
    it(`are refused where one ${what}`, () => {
      const loaded = load(trunks);
      assert.ok(!loaded.ok);
      assert.match(loaded.error.map((problem) => problem.message).join(), message);
    });
  }
});
