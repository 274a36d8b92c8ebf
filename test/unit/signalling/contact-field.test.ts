import assert from 'node:assert/strict';
import { parseContacts, printContacts } from '../../../src/signalling/contact-field.ts';
import { bindingOf } from '../../support/people.ts';

const plain = { expires: undefined, instance: undefined, regId: undefined };

describe('the Contact fields of a REGISTER', () => {
  const cases: readonly (readonly [title: string, field: string, contacts: ReturnType<typeof parseContacts>])[] = [
    ['an address', '<sip:alice@192.0.2.1:5060>', [{ ...plain, uri: 'sip:alice@192.0.2.1:5060' }]],
    ['a quoted name', '"Alice" <sip:alice@192.0.2.1>', [{ ...plain, uri: 'sip:alice@192.0.2.1' }]],
    ['a quoted name right before the address', '"A"<sip:a@192.0.2.1>', [{ ...plain, uri: 'sip:a@192.0.2.1' }]],
    ['a plain name', 'Alice B <sip:alice@192.0.2.1>', [{ ...plain, uri: 'sip:alice@192.0.2.1' }]],
    [
      'a name that looks like another contact',
      '"x, <sip:mallory@192.0.2.9>;expires=1 \\" " <sip:a@192.0.2.1>;expires=60',
      [{ ...plain, uri: 'sip:a@192.0.2.1', expires: 60 }],
    ],
    [
      'two',
      '<sip:a@192.0.2.1>;expires=60, "B, c" <sips:b@192.0.2.2>;expires=0',
      [
        { ...plain, uri: 'sip:a@192.0.2.1', expires: 60 },
        { ...plain, uri: 'sips:b@192.0.2.2', expires: 0 },
      ],
    ],
    [
      'a comma in the address',
      '<sip:a,b@192.0.2.1>,<sip:c@192.0.2.1>',
      [
        { ...plain, uri: 'sip:a,b@192.0.2.1' },
        { ...plain, uri: 'sip:c@192.0.2.1' },
      ],
    ],
    ['IPv6', '<sip:a@[2001:db8::1]:5070;transport=tcp>', [{ ...plain, uri: 'sip:a@[2001:db8::1]:5070;transport=tcp' }]],
    [
      'parameters of an address without brackets: the field’s own',
      'sip:a@192.0.2.1;expires=60;transport=tcp',
      [{ ...plain, uri: 'sip:a@192.0.2.1', expires: 60 }],
    ],
    [
      'an instance',
      '<sip:a@192.0.2.1>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>";reg-id=1',
      [
        {
          uri: 'sip:a@192.0.2.1',
          expires: undefined,
          instance: 'urn:uuid:00000000-0000-1000-8000-000a95a0e128',
          regId: '1',
        },
      ],
    ],
    [
      'names of parameters in any case',
      '<sip:a@192.0.2.1>; Expires = 60 ; REG-ID=2',
      [{ ...plain, uri: 'sip:a@192.0.2.1', expires: 60, regId: '2' }],
    ],
    [
      'an instance that holds a semicolon',
      '<sip:a@192.0.2.1>;+sip.instance="<urn:x;expires=9>";expires=60',
      [{ ...plain, uri: 'sip:a@192.0.2.1', instance: 'urn:x;expires=9', expires: 60 }],
    ],
    ['an expiry that is no number', '<sip:a@192.0.2.1>;expires=soon', [{ ...plain, uri: 'sip:a@192.0.2.1' }]],
    ['an expiry below zero', '<sip:a@192.0.2.1>;expires=-1', [{ ...plain, uri: 'sip:a@192.0.2.1' }]],
    [
      'two transports: the first',
      '<sip:a@192.0.2.1;transport=tcp;ob;transport=udp>',
      [{ ...plain, uri: 'sip:a@192.0.2.1;transport=tcp;ob' }],
    ],
    ['the star', ' * ', 'all'],
    ['the star among others', '*, <sip:a@192.0.2.1>', undefined],
    ['no SIP address', '<http://192.0.2.1>', undefined],
    ['one of two that cannot be read', '<sip:a@192.0.2.1>, <mailto:a@example.com>', undefined],
    ['a space in the address', '<sip:a b@192.0.2.1>', undefined],
    ['nothing within the brackets', '<>', undefined],
  ];

  for (const [title, field, contacts] of cases) {
    it(`${title}: ${field}`, () => {
      assert.deepEqual(parseContacts(field), contacts);
    });
  }
});

describe('the Contact field of the 200', () => {
  it('holds every binding with what is left of it, in their order', () => {
    const bindings = [
      bindingOf('alice', { contact: 'sip:alice@192.0.2.1', expiresAt: 61_400, instance: 'urn:uuid:1' }),
      bindingOf('alice', { contact: 'sip:alice@192.0.2.2', expiresAt: 1_600 }),
    ];
    assert.equal(
      printContacts(bindings, 1_000),
      '<sip:alice@192.0.2.1>;expires=60;+sip.instance="<urn:uuid:1>", <sip:alice@192.0.2.2>;expires=1',
    );
  });

  it('never says that less than nothing is left', () => {
    assert.match(printContacts([bindingOf('alice', { expiresAt: 0 })], 5_000), /;expires=0$/);
  });

  it('is empty when there are none', () => {
    assert.equal(printContacts([], 0), '');
  });

  it('can be read back', () => {
    const printed = printContacts([bindingOf('alice', { instance: 'urn:uuid:1', expiresAt: 60_000 })], 0);
    assert.deepEqual(parseContacts(printed), [
      { uri: 'sip:alice@127.0.0.2:5060', expires: 60, instance: 'urn:uuid:1', regId: undefined },
    ]);
  });
});
