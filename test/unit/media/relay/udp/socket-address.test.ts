import { equal } from 'node:assert/strict';
import { fromKernel, toKernel } from '../../../../../src/media/relay/udp/socket-address.ts';

describe('an address in the kernel’s form', () => {
  it('of IPv4 is a sockaddr_in', () => {
    equal(toKernel({ address: '192.0.2.7', port: 20_000 })?.toString('hex'), '02004e20c00002070000000000000000');
  });

  it('of IPv6 is a sockaddr_in6, without flow and scope', () => {
    const bytes = toKernel({ address: '2001:db8::7', port: 20_000 })?.toString('hex');
    equal(bytes, '0a004e200000000020010db800000000000000000000000700000000');
  });

  for (const [literal, shortest] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::', 'fe80::'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6'],
  ] as const) {
    it(`brings ${literal} back as ${shortest}`, () => {
      const bytes = toKernel({ address: literal, port: 5004 });
      const back = fromKernel(bytes ?? Buffer.alloc(28));
      equal(`${back.address} ${back.port}`, `${shortest} 5004`);
    });
  }

  for (const wrong of [
    'phone.example.com',
    '',
    '1:2:3',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '::g',
    '300.1.1.1',
  ]) {
    it(`is not there for '${wrong}'`, () => {
      equal(toKernel({ address: wrong, port: 1 }), undefined);
    });
  }
});
