import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { accepted, type Attempt, serviceFailure, tooMany } from '../../../src/push/attempt.ts';
import { backoffMs } from '../../../src/push/backoff.ts';
import { Delivery } from '../../../src/push/delivery.ts';
import { retryAfterMs } from '../../../src/push/retry-after.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('carrying a push to a service', () => {
  /** Lets time pass a millisecond at a time until it is settled; gives the outcome, and when each attempt was made. */
  async function deliver(attempts: readonly Attempt[], deadlineMs = 10_000) {
    const clock = new VirtualClock(0);
    const at: number[] = [];
    const delivery = new Delivery({ clock, random: () => 0 });
    let settled = false;
    const outcome = delivery.deliver({
      host: 'push.example.com',
      deadline: deadlineMs,
      signal: undefined,
      attempt: async () => {
        at.push(clock.now());
        return attempts[Math.min(at.length, attempts.length) - 1]!;
      },
    });
    void outcome.finally(() => (settled = true));
    for (;;) {
      for (let i = 0; i < 3; i++) await setImmediate();
      if (settled) break;
      clock.advance(50);
    }
    assert.equal(clock.pending, 0, 'a timer is left');
    return { outcome: (await outcome).outcome, at, settledAt: clock.now() };
  }

  it('waits twice as long before each attempt, up to three seconds', async () => {
    const { outcome, at } = await deliver([serviceFailure('ill')], 6_000);
    assert.deepEqual(at, [0, 100, 300, 700, 1_500, 3_000, 4_500]);
    assert.equal(outcome, 'too-late');
  });

  it('gives up as soon as no further attempt fits before the deadline', async () => {
    const { outcome, settledAt } = await deliver([tooMany('later', 60_000)]);
    assert.deepEqual([outcome, settledAt], ['too-late', 0]);
  });

  it('waits for as long as it is asked to', async () => {
    const { outcome, at } = await deliver([tooMany('later', 5_000), accepted('1')]);
    assert.deepEqual([outcome, at], ['accepted', [0, 5_000]]);
  });

  it('asks again at once what was not looked at, three times, and slowly then', async () => {
    const { at } = await deliver([{ came: 'unprocessed', reason: 'GOAWAY' }], 1_000);
    assert.deepEqual(at, [0, 0, 0, 0, 100, 300, 700]);
  });

  it('does not reject when an attempt does: that is a fault of ours, and the call goes on', async () => {
    const delivery = new Delivery({ clock: new VirtualClock(0), random: () => 0 });
    const attempt = () => Promise.reject(new Error('a fault'));
    const outcome = await delivery.deliver({ host: 'push.example.com', deadline: 1_000, signal: undefined, attempt });
    assert.equal(outcome.outcome, 'refused');
  });
});

describe('a pause between attempts', () => {
  it('is left to chance by half', () => {
    const settings = { firstMs: 200, longestMs: 3_000 };
    assert.deepEqual([backoffMs(1, 0, settings), backoffMs(1, 0.999, settings)], [100, 200]);
    assert.equal(backoffMs(9, 0, settings), 1_500);
  });

  it('is never shorter than asked for', () => {
    assert.equal(backoffMs(1, 0, { firstMs: 200, longestMs: 3_000 }, 4_000), 4_000);
  });

  it('may be asked for in seconds, or as a date', () => {
    const now = Date.UTC(2030, 0, 1);
    assert.equal(retryAfterMs('7', now), 7_000);
    assert.equal(retryAfterMs('Tue, 01 Jan 2030 00:00:09 GMT', now), 9_000);
    assert.equal(retryAfterMs('Mon, 31 Dec 2029 00:00:00 GMT', now), 0);
    assert.equal(retryAfterMs('soon', now), undefined);
    assert.equal(retryAfterMs(undefined, now), undefined);
  });
});
