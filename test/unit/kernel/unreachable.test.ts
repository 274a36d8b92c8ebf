import assert from 'node:assert/strict';
import { unreachable } from '../../../src/kernel/unreachable.ts';

describe('unreachable', () => {
  it('throws, and names the case that was forgotten', () => {
    const forgotten = { phase: 'waking' } as unknown as never;
    assert.throws(() => unreachable(forgotten), /a case was forgotten: \{"phase":"waking"\}/);
  });
});
