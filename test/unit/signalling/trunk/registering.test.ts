import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  beginRegistering,
  isRegistered,
  register,
  type Registering,
  type RegisteringEffect,
  type RegisteringEvent,
} from '../../../../src/signalling/trunk/registering.ts';

function answered(
  status: number,
  more: Partial<Extract<RegisteringEvent, { type: 'answered' }>> = {},
): RegisteringEvent {
  return {
    type: 'answered',
    status,
    granted: undefined,
    minimum: undefined,
    retryAfter: undefined,
    chance: 1,
    ...more,
  };
}

/** The machine in virtual time, in milliseconds. */
class Line {
  now = 0;
  state: Registering;
  effect: RegisteringEffect | undefined;

  constructor(seconds = 600) {
    const { state, effect } = beginRegistering(seconds);
    this.state = state;
    this.effect = effect;
  }

  hears(event: RegisteringEvent): RegisteringEffect | undefined {
    const { state, effect } = register(this.state, event, this.now);
    this.state = state;
    this.effect = effect;
    return effect;
  }

  waits(): RegisteringEffect | undefined {
    assert.equal(this.effect?.do, 'wait');
    this.now += this.effect.do === 'wait' ? this.effect.milliseconds : 0;
    return this.hears({ type: 'timer' });
  }

  get registered(): boolean {
    return isRegistered(this.state, this.now);
  }
}

describe('our registration with a carrier', () => {
  for (const [granted, refreshed] of [
    [3600, 3510],
    [600, 510],
    [120, 60],
    [60, 30],
    [1, 0.5],
  ] as const) {
    it(`of ${String(granted)} s is refreshed after ${String(refreshed)} s`, () => {
      const line = new Line();
      assert.deepEqual(line.effect, { do: 'register', seconds: 600 });
      assert.equal(line.registered, false);
      assert.deepEqual(line.hears(answered(200, { granted })), { do: 'wait', milliseconds: refreshed * 1000 });
      assert.ok(line.registered);
      assert.deepEqual(line.waits(), { do: 'register', seconds: 600 });
      assert.ok(line.registered);
      line.now = granted * 1000;
      assert.equal(line.registered, false);
    });
  }

  it('is as long as we asked where the registrar does not say', () => {
    assert.deepEqual(new Line().hears(answered(200)), { do: 'wait', milliseconds: 510_000 });
  });

  it('asks for as much as the registrar wants, once', () => {
    const line = new Line(60);
    assert.deepEqual(line.hears(answered(423, { minimum: 300 })), { do: 'register', seconds: 300 });
    assert.equal(line.hears(answered(423, { minimum: 300 }))?.do, 'wait');
    assert.deepEqual(line.waits(), { do: 'register', seconds: 300 });
    assert.equal(line.hears(answered(423, { minimum: 1_000_000 }))?.do, 'wait');
  });

  it('is tried again with growing pauses, and outlives a failed refresh', () => {
    const line = new Line();
    line.hears(answered(200, { granted: 120 }));
    line.waits();
    const pauses: number[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      const effect = line.hears({ type: 'no-answer', chance: 1 });
      pauses.push(effect?.do === 'wait' ? effect.milliseconds / 1000 : -1);
      if (tries === 0) assert.ok(line.registered);
      line.waits();
    }
    assert.deepEqual(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    assert.equal(line.registered, false);
    line.hears(answered(200));
    assert.ok(line.registered);
    line.waits();
    assert.deepEqual(line.hears({ type: 'no-answer', chance: 0 }), { do: 'wait', milliseconds: 1000 });
  });

  it('waits long before it shows a refused password again, and as long as it is told', () => {
    assert.deepEqual(new Line().hears(answered(403)), { do: 'wait', milliseconds: 30_000 });
    assert.deepEqual(new Line().hears(answered(503, { retryAfter: 120 })), { do: 'wait', milliseconds: 120_000 });
    assert.deepEqual(new Line().hears(answered(503, { retryAfter: 86_400 })), { do: 'wait', milliseconds: 3_600_000 });
  });

  it('that is granted for no time is none', () => {
    const line = new Line();
    assert.equal(line.hears(answered(200, { granted: 0 }))?.do, 'wait');
    assert.equal(line.registered, false);
  });

  it('is taken away at the end, also one that is not granted yet', () => {
    const granted = new Line();
    granted.hears(answered(200));
    assert.deepEqual(granted.hears({ type: 'stop' }), { do: 'register', seconds: 0 });
    assert.equal(granted.registered, false);
    assert.equal(granted.hears(answered(200)), undefined);
    assert.deepEqual(granted.state, { is: 'left' });
    assert.deepEqual(new Line().hears({ type: 'stop' }), { do: 'register', seconds: 0 });
  });

  it('that never was is not taken away', () => {
    const line = new Line();
    line.hears({ type: 'no-answer', chance: 0 });
    assert.equal(line.hears({ type: 'stop' }), undefined);
    assert.deepEqual(line.state, { is: 'left' });
    assert.equal(line.hears({ type: 'timer' }), undefined);
  });

  it('always goes on, whatever is answered: each answer leads to a REGISTER or to a timer of no less than half a second', () => {
    const status = fc.integer({ min: 200, max: 699 });
    const field = fc.option(fc.nat(100_000), { nil: undefined });
    const chance = fc.double({ min: 0, max: 0.999, noNaN: true });
    const events = fc.array(fc.tuple(status, field, field, field, chance), { maxLength: 40 });
    fc.assert(
      fc.property(events, (all) => {
        const line = new Line();
        for (const [code, granted, minimum, retryAfter, odds] of all) {
          const effect = line.hears({ type: 'answered', status: code, granted, minimum, retryAfter, chance: odds });
          if (effect?.do === 'wait') assert.ok(effect.milliseconds >= 500);
          if (effect?.do === 'wait') line.waits();
          assert.equal(line.effect?.do, 'register');
        }
      }),
    );
  });
});
