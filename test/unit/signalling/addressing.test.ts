import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newTrunk } from '../../../src/directory/new.ts';
import type { TrunkId } from '../../../src/directory/types.ts';
import { fromField, hostInUri, nextHop, sanitiseContact, trunkUri } from '../../../src/signalling/addressing.ts';
import { trunkCaller } from '../../../src/signalling/trunk/caller.ts';

describe('the next hop to a registered phone', () => {
  const flow = { remoteAddress: '192.0.2.7', remotePort: 40_000, localAddress: '192.0.2.1', localPort: 5060 };

  it('is where its REGISTER came from, by the listener that it came to', () => {
    assert.equal(
      nextHop({ ...flow, transport: 'tcp' }),
      'sip:192.0.2.7:40000;transport=tcp;local-address=192.0.2.1;local-port=5060',
    );
  });

  it('has IPv6 addresses in brackets', () => {
    assert.equal(
      nextHop({ ...flow, transport: 'udp', remoteAddress: '2001:db8::7', localAddress: '2001:db8::1' }),
      'sip:[2001:db8::7]:40000;transport=udp;local-address=[2001:db8::1];local-port=5060',
    );
    assert.equal(hostInUri('pbx.example.com'), 'pbx.example.com');
  });
});

describe('the address of a number at a trunk', () => {
  const trunk = (host: string) => newTrunk({ id: 'carrier' as TrunkId, host, port: 5080, transport: 'tcp' });

  it('keeps the plus', () => {
    assert.equal(
      trunkUri(trunk('sip.example.com'), '+31612345678'),
      'sip:+31612345678@sip.example.com:5080;transport=tcp',
    );
    assert.equal(trunkUri(trunk('2001:db8::9'), '112'), 'sip:112@[2001:db8::9]:5080;transport=tcp');
  });

  it('names no port where the trunk has none, so that its name is looked up', () => {
    assert.equal(
      trunkUri({ ...trunk('sip.example.com'), port: undefined }, '112'),
      'sip:112@sip.example.com;transport=tcp',
    );
  });

  it('cannot be left by what was dialled', () => {
    assert.equal(
      trunkUri(trunk('sip.example.com'), '1@evil.example;x\r\nA: b'),
      'sip:1%40evil.example%3Bx%0D%0AA%3A%20b@sip.example.com:5080;transport=tcp',
    );
  });
});

describe('a contact as it is kept', () => {
  const cases: readonly (readonly [given: string, kept: string])[] = [
    ['sip:a@h', 'sip:a@h'],
    ['sip:a@h;transport=tcp;ob', 'sip:a@h;transport=tcp;ob'],
    ['sip:a@h;transport=tcp;transport=udp', 'sip:a@h;transport=tcp'],
    ['sip:a@h;Transport=UDP;ob;transport=tcp;lr', 'sip:a@h;Transport=UDP;ob;lr'],
    ['sip:a@[2001:db8::1]:5070;transport=tcp', 'sip:a@[2001:db8::1]:5070;transport=tcp'],
  ];
  for (const [given, kept] of cases) {
    it(given, () => {
      assert.equal(sanitiseContact(given), kept);
    });
  }
});

describe('the From field that the rung party sees', () => {
  const cases: readonly (readonly [display: string | undefined, number: string | undefined, field: string])[] = [
    ['Alice', '201', '"Alice" <sip:201@localhost>'],
    [undefined, '+31851234567', '<sip:+31851234567@localhost>'],
    [undefined, undefined, '"Anonymous" <sip:anonymous@anonymous.invalid>'],
    ['Verkoop Anoniem', undefined, '"Verkoop Anoniem" <sip:anonymous@anonymous.invalid>'],
    ['Say "hi" \\', '201', '"Say \\"hi\\" \\\\" <sip:201@localhost>'],
    ['A\r\nX-Evil: 1', '201', '"A  X-Evil: 1" <sip:201@localhost>'],
    ['Zoë', '201', '"Zoë" <sip:201@localhost>'],
    [undefined, '1@evil.example>', '<sip:1%40evil.example%3E@localhost>'],
  ];
  for (const [display, number, field] of cases) {
    it(field, () => {
      assert.equal(fromField({ display, number }), field);
    });
  }

  it('is one line, whose name and number can be read back, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^\+?\d{2,15}$/), (display, number) => {
        const field = fromField({ display, number });
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(field, /[\u0000-\u001f\u007f]/);
        const read = trunkCaller({ asserted: undefined, remoteParty: undefined, from: field, privacy: undefined });
        assert.equal(read.number, number);
        // eslint-disable-next-line no-control-regex
        const shown = display.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').trim();
        assert.equal(read.name, shown === '' || shown === number ? undefined : shown);
      }),
    );
  });
});
