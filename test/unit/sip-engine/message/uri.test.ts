import assert from 'node:assert/strict';
import { uriEquals } from '../../../../src/sip-engine/message/uri-equality.ts';
import {
  escapedUser,
  parseUri,
  printUri,
  type SipUri,
  unescaped,
  uriParam,
} from '../../../../src/sip-engine/message/uri.ts';

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  assert.ok(parsed, `${text} is refused`);
  return parsed;
}

describe('parseUri', () => {
  it('reads every part', () => {
    assert.deepEqual(uri('SIPS:al%69ce:pw@[2001:db8::1]:5061;transport=TCP;lr?Subject=a%20b&x='), {
      scheme: 'sips',
      user: 'al%69ce',
      password: 'pw',
      host: '2001:db8::1',
      port: 5061,
      params: [
        { name: 'transport', value: 'TCP' },
        { name: 'lr', value: undefined },
      ],
      headers: [
        { name: 'Subject', value: 'a%20b' },
        { name: 'x', value: '' },
      ],
    });
    assert.equal(uriParam(uri('sip:a;Maddr=%31'), 'maddr'), '1');
  });

  it('reads a telephone number', () => {
    const { scheme, user, params } = uri('tel:06-12345678;phone-context=+31');
    assert.deepEqual([scheme, user, params], ['tel', '06-12345678', [{ name: 'phone-context', value: '+31' }]]);
  });

  it('prints what it read', () => {
    for (const text of [
      ...['sip:example.com', 'sip:a@example.com:5060', 'sip:a:@example.com', 'sips:a;b=c?d@[::1];lr;x=y?h=v&i='],
      ...['tel:+31851234567;ext=1', 'sip:%00@example.com', 'sip:+31612345678@10.0.0.1;user=phone'],
    ]) {
      assert.equal(printUri(uri(text)), text);
    }
  });

  it('refuses what is none', () => {
    for (const text of [
      ...['', 'sip', 'sip:', 'sip:@example.com', 'sip:a@', 'sip:a@b@c', 'sip:a b@c', 'sip:a@b:99999', '<sip:a@b>'],
      ...['sip:a@b;', 'sip:a@b;;c', 'sip:a@b?', 'sip:a@b;=c', 'http://a', 'tel:', 'tel:abc-xyz', 'sip:a@[::1', ':a@b'],
    ]) {
      assert.equal(parseUri(text), undefined, text);
    }
  });

  it('escapes and unescapes the user part', () => {
    for (const text of ['#31#0612345678', 'a@b:c', 'Zoë', '100%', '\0 "']) {
      const written = escapedUser(text);
      assert.equal(uri(`sip:${written}@example.com`).user, written);
      assert.equal(unescaped(written), text);
    }
    assert.equal(escapedUser('+31;ext=1'), '+31;ext=1');
    assert.equal(unescaped('%zz%ff'), '%zz%ff');
    assert.equal(escapedUser('\ud800'), '%EF%BF%BD');
  });
});

describe('uriEquals', () => {
  const equal = (one: string, other: string): boolean => {
    const there = uriEquals(uri(one), uri(other));
    assert.equal(uriEquals(uri(other), uri(one)), there, 'it depends on the order');
    return there;
  };

  // The examples of RFC 3261 §19.1.4.
  for (const [one, other] of [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+31-85-1234567', 'tel:+31(85)1234567'],
    ['tel:123;phone-context=+31-85', 'tel:1-23;phone-context=+3185'],
  ] as const) {
    it(`${one} is ${other}`, () => assert.equal(equal(one, other), true));
  }

  for (const [one, other] of [
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:bob@example.com', 'sip:bob@example.com;user=phone'],
    ['sip:bob@example.com', 'sip:bob@example.com;maddr=192.0.2.1'],
    ['sip:bob@example.com', 'sips:bob@example.com'],
    ['sip:bob@example.com', 'sip:bob:@example.com'],
    ['sip:a%3bb@example.com', 'sip:a;b@example.com'],
    ['tel:123', 'tel:123;phone-context=+31'],
    ['tel:123', 'tel:124'],
  ] as const) {
    it(`${one} is not ${other}`, () => assert.equal(equal(one, other), false));
  }
});
