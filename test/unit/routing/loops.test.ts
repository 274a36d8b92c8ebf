import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StepOutcome } from '../../../src/call/route-step.ts';
import type { Destination, PersonalRoute } from '../../../src/directory/destination.ts';
import { menuKeys, type PlanStep, ringOrders } from '../../../src/directory/plan-step.ts';
import type { Plan, User } from '../../../src/directory/types.ts';
import {
  Asking,
  callerAt,
  diversion,
  e164,
  emptyWorld,
  fromCarrier,
  number,
  plan,
  ring,
  said,
  simOf,
  theirs,
  to,
  trunk,
  user,
  type World,
} from '../../support/routing-world.ts';

const main = '+31851234567';
const other = '+31881234567';
const base: World = {
  ...emptyWorld,
  numbers: [number(main, 'main'), number('+31851234568', 'sales'), number(other, 'other', theirs)],
  registered: { alice: ['desk'], bobby: ['desk'], carol: ['desk'], mallory: ['desk'] },
  trunks: [trunk('carrier'), trunk('operator', { purpose: 'mobile' })],
};
const alice = callerAt('alice', '201');

describe('a call that would go in circles ends, and the log names the circle', () => {
  it('from one user to another and back', async () => {
    const users = [
      user('alice', '201'),
      diverting('bobby', '202', to.user('carol')),
      diverting('carol', '203', to.user('bobby')),
    ];
    await ends({ ...base, users }, '202', /user bobby -> user carol -> user bobby/);
  });

  it('from a user to that very user', async () => {
    await ends(
      { ...base, users: [user('alice', '201'), diverting('bobby', '202', to.user('bobby'))] },
      '202',
      /user bobby -> user bobby/,
    );
  });

  it('from one plan to another and back', async () => {
    const plans = [plan('main', [away('sales')]), plan('sales', [away('main')])];
    await endsFromOutside({ ...base, plans }, /plan main -> plan sales -> plan main/);
  });

  it('from a plan to that very plan', async () => {
    await endsFromOutside({ ...base, plans: [plan('main', [away('main')])] }, /plan main -> plan main/);
  });

  it('from a plan to a user, whose calls go to the plan', async () => {
    const users = [diverting('bobby', '202', to.plan('main'))];
    await endsFromOutside(
      { ...base, users, plans: [plan('main', [{ do: 'divert', to: to.user('bobby') }])] },
      /plan main -> user bobby -> plan main/,
    );
    await endsFromOutside(
      { ...base, users, plans: [plan('main', [ring('bobby')])] },
      /plan main -> user bobby -> plan main/,
    );
  });

  it('from a diversion to its own plan', async () => {
    const plans = [plan('main', [ring('bobby')])];
    await endsFromOutside(
      { ...base, plans, diversions: [diversion('main', to.plan('main'))] },
      /plan main -> plan main/,
    );
    await endsFromOutside(
      { ...base, plans, diversions: [diversion('main', to.number(main))] },
      /plan main -> plan main/,
    );
  });

  it('from a user to the company’s number, whose plan rings the user', async () => {
    const users = [user('alice', '201'), diverting('bobby', '202', to.number(main))];
    await ends(
      { ...base, users, plans: [plan('main', [ring('bobby')])] },
      '202',
      /user bobby -> plan main -> user bobby/,
    );
  });

  it('from a mobile number that is a company number, whose plan rings the user', async () => {
    const users = [
      user('alice', '201'),
      user('bobby', '202', { personalRoute: { is: 'mobile' }, mobileNumber: e164(main) }),
    ];
    await ends(
      { ...base, users, plans: [plan('main', [ring('bobby')])] },
      '202',
      /user bobby -> plan main -> user bobby/,
    );
  });

  it('from a company to another, which sends it back', async () => {
    const plans = [
      plan('main', [{ do: 'divert', to: to.number(other) }]),
      plan('other', [{ do: 'divert', to: to.number(main) }], { tenant: theirs }),
    ];
    await endsFromOutside({ ...base, plans }, /plan main -> plan other -> plan main/);
  });

  it('from the opening hours, or from a menu without a key, to the same plan', async () => {
    const closed: PlanStep = { do: 'hours', hours: { week: [], holidays: [] }, closed: to.plan('main') };
    await endsFromOutside({ ...base, plans: [plan('main', [closed])] }, /plan main -> plan main/);
    const menu: PlanStep = {
      do: 'menu',
      sound: 'welcome',
      keys: {},
      retries: 0,
      timeoutSeconds: 1,
      otherwise: to.plan('main'),
    };
    const does = await new Asking({ ...base, plans: [plan('main', [menu])] }, fromCarrier(), main).toTheEnd();
    assert.deepEqual(does, ['menu welcome ', 'refuse LOOP']);
  });

  it('between the only members of a group', async () => {
    const users = [diverting('bobby', '202', to.user('carol')), diverting('carol', '203', to.user('bobby'))];
    await endsFromOutside(
      { ...base, users, plans: [plan('main', [ring('bobby', 'carol')])] },
      /user bobby -> user carol -> user bobby/,
    );
  });

  it('by a chain that is far too long', async () => {
    const chain = Array.from({ length: 15 }, (_, index) =>
      diverting(`user${String(index)}`, String(300 + index), to.user(`user${String(index + 1)}`)),
    );
    await ends(
      { ...base, users: [user('alice', '201'), ...chain] },
      '300',
      /sent on more than 10 times: user user0 -> user user1/,
    );
  });
});

describe('a call that only seems to go in circles', () => {
  it('rings the rest of a group, when one member’s calls go back to the group', async () => {
    const users = [diverting('bobby', '202', to.plan('main')), user('carol', '203')];
    const does = await new Asking(
      { ...base, users, plans: [plan('main', [ring('bobby', 'carol')])] },
      fromCarrier(),
      main,
    ).toTheEnd();
    assert.deepEqual(does, ['carol-desk for 20 s', 'give-up']);
  });

  it('goes on with the next step of the plan, when one step leads back to it', async () => {
    const asking = new Asking(
      { ...base, users: [user('carol', '203')], plans: [plan('main', [away('main'), ring('carol')])] },
      fromCarrier(),
      main,
    );
    const move = await asking.move();
    assert.equal(said(move.step), 'carol-desk for 20 s');
    assert.match(move.notes.join(), /plan main -> plan main/);
  });

  it('is sent on ten times, and no more', async () => {
    const chain = Array.from({ length: 10 }, (_, index) =>
      diverting(`user${String(index)}`, String(300 + index), to.user(`user${String(index + 1)}`)),
    );
    const users = [user('alice', '201'), ...chain, user('user10', '310')];
    const does = await new Asking({ ...base, users, registered: { user10: ['desk'] } }, alice, '300').toTheEnd();
    assert.deepEqual(does, ['user10-desk for 25 s', 'give-up']);
  });

  it('rings the same user again in a later step', async () => {
    const users = [user('bobby', '202'), user('carol', '203')];
    const does = await new Asking(
      { ...base, users, plans: [plan('main', [ring('bobby'), ring('carol'), ring('bobby')])] },
      fromCarrier(),
      main,
    ).toTheEnd();
    assert.deepEqual(does, ['bobby-desk for 20 s', 'carol-desk for 20 s', 'bobby-desk for 20 s', 'give-up']);
  });

  it('stays inside when it is sent to a number of ours, without a trunk', async () => {
    const users = [user('alice', '201'), diverting('bobby', '202', to.number(main)), user('carol', '203')];
    const does = await new Asking(
      { ...base, users, trunks: [], plans: [plan('main', [ring('carol')])] },
      alice,
      '202',
    ).toTheEnd();
    assert.deepEqual(does, ['carol-desk for 20 s', 'give-up']);
  });
});

describe('whatever is set', () => {
  const users = ['alice', 'bobby', 'carol', 'mallory', 'deleted'];
  const plans = ['main', 'sales', 'other', 'deleted'];
  const numbers = [main, '+31851234568', other, '+31612345670', '+31612345671', '+31201234567'];
  const someUser = fc.constantFrom(...users);
  const destination: fc.Arbitrary<Destination> = fc.oneof(
    someUser.map(to.user),
    fc.constantFrom(...plans).map(to.plan),
    fc.constantFrom(...numbers).map(to.number),
    someUser.map(to.mobile),
    someUser.map(to.voicemail),
    fc.constant(to.hangUp),
  );
  const route: fc.Arbitrary<PersonalRoute> = fc.oneof(
    fc.constantFrom<PersonalRoute>({ is: 'normal' }, { is: 'mobile' }, { is: 'voicemail' }),
    destination.map((where): PersonalRoute => ({ is: 'divert', to: where })),
  );
  const step: fc.Arbitrary<PlanStep> = fc.oneof(
    fc
      .tuple(fc.array(someUser, { maxLength: 4 }), fc.constantFrom(...ringOrders))
      .map(([names, order]): PlanStep => ({ ...ring(...names), order })),
    fc.constant<PlanStep>({ do: 'announce', sound: 'welcome' }),
    fc
      .tuple(fc.dictionary(fc.constantFrom(...menuKeys), destination), fc.option(destination, { nil: undefined }))
      .map(([keys, otherwise]): PlanStep => ({
        do: 'menu',
        sound: 'menu',
        keys,
        retries: 1,
        timeoutSeconds: 3,
        otherwise,
      })),
    destination.map((closed): PlanStep => ({ do: 'hours', hours: { week: [], holidays: [] }, closed })),
    destination.map((where): PlanStep => ({ do: 'divert', to: where })),
    fc.constant<PlanStep>({ do: 'hang-up' }),
  );
  const steps = fc.array(step, { maxLength: 4 });
  const settings: fc.Arbitrary<Pick<World, 'users' | 'plans' | 'diversions'>> = fc.record({
    users: fc.tuple(route, route, route, route).map(([one, two, three, four]): readonly User[] => [
      user('alice', '201', { personalRoute: one, mobileNumber: e164('+31612345670') }),
      user('bobby', '202', {
        personalRoute: two,
        mobileNumber: e164('+31612345671'),
        vamosNumber: e164('+31612345671'),
      }),
      user('carol', '203', { personalRoute: three, mobileNumber: e164(main) }),
      user('mallory', '201', { personalRoute: four, tenant: theirs }),
    ]),
    plans: fc
      .tuple(steps, steps, steps)
      .map(([one, two, three]): readonly Plan[] => [
        plan('main', one),
        plan('sales', two, { outsideSees: 'company', prefix: 'Verkoop' }),
        plan('other', three, { tenant: theirs }),
      ]),
    diversions: fc
      .array(fc.tuple(fc.constantFrom('main', 'sales', 'other'), destination), { maxLength: 2 })
      .map((all) => all.map(([of, where]) => diversion(of, where))),
  });
  const outcome: fc.Arbitrary<StepOutcome> = fc.oneof(
    fc.constantFrom<StepOutcome>(
      { is: 'unanswered', fault: 'CALLEE_BUSY' },
      { is: 'played' },
      { is: 'no-key' },
      { is: 'not-possible', fault: 'NO_COMMON_CODEC' },
    ),
    fc.constantFrom(...menuKeys).map((key): StepOutcome => ({ is: 'key', key })),
  );

  it('a call comes to an end within a bounded number of moves, and a company’s trunk is never called with a number that is not its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.infiniteStream(outcome),
        fc.constantFrom(
          callerAt('alice', '201'),
          simOf('bobby', '202'),
          fromCarrier(),
          fromCarrier({ number: undefined }),
        ),
        fc.constantFrom(main, '+31851234568', other, '202', '201'),
        async (set, outcomes, caller, dialled) => {
          const asking = new Asking({ ...base, ...set }, caller, dialled);
          const first = await asking.ask();
          if (!first.ok) return;
          let { step, tenant } = first.value;
          // Eleven plans at most are entered, each with four steps of at most four turns, and a detour from each.
          let moves = 0;
          while (step.do !== 'give-up' && step.do !== 'refuse') {
            if (step.do === 'ring')
              for (const { target, presentation } of step.targets)
                if (target.kind === 'trunk') assert.ok(owned(tenant).includes(presentation.asserted ?? ''));
            moves += 1;
            assert.ok(moves <= 200, 'the call does not end');
            const [because] = outcomes.take(1);
            ({ step, tenant } = await asking.move(because));
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});

function owned(tenant: string): readonly string[] {
  return base.numbers.filter((one) => one.tenant === tenant).map((one) => one.number);
}

function diverting(name: string, extension: string, where: Destination): User {
  return user(name, extension, { personalRoute: { is: 'divert', to: where } });
}

function away(planName: string): PlanStep {
  return { do: 'divert', to: to.plan(planName) };
}

async function endsFromOutside(world: World, circle: RegExp): Promise<void> {
  await ends(world, main, circle, fromCarrier());
}

async function ends(world: World, dialled: string, circle: RegExp, caller = alice): Promise<void> {
  const move = await new Asking(world, caller, dialled).move();
  assert.equal(said(move.step), 'refuse LOOP');
  assert.match(move.notes.join('\n'), circle);
}
