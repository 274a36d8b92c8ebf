import assert from 'node:assert/strict';
import fc from 'fast-check';
import { callRecord } from '../../../src/call/cdr.ts';
import type { CallId } from '../../../src/call/party.ts';
import type { RouteStep } from '../../../src/call/route-step.ts';
import { newCall } from '../../../src/call/state.ts';
import type { UserId } from '../../../src/directory/types.ts';
import { transition } from '../../../src/call/transition.ts';
import { policy } from '../../support/call-policy.ts';
import { ringOf } from '../../support/moves.ts';
import { carrier, phoneOf } from '../../support/people.ts';
import { PlausibleWorld } from './plausible-world.ts';

const target = fc.constantFrom(
  phoneOf('bobby'),
  phoneOf('carol'),
  phoneOf('davey'),
  carrier('+31612345678'),
  carrier('+31612345678', 'first', 'other', 'third'),
);
const step = fc
  .record({ targets: fc.array(target, { maxLength: 3 }), seconds: fc.integer({ min: 1, max: 90 }) })
  .chain(({ targets, seconds }) =>
    fc.constantFrom('ringback', 'music').map((waiting) => ({ ...ringOf(targets, seconds), waiting })),
  );
const spoken: fc.Arbitrary<RouteStep> = fc.constantFrom(
  { do: 'announce', sound: 'welcome' },
  { do: 'menu', sound: 'which', keys: ['1', '2'], retries: 1, timeoutSeconds: 5 },
  { do: 'voicemail', box: 'bobby' as UserId },
  { do: 'refuse', fault: 'CALLEE_DECLINED' },
);
const route: fc.Arbitrary<readonly RouteStep[]> = fc.array(fc.oneof({ weight: 2, arbitrary: step }, spoken), {
  maxLength: 5,
});
/** Which of the things that may happen next does happen. */
const choices = fc.array(fc.nat({ max: 9_999 }), { maxLength: 60, size: 'max' });

const misfortune = /gives up|stop|lost|did not|unroutable|silence|not accepted|hangs up|timer (longest|linger)/;

describe('a call among plausible parties', () => {
  it('keeps its promises to each of them, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(route, choices, (rung, chosen) => {
        const world = play(rung, chosen);
        world.checkEnd();
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives a record that tells the same as the call, and whose times are in order', () => {
    fc.assert(
      fc.property(route, choices, (rung, chosen) => {
        const { events, state, record } = play(rung, chosen);
        assert.ok(record);
        assert.ok(state.phase === 'gone');
        const { outcome, endedBy, status, fault } = state.ending;
        assert.deepEqual(
          [record.outcome, record.endedBy, record.status, record.fault],
          [outcome, endedBy, status, fault],
        );
        assert.deepEqual(
          record.legs.map(({ leg }) => leg),
          state.legs.map(({ id }) => id),
        );
        const times = [record.startedAt, record.ringingAt, record.answeredAt, record.endedAt];
        const known = times.filter((time) => time !== undefined);
        assert.deepEqual(
          known,
          known.toSorted((a, b) => a - b),
        );
        assert.equal(record.answeredAt !== undefined, outcome === 'answered');
        const kept: unknown = JSON.parse(JSON.stringify(record));
        assert.deepEqual(kept, withoutUndefined(record));
        const again = callRecord('call-1' as CallId, events, policy);
        assert.deepEqual(
          [again?.outcome, again?.endedAt, again?.answeredAt],
          [outcome, record.endedAt, record.answeredAt],
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes to the same state when its event list is played again', () => {
    fc.assert(
      fc.property(route, choices, (rung, chosen) => {
        const { events, state } = play(rung, chosen);
        const replayed = events.reduce((reached, event) => transition(reached, event, policy)[0], newCall);
        assert.deepEqual(replayed, state);
      }),
      { numRuns: 300 },
    );
  });
});

function play(rung: readonly RouteStep[], chosen: readonly number[]): PlausibleWorld {
  const world = new PlausibleWorld(rung);
  const happened: string[] = [];
  try {
    for (const choice of chosen) {
      const all = world.possibilities();
      // Misfortunes are rare, lest no call comes far.
      const fortunate = all.filter(({ what }) => !misfortune.test(what));
      const possible = choice % 12 === 0 || fortunate.length === 0 ? all : fortunate;
      const next = possible[choice % possible.length];
      if (next === undefined) break;
      happened.push(next.what);
      next.run();
    }
    for (let patience = 2_000; !world.over; patience--) {
      assert.ok(patience > 0, 'the call never ends');
      world.obey();
    }
  } catch (cause) {
    throw new Error(`after: ${happened.join(', ')}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return world;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, withoutUndefined(field)]),
  );
}
