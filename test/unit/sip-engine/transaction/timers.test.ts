import assert from 'node:assert/strict';
import { rfcTimers, timerTable } from '../../../../src/sip-engine/transaction/timers.ts';

describe('the timer table', () => {
  it('is table 4 of RFC 3261, with L and M of RFC 6026, over UDP', () => {
    const { A, B, D, E, F, G, H, I, J, K, L, M, t2 } = timerTable(rfcTimers, false);
    assert.deepEqual({ A, E, G }, { A: 500, E: 500, G: 500 });
    assert.deepEqual({ B, F, H, J, L, M }, { B: 32_000, F: 32_000, H: 32_000, J: 32_000, L: 32_000, M: 32_000 });
    assert.ok(D >= 32_000);
    assert.deepEqual({ I, K, t2 }, { I: 5000, K: 5000, t2: 4000 });
  });

  it('sends nothing again and keeps nothing for repetition over TCP', () => {
    const { A, B, D, E, F, G, H, I, J, K, L, M } = timerTable(rfcTimers, true);
    assert.deepEqual({ A, D, E, G, I, J, K }, { A: 0, D: 0, E: 0, G: 0, I: 0, J: 0, K: 0 });
    assert.deepEqual({ B, F, H, L, M }, { B: 32_000, F: 32_000, H: 32_000, L: 32_000, M: 32_000 });
  });
});
