import assert from 'node:assert/strict';
import {
  type Load,
  OverloadController,
  type OverloadThresholds,
  type Verdict,
} from '../../../../src/sip-engine/overload/controller.ts';

const thresholds: OverloadThresholds = {
  busy: 0.9,
  lagMs: 200,
  backlogBytes: 1000,
  maxPending: 10,
  sustainedMs: 300,
  leastRate: 0,
};
const calm: Load = { busy: 0.2, lag: 0, backlog: 0, pending: 0 };

/** A controller with its own time; samples come ten times a second. */
function controlled(some: Partial<OverloadThresholds> = {}) {
  const controller = new OverloadController({ ...thresholds, ...some });
  let now = 0;
  return {
    controller,
    during(seconds: number, load: Partial<Load>): void {
      for (let left = seconds * 10; left > 0; left--) controller.sample({ ...calm, ...load }, (now += 100));
    },
    verdicts(count: number, pending = 0): Record<Verdict, number> {
      const found = { accept: 0, refuse: 0, drop: 0 };
      for (let left = count; left > 0; left--) found[controller.verdict(pending)]++;
      return found;
    },
  };
}

describe('OverloadController', () => {
  it('lets everything in while there is not too much to do', () => {
    const { during, verdicts } = controlled();
    during(60, { busy: 0.89, lag: 199, backlog: 999 });
    assert.deepEqual(verdicts(1000, 9), { accept: 1000, refuse: 0, drop: 0 });
  });

  it('takes a peak for no overload', () => {
    const { during, verdicts } = controlled();
    for (let peaks = 0; peaks < 20; peaks++) {
      during(0.2, { busy: 1, lag: 5000, backlog: 1e6 });
      during(0.1, calm);
    }
    assert.equal(verdicts(100).accept, 100);
  });

  for (const [what, load] of [
    ['a busy thread', { busy: 0.95 }],
    ['late timers', { lag: 250 }],
    ['an application that does not take what it is sent', { backlog: 2000 }],
  ] as const) {
    it(`lets fewer and fewer in for ${what}, a few always, and all again some seconds after`, () => {
      const { controller, during, verdicts } = controlled();
      during(0.6, load);
      const early = verdicts(1000);
      assert.ok(early.accept > 300 && early.accept < 900, String(early.accept));
      during(10, load);
      const late = verdicts(1000);
      assert.ok(late.accept > 0 && late.accept < 50, String(late.accept));
      assert.ok(late.drop > 800 && late.refuse > 50, 'most are dropped, and one in ten is told');
      during(1, calm);
      assert.equal(verdicts(1000).drop, 0);
      during(8, calm);
      assert.equal(controller.share, 1);
      assert.equal(verdicts(1000).accept, 1000);
    });
  }

  it('lets everything in while hardly anything comes: then it is other programs that take the processor', () => {
    const { controller, during, verdicts } = controlled({ leastRate: 50 });
    for (let seconds = 0; seconds < 20; seconds += 0.1) {
      assert.equal(verdicts(4).accept, 4);
      during(0.1, { busy: 1, lag: 2000 });
    }
    for (let seconds = 0; seconds < 2; seconds += 0.1) {
      verdicts(6);
      during(0.1, { busy: 1, lag: 2000 });
    }
    assert.ok(controller.share < 0.5, 'with more than that it is our own');
  });

  it('leaves the share as it is between too much and calm', () => {
    const { controller, during } = controlled();
    during(1, { busy: 0.95 });
    const { share } = controller;
    during(30, { busy: 0.85 });
    assert.equal(controller.share, share);
  });

  it('finds the share that the thread can do', () => {
    const { controller, during, verdicts } = controlled();
    // Twice as much work comes as can be done: what gets in keeps it busy in proportion.
    let accepted = 0;
    for (let steps = 0; steps < 600; steps++) {
      const inside = verdicts(100).accept;
      during(0.1, { busy: Math.min(1, (2 * inside) / 100 + 0.1) });
      if (steps >= 100) accepted += inside;
    }
    const share = accepted / 50_000;
    assert.ok(share > 0.25 && share < 0.5, String(share));
    assert.ok(controller.share < 1);
  });

  it('refuses all while too many wait for their application, until clearly fewer do', () => {
    const { controller, during, verdicts } = controlled();
    assert.deepEqual(verdicts(10, 10), { accept: 0, refuse: 10, drop: 0 });
    assert.equal(controller.share, 0);
    assert.equal(verdicts(10, 9).refuse, 10);
    assert.equal(verdicts(10, 8).accept, 10);
    assert.equal(verdicts(1, 10).refuse, 1);
    during(0.1, calm);
    assert.equal(controller.share, 1);
  });

  it('never refuses with every threshold at 0', () => {
    const { during, verdicts } = controlled({ busy: 0, lagMs: 0, backlogBytes: 0, maxPending: 0 });
    during(10, { busy: 1, lag: 9999, backlog: 1e9, pending: 1e6 });
    assert.equal(verdicts(100, 1e6).accept, 100);
  });
});
