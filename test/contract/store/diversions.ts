import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Actor, AuditEntry } from '../../../src/directory/audit.ts';
import type { Diversion, DiversionId, PlanId, UserId } from '../../../src/directory/types.ts';
import type { Instant } from '../../../src/kernel/clock.ts';
import type { DiversionSwitched, Store } from '../../../src/store/port.ts';
import { bakery, bakeryDirectory, diversion } from '../store-samples.ts';
import { refusedAs } from './refused.ts';

const anna: Actor = { kind: 'user', user: 'anna' as UserId };
const bart: Actor = { kind: 'user', user: 'bart' as UserId };
const shop = 'shop' as PlanId;

/** Of a group at most one is on, whoever writes and however many do; and the audit trail tells all of it. */
export function diversionContract(store: () => Store, another: () => Promise<Store>): void {
  const put = (
    id: string,
    on: boolean,
    { by = store(), actor = anna, now = 1_000, until }: Partial<Switching> = {},
  ): Promise<DiversionSwitched | undefined> =>
    by.settings.switchDiversion(id as DiversionId, { on, until }, actor, now);
  const on = async (now: Instant = 1_000, by = store()): Promise<readonly string[]> =>
    (await by.directory.diversionsOf(shop, now)).filter((one) => one.on).map(({ id }) => id);
  const trail = (): Promise<readonly AuditEntry[]> => store().settings.audit(bakery, undefined, 1_000);

  beforeEach(async () => {
    await store().directory.save(bakeryDirectory);
    await store().directory.save({
      diversions: [
        diversion('a1', 'shop'),
        diversion('a2', 'shop', { position: 2 }),
        diversion('b1', 'shop', { position: 3, group: 'B' }),
        diversion('free1', 'shop', { position: 4, group: undefined }),
        diversion('free2', 'shop', { position: 5, group: undefined }),
      ],
    });
  });

  it('go on and off, and say what went off for them', async () => {
    const first = await put('a1', true);
    assert.deepEqual(first, { diversion: diversion('a1', 'shop', { on: true }), switchedOff: undefined });
    const second = await put('a2', true);
    assert.deepEqual(second?.switchedOff, diversion('a1', 'shop'));
    assert.deepEqual(await on(), ['a2']);
    assert.deepEqual((await put('a2', false))?.diversion.on, false);
    assert.deepEqual(await on(), []);
    assert.deepEqual(
      (await trail()).map(({ by, at, object, what }) => [by, at, object.id, what]),
      [
        [anna, 1_000, 'a2', { did: 'switched-off' }],
        [anna, 1_000, 'a2', { did: 'switched-on', until: undefined, switchedOff: 'a1' }],
        [anna, 1_000, 'a1', { did: 'switched-on', until: undefined, switchedOff: undefined }],
      ],
    );
  });

  it('do not touch those of other groups, and not those that stand free', async () => {
    for (const id of ['b1', 'free1', 'free2', 'a1', 'a2']) await put(id, true);
    assert.deepEqual(await on(), ['a2', 'b1', 'free1', 'free2']);
  });

  it('do not touch the group of the same name on another plan', async () => {
    await store().directory.save({
      plans: [{ ...(bakeryDirectory.plans?.[0] ?? assert.fail()), id: 'night' as PlanId }],
      diversions: [diversion('night1', 'night')],
    });
    await put('night1', true);
    assert.equal((await put('a1', true))?.switchedOff, undefined);
  });

  it('that are so already write nothing', async () => {
    await put('a1', false);
    await put('a1', true, { until: 5_000 });
    await put('a1', true, { until: 5_000 });
    assert.equal((await trail()).length, 1);
    await put('a1', true, { until: 6_000 });
    await put('a1', true);
    assert.equal((await trail()).length, 3);
    assert.equal((await store().directory.diversion('a1' as DiversionId, 9_000))?.on, true);
  });

  it('that are not there are not switched', async () => {
    assert.equal(await put('nowhere', true), undefined);
    assert.deepEqual(await trail(), []);
  });

  for (const [first, second] of [
    ['a1', 'a2'],
    ['a2', 'a1'],
  ] as const) {
    it(`leave ${second} on when two switch ${first} and then ${second} at once`, async () => {
      const other = await another();
      const [one, two] = await Promise.all([put(first, true), put(second, true, { by: other, actor: bart })]);
      assert.equal(one?.switchedOff, undefined);
      assert.equal(two?.switchedOff?.id, first);
      assert.deepEqual(await on(), [second]);
      assert.deepEqual(await on(1_000, other), [second]);
      await other.close();
    });
  }

  describe('with a time', () => {
    it('are off from then on, before anything swept them', async () => {
      await put('a1', true, { until: 5_000 });
      assert.deepEqual(await on(4_999), ['a1']);
      assert.deepEqual(await on(5_000), []);
      assert.equal((await store().directory.diversion('a1' as DiversionId, 5_000))?.until, undefined);
      assert.deepEqual(
        (await store().directory.diversions(bakery, 5_000)).map((one) => one.on),
        [false, false, false, false, false],
      );
    });

    it('are swept by the clock, which the trail says, and only once', async () => {
      await put('a1', true, { until: 5_000 });
      await put('free1', true, { until: 9_000 });
      assert.deepEqual(await store().settings.sweepDiversions(4_999), []);
      assert.deepEqual(await store().settings.sweepDiversions(5_000), [diversion('a1', 'shop')]);
      assert.deepEqual(await store().settings.sweepDiversions(5_000), []);
      const [last] = await trail();
      assert.deepEqual([last?.by, last?.at, last?.what], [{ kind: 'clock' }, 5_000, { did: 'switched-off' }]);
      assert.deepEqual(await on(5_000), ['free1']);
    });

    it('that are over were not switched off by who comes next', async () => {
      await put('a1', true, { until: 5_000 });
      assert.equal((await put('a2', true, { now: 6_000, actor: bart }))?.switchedOff, undefined);
      assert.deepEqual(
        (await trail()).map(({ by, object }) => [by.kind, object.id]),
        [
          ['user', 'a2'],
          ['clock', 'a1'],
          ['user', 'a1'],
        ],
      );
    });

    it('that are over can be put on again, and put off without a second line', async () => {
      await put('a1', true, { until: 5_000 });
      await put('a1', true, { now: 6_000 });
      assert.deepEqual(await on(7_000), ['a1']);
      await put('a1', true, { now: 7_000, until: 8_000 });
      await put('a1', false, { now: 9_000 });
      assert.deepEqual((await trail())[0]?.by, { kind: 'clock' });
    });

    it('need one that is to come, and none when they go off', async () => {
      await refusedAs(put('a1', true, { now: 5_000, until: 5_000 }), /is over: name a later one/);
      await refusedAs(put('a1', false, { until: 5_000 }), /leave out until/);
    });
  });

  it('are never two in one group, and the trail explains what is on at the end', async () => {
    const others = await Promise.all([another(), another()]);
    const ids = ['a1', 'a2', 'b1', 'free1', 'free2'] as const;
    const step = fc.record({
      id: fc.constantFrom(...ids),
      to: fc.constantFrom(true, true, false),
      forMs: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
      pass: fc.integer({ min: 0, max: 30 }),
      who: fc.constantFrom(0, 1, 2),
      sweep: fc.boolean(),
    });
    let now = 1_000;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        for (const { id, to, forMs, pass, who, sweep } of steps) {
          now += pass;
          const by = [store(), ...others][who] ?? store();
          const until = to && forMs !== undefined ? now + forMs : undefined;
          await put(id, to, { by, now, until, actor: who === 0 ? anna : bart });
          if (sweep) await by.settings.sweepDiversions(now);
          for (const reader of [store(), ...others]) {
            const seen = await on(now, reader);
            assert.ok(!(seen.includes('a1') && seen.includes('a2')), seen.join());
            assert.equal(seen.includes(id), to);
          }
        }
        assert.deepEqual(await on(now), replayed(await trail(), now));
      }),
      { numRuns: 20 },
    );
    await Promise.all(others.map((other) => other.close()));
  });
}

interface Switching {
  readonly by: Store;
  readonly actor: Actor;
  readonly now: Instant;
  readonly until: Instant | undefined;
}

/** What is on at a time, told by nothing but the audit trail. */
function replayed(trail: readonly AuditEntry[], now: Instant): readonly string[] {
  const state = new Map<string, Diversion['until']>();
  for (const { object, what } of trail.toReversed()) {
    if (what.did === 'switched-off') state.delete(object.id);
    if (what.did !== 'switched-on') continue;
    if (what.switchedOff !== undefined) assert.ok(state.delete(what.switchedOff));
    state.set(object.id, what.until);
  }
  return [...state].flatMap(([id, until]) => (until === undefined || until > now ? [id] : [])).sort();
}
