import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RingMember } from '../../src/directory/plan-step.ts';
import type { DeviceId, DiversionId, E164, Extension, PlanId, User, UserId } from '../../src/directory/types.ts';
import { Fault } from '../../src/faults/fault.ts';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/port.ts';
import { bakery, bakeryDirectory, binding, companyNumber, device, diversion, plan, user } from './store-samples.ts';

const people = ['anna', 'bart', 'coos'] as const;
const extensions = ['201', '202', '203', '204'] as const;
const plans = ['shop', 'yard'] as const;
const numbers = ['+31851234567', '+31851234568'] as const;
const who: readonly RingMember[] = [
  ...people.map((one): RingMember => ({ kind: 'user', user: one as UserId })),
  ...extensions.map((one): RingMember => ({ kind: 'extension', extension: one as Extension })),
];

/** A write of any kind, by what it is about. Many are refused, for the rules of the directory; that is one case more. */
type Write = (store: Store, now: number) => Promise<unknown>;

const person = fc.constantFrom(...people);
const extension = fc.constantFrom(...extensions);
const admin = { kind: 'user', user: 'anna' as UserId } as const;

const writes: fc.Arbitrary<Write> = fc.oneof(
  fc
    .tuple(person, extension, fc.boolean(), fc.option(fc.constantFrom(...numbers), { nil: undefined }))
    .map(([id, given, desk, sim]): Write => {
      const changes = { extension: given as Extension, ringTargets: { desk }, vamosNumber: sim as E164 | undefined };
      return (store) => store.directory.save({ users: [user(id, bakery, changes)] });
    }),
  fc.tuple(person, extension, fc.boolean()).map(
    ([id, given, remove]): Write =>
      (store, now) =>
        store.settings.change('user', id, now, (current) => {
          if (current === undefined) return { outcome: 0, write: undefined };
          const changed: User = { ...current, extension: given as Extension };
          const what = remove ? { did: 'removed' as const } : { did: 'changed' as const, settings: ['extension'] };
          return { outcome: 0, write: remove ? 'remove' : changed, by: admin, what };
        }),
  ),
  fc.tuple(person, person).map(
    ([id, owner]): Write =>
      (store) =>
        store.directory.save({ devices: [device(`${id}-desk`, bakery, owner)] }),
  ),
  fc.tuple(person, fc.boolean()).map(
    ([id, there]): Write =>
      (store, now) =>
        store.bindings.change(`${id}-desk` as DeviceId, now, () => ({
          outcome: 0,
          bindings: there ? [binding({ device: `${id}-desk` as DeviceId, expiresAt: now + 3 })] : [],
        })),
  ),
  fc.constant<Write>((store, now) => store.bindings.sweep(now)),
  fc.tuple(fc.constantFrom(...numbers), fc.constantFrom(...plans)).map(
    ([number, by]): Write =>
      (store) =>
        store.directory.save({ companyNumbers: [companyNumber(number, bakery, by)] }),
  ),
  fc.tuple(fc.constantFrom('lunch', 'night'), fc.constantFrom(...plans), fc.nat({ max: 3 })).map(
    ([id, of, position]): Write =>
      (store) =>
        store.directory.save({ diversions: [diversion(id, of, { position })] }),
  ),
  fc.tuple(fc.constantFrom('lunch', 'night'), fc.boolean()).map(
    ([id, on]): Write =>
      (store, now) =>
        store.settings.switchDiversion(id as DiversionId, { on, until: on ? now + 2 : undefined }, admin, now),
  ),
  fc.constant<Write>((store, now) => store.settings.sweepDiversions(now)),
  fc.constantFrom(...plans).map(
    (id): Write =>
      (store, now) =>
        store.settings.change('plan', id, now, (current) =>
          current === undefined
            ? { outcome: 0, write: plan(id, bakery, []), by: admin, what: { did: 'made' } }
            : { outcome: 0, write: 'remove', by: admin, what: { did: 'removed' } },
        ),
  ),
);

/** Everything that routing may ask, as one value. */
async function answers({ directory, bindings }: Store, now: number): Promise<unknown> {
  return Promise.all([
    directory.members(bakery, who, now),
    directory.users(bakery),
    directory.firstNumber(bakery),
    directory.companyNumbers(bakery),
    directory.plans(bakery),
    directory.diversions(bakery, now),
    ...people.map((id) => Promise.all([directory.user(id as UserId), directory.devicesOf(id as UserId)])),
    ...people.map((id) => bindings.of(`${id}-desk` as DeviceId, now)),
    ...people.map((id) => directory.device(`${id}-desk` as DeviceId)),
    ...extensions.map((one) => directory.userByExtension(bakery, one as Extension)),
    ...numbers.map((one) => Promise.all([directory.companyNumber(one as E164), directory.userBySim(one as E164)])),
    ...plans.map((id) => Promise.all([directory.plan(id as PlanId), directory.diversionsOf(id as PlanId, now)])),
  ]);
}

describe('store: what SQLite remembers', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'qaller-coherence-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is what one who remembers nothing reads, whoever wrote whatever in whatever order', async () => {
    let run = 0;
    const turns = fc.array(fc.tuple(fc.boolean(), writes), { minLength: 4, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(turns, async (chosen) => {
        const file = join(folder, `${String(run++)}.db`);
        const [ours, theirs] = [await openSqlite({ file }), await openSqlite({ file })];
        await ours.directory.save({ ...bakeryDirectory, plans: [plan('shop', bakery, []), plan('yard', bakery, [])] });
        for (const [now, [byOthers, write]] of chosen.entries()) {
          await answers(ours, now);
          try {
            await write(byOthers ? theirs : ours, now);
          } catch (thrown) {
            if (!(thrown instanceof Fault) || thrown.code === 'INTERNAL') throw thrown;
          }
          const fresh = await openSqlite({ file });
          assert.deepEqual(await answers(ours, now), await answers(fresh, now));
          await fresh.close();
        }
        await ours.close();
        await theirs.close();
      }),
      { numRuns: 40 },
    );
  });
});
