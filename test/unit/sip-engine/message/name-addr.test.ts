import assert from 'node:assert/strict';
import { parseNameAddr, printNameAddr, splitList, tagOf } from '../../../../src/sip-engine/message/name-addr.ts';
import { printParams } from '../../../../src/sip-engine/message/params.ts';

const told = (value: string): unknown => {
  const address = parseNameAddr(value);
  return address && [address.display, address.uri, printParams(address.params)];
};

describe('parseNameAddr', () => {
  it('reads each form of RFC 3261 §20.10', () => {
    assert.deepEqual(told('<sip:a@b>'), [undefined, 'sip:a@b', '']);
    assert.deepEqual(told('"A, \\"B\\" <c>" <sip:a@b;lr>;tag=1'), ['A, "B" <c>', 'sip:a@b;lr', ';tag=1']);
    assert.deepEqual(told('Mr. Watson <sip:a@b>;q=0.1'), ['Mr. Watson', 'sip:a@b', ';q=0.1']);
    assert.deepEqual(told('caller<sip:a@b>'), ['caller', 'sip:a@b', '']);
    assert.deepEqual(told('"" <sip:a@b>'), ['', 'sip:a@b', '']);
    assert.deepEqual(told('<urn:service:sos>'), [undefined, 'urn:service:sos', '']);
  });

  it('gives the header what follows a URI without <>', () => {
    assert.deepEqual(told('sip:a@b;tag=1'), [undefined, 'sip:a@b', ';tag=1']);
    assert.deepEqual(told('sip:a@b;i=<urn:x>'), [undefined, 'sip:a@b', ';i=<urn:x>']);
    assert.deepEqual(told('tel:+31851234567 ; tag = 1'), [undefined, 'tel:+31851234567', ';tag=1']);
  });

  it('refuses what is none', () => {
    for (const value of [
      ...['', '*', 'bob', '<>', '<bob>', '<sip:a@b', 'sip:a@b>', '"open <sip:a@b>', '"a" b <sip:a@b>', '< sip:a@b>'],
      ...['sip:a@b?x=y', 'sip:a@b, sip:c@d', '<sip:a@b>, <sip:c@d>', 'Bell, A <sip:a@b>', '<sip:a@b>x', '"a"sip:a@b'],
      ...['<sip:a@<b>', '<sip:a@b>;;', 'a "b" <sip:a@b>', 'sip:a b@c'],
    ]) {
      assert.equal(parseNameAddr(value), undefined, value);
    }
  });

  it('is the way back of printNameAddr', () => {
    for (const value of ['<sip:a@b>', '"A \\\\ \\"B\\"" <sip:a@b>;tag=1;x', '"Zoë" <tel:112>']) {
      const address = parseNameAddr(value);
      assert.ok(address);
      assert.equal(printNameAddr(address), value);
    }
  });

  it('finds the tag of the header, not of the URI', () => {
    assert.equal(tagOf('"tag=x" <sip:a@b;tag=y>;TAG=z'), 'z');
    assert.equal(tagOf('<sip:a@b;tag=y>'), undefined);
    assert.equal(tagOf('"'), undefined);
  });
});

describe('splitList', () => {
  it('splits at commas outside quotes and <>', () => {
    assert.deepEqual(splitList('"a,b\\",c" <sip:x,y@z> ;q="1,2" , <sip:d,e>,sip:f'), [
      '"a,b\\",c" <sip:x,y@z> ;q="1,2"',
      '<sip:d,e>',
      'sip:f',
    ]);
    assert.deepEqual(splitList(' a '), ['a']);
  });

  it('keeps an empty element for its reader to refuse', () => {
    assert.deepEqual(splitList('a,,b,'), ['a', '', 'b', '']);
  });
});
