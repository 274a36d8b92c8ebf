import assert from 'node:assert/strict';
import { canonical, Headers } from '../../../../src/sip-engine/message/headers.ts';

const sample = (): Headers =>
  Headers.from([
    ['v', '1'],
    ['To', 'a'],
    ['Via', '2'],
    ['VIA', '3'],
  ]);

describe('Headers', () => {
  it('finds a field in any case and by its compact form', () => {
    assert.equal(sample().get('via'), '1');
    assert.deepEqual(sample().all('V'), ['1', '2', '3']);
    assert.equal(sample().has('t'), true);
    assert.equal(sample().has('From'), false);
    assert.equal(canonical('M'), 'contact');
    assert.equal(canonical('X-Own'), 'x-own');
  });

  it('sets in the place of the first and drops the others', () => {
    assert.deepEqual([...sample().set('Via', '9')], [['v', '9'], ['To', 'a']]); // prettier-ignore
    assert.deepEqual([...sample().set('From', 'f')].at(-1), ['From', 'f']);
  });

  it('deletes, shifts and prepends', () => {
    assert.deepEqual([...sample().delete('via')], [['To', 'a']]);
    const headers = sample();
    assert.equal(headers.shift('Via'), '1');
    assert.equal(headers.shift('From'), undefined);
    assert.deepEqual(
      [...headers.prepend('Via', '0')].map(([, value]) => value),
      ['0', 'a', '2', '3'],
    );
  });

  it('clones apart', () => {
    const headers = sample();
    headers.clone().delete('Via').set('To', 'b');
    assert.deepEqual([...headers], [...sample()]);
  });
});
