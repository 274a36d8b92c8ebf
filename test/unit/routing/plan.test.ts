import assert from 'node:assert/strict';
import type { PlanStep } from '../../../src/directory/plan-step.ts';
import type { Diversion, Extension, Plan, UserId } from '../../../src/directory/types.ts';
import {
  Asking,
  diversion,
  emptyWorld,
  fromCarrier,
  number,
  plan,
  ring,
  said,
  theirs,
  to,
  trunk,
  unanswered,
  user,
  type World,
} from '../../support/routing-world.ts';

const base: World = {
  ...emptyWorld,
  users: [user('alice', '201'), user('bobby', '202'), user('carol', '203')],
  numbers: [number('+31851234567', 'main'), number('+31851234568', 'sales')],
  registered: { alice: ['desk'], bobby: ['desk'], carol: ['desk'] },
  trunks: [trunk('carrier')],
};
const sales = plan('sales', [ring('carol')]);
const announce: PlanStep = { do: 'announce', sound: 'closed' };

describe('a plan', () => {
  it('takes its steps one after the other, until nothing is left', async () => {
    assert.deepEqual(
      await all([
        ring('alice', 'bobby'),
        { ...ring('carol'), seconds: 5 },
        announce,
        { do: 'voicemail', user: 'alice' as UserId },
      ]),
      ['alice-desk bobby-desk for 20 s', 'carol-desk for 5 s', 'announce closed', 'voicemail of alice', 'give-up'],
    );
  });

  it('without steps gives up', async () => {
    assert.deepEqual(await all([]), ['give-up']);
  });

  it('hangs up where it says so, whatever follows', async () => {
    assert.deepEqual(await all([announce, { do: 'hang-up' }, ring('alice')]), [
      'announce closed',
      'refuse CALLEE_DECLINED',
    ]);
  });

  it('finds each step as it is when it begins', async () => {
    const plans: Plan[] = [plan('main', [ring('alice'), ring('bobby')])];
    const asking = new Asking({ ...base, plans }, fromCarrier(), '+31851234567');
    assert.equal(said((await asking.move()).step), 'alice-desk for 20 s');
    plans[0] = plan('main', [ring('alice'), ring('carol')]);
    assert.equal(said((await asking.move(unanswered)).step), 'carol-desk for 20 s');
    plans.length = 0;
    const move = await asking.move(unanswered);
    assert.equal(said(move.step), 'give-up');
    assert.match(move.notes.join(), /plan main is gone/);
  });

  it('of another company is as good as gone', async () => {
    const stolen = { ...base, plans: [plan('main', [ring('alice')], { tenant: theirs })] };
    assert.deepEqual(await new Asking(stolen, fromCarrier(), '+31851234567').toTheEnd(), ['refuse NO_SUCH_NUMBER']);
  });

  it('says with what it keeps the caller waiting', async () => {
    const { step } = await asked([{ ...ring('alice', 'bobby'), waiting: 'music' }]).move();
    assert.equal(step.do === 'ring' && step.waiting, 'music');
    const alone = await asked([{ ...ring('alice'), waiting: 'music' }]).move();
    assert.equal(alone.step.do === 'ring' && alone.step.waiting, 'music');
  });
});

describe('a step that rings', () => {
  it('rings whoever has the extension now', async () => {
    const step: PlanStep = {
      ...ring('alice'),
      who: [
        { kind: 'extension', extension: '202' as Extension },
        { kind: 'user', user: 'alice' as UserId },
      ],
    };
    assert.deepEqual(await all([step]), ['bobby-desk alice-desk for 20 s', 'give-up']);
  });

  it('rings who is named twice once', async () => {
    const step: PlanStep = {
      ...ring('alice', 'alice', 'bobby'),
      who: [...ring('alice', 'bobby').who, { kind: 'extension', extension: '201' as Extension }],
    };
    assert.deepEqual(await all([step]), ['alice-desk bobby-desk for 20 s', 'give-up']);
  });

  it('passes over who was deleted, and says so', async () => {
    const move = await asked([ring('alice', 'deleted', 'bobby')]).move();
    assert.equal(said(move.step), 'alice-desk bobby-desk for 20 s');
    assert.deepEqual(move.notes, ['plan main rings user deleted, who is gone; take them out']);
  });

  it('never rings a user of another company', async () => {
    const users = [...base.users, user('mallory', '204', { tenant: theirs })];
    assert.deepEqual(
      await all([ring('mallory', 'alice')], { users, registered: { ...base.registered, mallory: ['desk'] } }),
      ['alice-desk for 20 s', 'give-up'],
    );
  });

  it('and that nobody can answer is passed over at once', async () => {
    assert.deepEqual(await all([ring('alice', 'bobby'), ring('carol')], { registered: { carol: ['desk'] } }), [
      'carol-desk for 20 s',
      'give-up',
    ]);
    assert.deepEqual(await all([ring(), ring('carol')]), ['carol-desk for 20 s', 'give-up']);
  });

  it('in turn rings one after the other, each for its time, and then the next step', async () => {
    assert.deepEqual(await all([{ ...ring('bobby', 'alice', 'carol'), order: 'in-turn' }, announce]), [
      'bobby-desk for 20 s',
      'alice-desk for 20 s',
      'carol-desk for 20 s',
      'announce closed',
      'give-up',
    ]);
  });

  it('in turn passes over who cannot be rung', async () => {
    const step: PlanStep = { ...ring('bobby', 'alice', 'carol'), order: 'in-turn' };
    assert.deepEqual(await all([step], { registered: { bobby: ['desk'], carol: ['desk'] } }), [
      'bobby-desk for 20 s',
      'carol-desk for 20 s',
      'give-up',
    ]);
  });

  it('in turn, with one member, rings that one once', async () => {
    assert.deepEqual(await all([{ ...ring('bobby'), order: 'in-turn' }]), ['bobby-desk for 20 s', 'give-up']);
  });

  it('longest idle rings first who was not on the telephone for longest, and not who is on it', async () => {
    const activity = {
      alice: { busy: false, idleSince: 5_000 },
      bobby: { busy: false, idleSince: 1_000 },
      carol: { busy: true, idleSince: 10 },
    };
    const step: PlanStep = { ...ring('alice', 'bobby', 'carol'), order: 'longest-idle' };
    assert.deepEqual(await all([step], { activity }), ['bobby-desk for 20 s', 'alice-desk for 20 s', 'give-up']);
    assert.deepEqual(await all([step], { activity: { ...activity, carol: { busy: false, idleSince: undefined } } }), [
      'carol-desk for 20 s',
      'bobby-desk for 20 s',
      'alice-desk for 20 s',
      'give-up',
    ]);
  });

  it('longest idle is passed over when all are on the telephone', async () => {
    const busy = { busy: true, idleSince: undefined };
    const step: PlanStep = { ...ring('alice', 'bobby'), order: 'longest-idle' };
    assert.deepEqual(await all([step, announce], { activity: { alice: busy, bobby: busy } }), [
      'announce closed',
      'give-up',
    ]);
  });
});

describe('the diversions of a plan', () => {
  it('come before its steps, and instead of them', async () => {
    assert.deepEqual(await diverted([diversion('main', to.plan('sales'))]), ['carol-desk for 20 s', 'give-up']);
    assert.deepEqual(await diverted([diversion('main', to.number('+31201234567'))]), [
      'carrier:+31201234567 for 90 s',
      'give-up',
    ]);
    assert.deepEqual(await diverted([diversion('main', to.voicemail('bobby'))]), ['voicemail of bobby', 'give-up']);
    assert.deepEqual(await diverted([diversion('main', to.user('bobby'))]), ['bobby-desk for 25 s', 'give-up']);
    assert.deepEqual(await diverted([diversion('main', to.hangUp)]), ['refuse CALLEE_DECLINED']);
  });

  it('count when they are on, as long as their time is not over, the lowest position first', async () => {
    const off = diversion('main', to.user('bobby'), { on: false });
    const over = diversion('main', to.user('bobby'), { until: base.now });
    assert.deepEqual(await diverted([off, over]), ['alice-desk for 20 s', 'give-up']);
    const second = diversion('main', to.user('bobby'), { position: 2, until: base.now + 1 });
    const first = diversion('main', to.user('carol'), { position: 1 });
    assert.deepEqual(await diverted([second, first]), ['carol-desk for 25 s', 'give-up']);
  });

  it('of the plan that it is diverted to count there', async () => {
    const both = [diversion('main', to.plan('sales')), diversion('sales', to.user('bobby'))];
    assert.deepEqual(await diverted(both), ['bobby-desk for 25 s', 'give-up']);
  });

  it('do not touch a call that is past them', async () => {
    const diversions: Diversion[] = [];
    const asking = new Asking(
      { ...base, diversions, plans: [plan('main', [ring('alice'), ring('bobby')]), sales] },
      fromCarrier(),
      '+31851234567',
    );
    await asking.move();
    diversions.push(diversion('main', to.plan('sales')));
    assert.equal(said((await asking.move(unanswered)).step), 'bobby-desk for 20 s');
  });

  it('that lead to what is gone end sensibly, and say so', async () => {
    const asking = asked([ring('alice')], { diversions: [diversion('main', to.plan('deleted'))] });
    const move = await asking.move();
    assert.equal(said(move.step), 'refuse CALLEE_UNREACHABLE');
    assert.match(move.notes.join(), /plan deleted is gone/);
  });
});

describe('a menu', () => {
  const menu: PlanStep = {
    do: 'menu',
    sound: 'welcome',
    keys: { '1': to.plan('sales'), '2': to.user('bobby'), '#': to.plan('main'), '0': to.hangUp },
    retries: 2,
    timeoutSeconds: 5,
    otherwise: undefined,
  };

  it('offers its keys, and leads where the key leads', async () => {
    const { step } = await asked([menu]).move();
    assert.deepEqual(step, { do: 'menu', sound: 'welcome', keys: ['0', '1', '2', '#'], retries: 2, timeoutSeconds: 5 });
    for (const [key, does] of [
      ['1', 'carol-desk for 20 s'],
      ['2', 'bobby-desk for 25 s'],
      ['#', 'menu welcome 012#'],
      ['0', 'refuse CALLEE_DECLINED'],
    ] as const) {
      const asking = asked([menu]);
      await asking.move();
      assert.equal(said((await asking.move({ is: 'key', key })).step), does);
    }
  });

  it('goes on with the next step without a key, and when the one who was chosen does not answer', async () => {
    assert.deepEqual(await all([menu, ring('alice')]), ['menu welcome 012#', 'alice-desk for 20 s', 'give-up']);
    const asking = asked([menu, ring('alice')]);
    await asking.move();
    await asking.move({ is: 'key', key: '2' });
    assert.equal(said((await asking.move(unanswered)).step), 'alice-desk for 20 s');
  });

  it('leads elsewhere without a key, or when the caller cannot be spoken to, if it says so', async () => {
    const otherwise = { ...menu, otherwise: to.voicemail('alice') };
    assert.deepEqual(await all([otherwise]), ['menu welcome 012#', 'voicemail of alice', 'give-up']);
    const asking = asked([otherwise]);
    await asking.move();
    assert.equal(
      said((await asking.move({ is: 'not-possible', fault: 'NO_COMMON_CODEC' })).step),
      'voicemail of alice',
    );
  });

  it('whose key was taken away while it played goes on with the next step', async () => {
    const plans: Plan[] = [plan('main', [menu, ring('alice')])];
    const asking = new Asking({ ...base, plans }, fromCarrier(), '+31851234567');
    await asking.move();
    plans[0] = plan('main', [{ ...menu, keys: {} }, ring('alice')]);
    assert.equal(said((await asking.move({ is: 'key', key: '1' })).step), 'alice-desk for 20 s');
  });

  it('may be gone back to by a key, ten times', async () => {
    const asking = asked([menu]);
    assert.equal(said((await asking.move()).step), 'menu welcome 012#');
    for (let time = 1; time <= 10; time += 1)
      assert.equal(said((await asking.move({ is: 'key', key: '#' })).step), 'menu welcome 012#');
    const end = await asking.move({ is: 'key', key: '#' });
    assert.equal(said(end.step), 'refuse LOOP');
    assert.match(end.notes.join(), /sent on more than 10 times/);
  });
});

describe('opening hours in a plan', () => {
  const hours: PlanStep = {
    do: 'hours',
    hours: { week: [{ days: [1], from: '09:00', to: '17:00' }], holidays: [{ date: '2026-11-30', name: 'Vrij' }] },
    closed: to.voicemail('alice'),
  };
  const at = (instant: string): Promise<readonly string[]> => all([hours, ring('bobby')], { now: Date.parse(instant) });

  it('let the call through when open, and lead it away when closed', async () => {
    assert.deepEqual(await at('2026-11-23T12:00:00+01:00'), ['bobby-desk for 20 s', 'give-up']);
    assert.deepEqual(await at('2026-11-23T17:00:00+01:00'), ['voicemail of alice', 'give-up']);
    assert.deepEqual(await at('2026-11-30T12:00:00+01:00'), ['voicemail of alice', 'give-up']);
  });

  it('when closed do not let the call through because nobody answers where it was led', async () => {
    const closed = { ...hours, closed: to.user('carol') };
    assert.deepEqual(await all([closed, ring('bobby')], { now: Date.parse('2026-11-23T20:00:00+01:00') }), [
      'carol-desk for 25 s',
      'give-up',
    ]);
  });

  it('in a time zone that is none are read as UTC, and that is said', async () => {
    const tenants = base.tenants.map((one) => ({ ...one, timeZone: 'Mars/Olympus' }));
    const move = await asked([hours, ring('bobby')], { tenants }).move();
    assert.equal(said(move.step), 'bobby-desk for 20 s');
    assert.match(move.notes.join(), /"Mars\/Olympus" is no time zone/);
  });
});

describe('a step that sends the call on', () => {
  it('goes on with the next step when nobody answers there', async () => {
    assert.deepEqual(await all([{ do: 'divert', to: to.number('+31201234567') }, ring('alice')]), [
      'carrier:+31201234567 for 90 s',
      'alice-desk for 20 s',
      'give-up',
    ]);
    assert.deepEqual(await all([{ do: 'divert', to: to.user('deleted') }, ring('alice')]), [
      'alice-desk for 20 s',
      'give-up',
    ]);
  });

  it('to a plan stays there', async () => {
    assert.deepEqual(await all([{ do: 'divert', to: to.plan('sales') }, ring('alice')]), [
      'carol-desk for 20 s',
      'give-up',
    ]);
  });
});

function asked(steps: readonly PlanStep[], changes: Partial<World> = {}): Asking {
  return new Asking({ ...base, plans: [plan('main', steps), sales], ...changes }, fromCarrier(), '+31851234567');
}

async function all(steps: readonly PlanStep[], changes: Partial<World> = {}): Promise<readonly string[]> {
  return asked(steps, changes).toTheEnd();
}

async function diverted(diversions: readonly Diversion[]): Promise<readonly string[]> {
  return all([ring('alice')], { diversions });
}
