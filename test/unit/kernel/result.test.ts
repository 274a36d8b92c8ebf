import assert from 'node:assert/strict';
import { err, ok, type Result } from '../../../src/kernel/result.ts';

describe('a result', () => {
  it('carries a value when it is ok', () => {
    assert.deepEqual(ok(200), { ok: true, value: 200 });
  });

  it('may be ok with nothing to tell', () => {
    assert.deepEqual(ok(), { ok: true, value: undefined });
  });

  it('carries what went wrong when it is not', () => {
    assert.deepEqual(err('busy'), { ok: false, error: 'busy' });
  });

  it('lets the compiler know which of the two it is', () => {
    const halve = (n: number): Result<number, string> => (n % 2 === 0 ? ok(n / 2) : err(`${n} is odd`));
    const even = halve(4);
    const odd = halve(3);
    assert.equal(even.ok ? even.value : even.error.toUpperCase(), 2);
    assert.equal(odd.ok ? odd.value.toFixed() : odd.error, '3 is odd');
  });
});
