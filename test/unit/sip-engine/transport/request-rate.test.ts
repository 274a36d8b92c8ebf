import assert from 'node:assert/strict';
import { RequestRate } from '../../../../src/sip-engine/transport/request-rate.ts';

/** How many of `count` requests pass that come at one instant. */
function passed(rate: RequestRate, source: string, count: number, now: number): number {
  return Array.from({ length: count }, () => rate.allows(source, now)).filter(Boolean).length;
}

describe('RequestRate', () => {
  const start = Date.UTC(2030, 0, 1);

  it('lets a burst pass, then as many as the rate brings, for each source by itself', () => {
    const rate = new RequestRate(10, 5);
    assert.equal(passed(rate, 'a', 20, start), 5);
    assert.equal(passed(rate, 'b', 20, start), 5);
    assert.equal(passed(rate, 'a', 20, start + 99), 0);
    assert.equal(passed(rate, 'a', 20, start + 100), 1);
    assert.equal(passed(rate, 'a', 20, start + 400), 3);
    assert.equal(passed(rate, 'a', 20, start + 10_000), 5);
  });

  it('takes a second of requests for the burst where none is given, and lets everything pass at rate 0', () => {
    assert.equal(passed(new RequestRate(30), 'a', 100, start), 30);
    assert.equal(passed(new RequestRate(0), 'a', 100, start), 100);
  });

  it('passes the rate and no more to somebody who sends without end', () => {
    const rate = new RequestRate(50, 10);
    let through = 0;
    for (let at = 0; at < 10_000; at++) if (rate.allows('a', start + at)) through++;
    assert.ok(through >= 500 && through <= 511, String(through));
  });

  it('keeps a bounded number of sources, however many are made up, and refuses none for being forgotten', () => {
    const rate = new RequestRate(2, 2, 100);
    for (let forged = 0; forged < 10_000; forged++) {
      assert.ok(rate.allows(`forged-${String(forged)}`, start));
      assert.ok(rate.sources <= 200, String(rate.sources));
    }
    assert.ok(rate.allows('honest', start));
  });

  it('still knows who sent too much while others come and go', () => {
    const rate = new RequestRate(1, 1, 100);
    assert.ok(rate.allows('greedy', start));
    for (let other = 0; other < 90; other++) rate.allows(`other-${String(other)}`, start);
    assert.ok(!rate.allows('greedy', start + 500));
  });

  it('locks nobody out when the clock is put back', () => {
    const rate = new RequestRate(1, 1);
    assert.ok(rate.allows('a', start));
    assert.ok(rate.allows('a', start - 3_600_000));
  });
});
