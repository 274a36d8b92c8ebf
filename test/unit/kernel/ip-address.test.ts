import assert from 'node:assert/strict';
import { isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import {
  isLinkLocal,
  isLoopback,
  isPrivate,
  normalHost,
  parseIp,
  printIp,
  sameHost,
} from '../../../src/kernel/ip-address.ts';

const seen = (text: string): string | undefined => {
  const ip = parseIp(text);
  return ip === undefined ? undefined : printIp(ip);
};

describe('IP addresses', () => {
  const spellings: readonly (readonly [written: string, normal: string])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['192.000.002.001', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['2001:db8:::192.0.2.1', '2001:db8::c000:201'],
  ];
  for (const [written, normal] of spellings) {
    it(`have one spelling: ${written} is ${normal}`, () => {
      assert.equal(seen(written), normal);
      assert.equal(normalHost(written), normal);
      assert.ok(sameHost(written, normal));
    });
  }

  for (const text of [
    ...['', '1', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1.2.3.x', '1.2.3.', '.1.2.3', '0x7f.0.0.1', 'example.com'],
    ...[':', ':::', '1:2', '1::2::3', '12345::', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9', 'fe80::1%eth0', '[::1]'],
    ...['::1.2.3', '1.2.3.4::', '::g', '1:2:3:4:5:6:7:1.2.3.4'],
  ]) {
    it(`are none where the text is "${text}"`, () => {
      assert.equal(parseIp(text), undefined);
    });
  }

  it('are read as Node reads them, whatever their bits', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        assert.ok(isIPv6(text));
        assert.equal(seen(text), seen(new SocketAddress({ address: text, family: 'ipv6' }).address));
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        assert.equal(seen(text), text);
      }),
    );
  });

  it('never throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abf:.%[]x') }), (text) => {
        const ip = parseIp(text);
        if (ip !== undefined) assert.deepEqual(parseIp(printIp(ip)), ip);
      }),
    );
  });

  it('are known for what their networks are', () => {
    const all = (is: (ip: NonNullable<ReturnType<typeof parseIp>>) => boolean, texts: string): string =>
      texts
        .split(' ')
        .filter((text) => is(parseIp(text)!))
        .join(' ');
    assert.equal(
      all(isLoopback, '127.0.0.1 127.9.9.9 128.0.0.1 ::1 ::2 ::ffff:127.0.0.1'),
      '127.0.0.1 127.9.9.9 ::1 ::ffff:127.0.0.1',
    );
    assert.equal(all(isLinkLocal, '169.254.0.9 169.253.0.9 fe80::1 febf::1 fec0::1'), '169.254.0.9 fe80::1 febf::1');
    assert.equal(
      all(
        isPrivate,
        '10.1.1.1 11.1.1.1 172.15.0.1 172.16.0.1 172.31.255.1 172.32.0.1 192.168.4.4 fc00::1 fdff::1 fe00::1',
      ),
      '10.1.1.1 172.16.0.1 172.31.255.1 192.168.4.4 fc00::1 fdff::1',
    );
  });

  it('leave names as names, in lower case', () => {
    assert.equal(normalHost('SIP.Example.COM'), 'sip.example.com');
    assert.ok(!sameHost('a.example', 'b.example'));
  });
});
