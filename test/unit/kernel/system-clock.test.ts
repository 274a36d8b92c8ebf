import assert from 'node:assert/strict';
import { systemClock } from '../../../src/kernel/system-clock.ts';

const firing = (milliseconds: number): Promise<number> =>
  new Promise((resolve) => void systemClock.after(milliseconds, () => resolve(systemClock.now())));

describe("the machine's clock", () => {
  it('tells the time of the epoch, in milliseconds', () => {
    const before = Date.now();
    const now = systemClock.now();
    assert.ok(before <= now && now <= Date.now());
  });

  it('runs what it was given, no sooner than asked', async () => {
    const start = performance.now();
    await firing(20);
    // Node counts timers in whole milliseconds, so one may be a fraction early.
    assert.ok(performance.now() - start >= 19);
  });

  it('never runs what was cancelled before its time', async () => {
    let ran = false;
    const timer = systemClock.after(1, () => (ran = true));
    timer.cancel();
    await firing(10);
    assert.equal(ran, false);
  });

  it('takes a second cancel, and one that comes too late, without complaint', async () => {
    let runs = 0;
    const timer = await new Promise<{ cancel(): void }>((resolve) => {
      const started = systemClock.after(1, () => {
        runs += 1;
        resolve(started);
      });
    });
    timer.cancel();
    timer.cancel();
    assert.equal(runs, 1);
  });
});
