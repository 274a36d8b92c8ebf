import assert from 'node:assert/strict';
import type { PersonalRoute } from '../../../src/directory/destination.ts';
import type { User } from '../../../src/directory/types.ts';
import {
  Asking,
  callerAt,
  e164,
  emptyWorld,
  fromCarrier,
  number,
  plan,
  ring,
  said,
  simOf,
  to,
  trunk,
  user,
  type World,
} from '../../support/routing-world.ts';

const mobile = e164('+31612345670');
const sim = e164('+31612345671');

function world(changes: Partial<User>, more: Partial<World> = {}): World {
  return {
    ...emptyWorld,
    users: [user('alice', '201'), user('bobby', '202', { mobileNumber: mobile, ...changes }), user('carol', '203')],
    numbers: [number('+31851234567', 'main')],
    plans: [
      plan('main', [ring('carol')]),
      plan('team', [ring('bobby', 'carol')]),
      plan('bob', [ring('bobby'), ring('carol')]),
    ],
    registered: { alice: ['desk'], bobby: ['desk', 'qaller', 'browser'], carol: ['desk'] },
    trunks: [trunk('carrier'), trunk('operator', { purpose: 'mobile' })],
    ...more,
  };
}

const divert = (destination: Extract<PersonalRoute, { is: 'divert' }>['to']): Partial<User> => ({
  personalRoute: { is: 'divert', to: destination },
});
const alice = callerAt('alice', '201');

describe('the circles of a user', () => {
  it('ring what is blue, and neither what is black nor a kind that the user does not have', async () => {
    const rung = async (ringTargets: User['ringTargets']): Promise<string> => first(world({ ringTargets }));
    assert.equal(
      await rung({ desk: true, qaller: true, browser: true }),
      'bobby-desk bobby-qaller bobby-browser for 25 s',
    );
    assert.equal(await rung({ desk: true, qaller: false, browser: true }), 'bobby-desk bobby-browser for 25 s');
    assert.equal(await rung({ qaller: true }), 'bobby-qaller for 25 s');
    assert.equal(await rung({ desk: false, qaller: false, browser: false }), 'give-up');
    assert.equal(await rung({}), 'give-up');
  });

  it('ring the SIM by the mobile operator’s trunk, beside the telephones', async () => {
    const rung = (ringTargets: User['ringTargets'], more: Partial<World> = {}): Promise<string> =>
      first(world({ ringTargets, vamosNumber: sim }, more));
    assert.equal(await rung({ desk: true, vamos: true }), `bobby-desk operator:${sim} for 25 s`);
    assert.equal(await rung({ vamos: true }), `operator:${sim} for 25 s`);
    assert.equal(await rung({ desk: true, vamos: false }), 'bobby-desk for 25 s');
    assert.equal(await rung({ desk: true }), 'bobby-desk for 25 s');
  });

  it('ring on without the SIM when no trunk leads to it, and say so', async () => {
    const without = world(
      { ringTargets: { desk: true, vamos: true }, vamosNumber: sim },
      { trunks: [trunk('carrier')] },
    );
    const move = await new Asking(without, alice, '202').move();
    assert.equal(said(move.step), 'bobby-desk for 25 s');
    assert.match(move.notes.join(), /no mobile trunk to call \+31612345671/);
  });

  it('do not ring a SIM circle that has no SIM', async () => {
    assert.equal(await first(world({ ringTargets: { desk: true, vamos: true } })), 'bobby-desk for 25 s');
  });

  it('do not ring the SIM that calls, whoever says so', async () => {
    const own = world({ ringTargets: { desk: true, vamos: true }, vamosNumber: sim });
    assert.equal(await first(own, simOf('bobby', '202')), 'bobby-desk for 25 s');
    assert.equal(
      said(
        (
          await new Asking(
            { ...own, plans: [plan('main', [ring('bobby')])] },
            fromCarrier({ number: sim }),
            '+31851234567',
          ).move()
        ).step,
      ),
      'bobby-desk for 20 s',
    );
  });
});

describe('the route of a user', () => {
  it('that is normal leads no further when nobody answers', async () => {
    assert.deepEqual(await all(world({})), ['bobby-desk bobby-qaller for 25 s', 'give-up']);
  });

  it('to the mobile telephone rings it by the carrier, and wakes no other', async () => {
    assert.deepEqual(await all(world({ personalRoute: { is: 'mobile' } })), [`carrier:${mobile} for 90 s`, 'give-up']);
  });

  it('to a mobile telephone that is not known rings the normal way, and says so', async () => {
    const move = await new Asking(
      world({ personalRoute: { is: 'mobile' }, mobileNumber: undefined }),
      alice,
      '202',
    ).move();
    assert.equal(said(move.step), 'bobby-desk bobby-qaller for 25 s');
    assert.match(move.notes.join(), /user bobby wants calls on a mobile number and has none/);
  });

  it('to a mobile telephone that is their own SIM rings the SIM by its operator, and does not come back', async () => {
    const own = world({ personalRoute: { is: 'mobile' }, mobileNumber: sim, vamosNumber: sim });
    assert.deepEqual(await all(own), [`operator:${sim} for 90 s`, 'give-up']);
  });

  it('to a mobile telephone that calls does not ring it for its own call', async () => {
    const own = world({ personalRoute: { is: 'mobile' } }, { plans: [plan('main', [ring('bobby')])] });
    assert.equal(await first(own, fromCarrier({ number: '0612345670' }), '+31851234567'), 'give-up');
  });

  it('to a mobile number without any trunk ends as such', async () => {
    assert.deepEqual(await all(world({ personalRoute: { is: 'mobile' } }, { trunks: [] })), ['refuse NO_TRUNK']);
  });

  it('to voicemail wakes no telephone', async () => {
    assert.deepEqual(await all(world({ personalRoute: { is: 'voicemail' } })), ['voicemail of bobby', 'give-up']);
  });

  for (const [what, destination, does] of [
    ['a colleague rings them', to.user('carol'), ['carol-desk for 25 s', 'give-up']],
    ['a plan takes its steps', to.plan('main'), ['carol-desk for 20 s', 'give-up']],
    ['the reception’s number takes its plan, inside', to.number('+31851234567'), ['carol-desk for 20 s', 'give-up']],
    ['an outside number goes out', to.number('+31201234567'), ['carrier:+31201234567 for 90 s', 'give-up']],
    ['a colleague’s voicemail', to.voicemail('carol'), ['voicemail of carol', 'give-up']],
    ['their own mobile telephone', to.mobile('bobby'), [`carrier:${mobile} for 90 s`, 'give-up']],
    ['nowhere', to.hangUp, ['refuse CALLEE_DECLINED']],
  ] as const)
    it(`that diverts to ${what}`, async () => {
      assert.deepEqual(await all(world(divert(destination))), does);
    });

  it('that diverts to somebody or something that is gone ends sensibly, and says so', async () => {
    for (const destination of [to.user('deleted'), to.plan('deleted'), to.voicemail('deleted'), to.mobile('deleted')]) {
      const move = await new Asking(world(divert(destination)), alice, '202').move();
      assert.equal(said(move.step), 'refuse CALLEE_UNREACHABLE');
      assert.match(move.notes.join(), /deleted is gone; change what still leads there/);
    }
  });

  it('of the one to whom it was diverted counts too', async () => {
    const both = world(divert(to.user('carol')));
    const users = both.users.map((one) =>
      one.name === 'carol' ? { ...one, personalRoute: { is: 'voicemail' } as const } : one,
    );
    assert.deepEqual(await all({ ...both, users }), ['voicemail of carol', 'give-up']);
  });
});

describe('the route of a member of a group', () => {
  for (const [what, changes, does] of [
    ['normal rings the circles', {}, 'bobby-desk bobby-qaller carol-desk for 20 s'],
    [
      'mobile rings that beside the others',
      { personalRoute: { is: 'mobile' } },
      `carrier:${mobile} carol-desk for 20 s`,
    ],
    [
      'an outside number rings beside the others',
      divert(to.number('+31201234567')),
      'carrier:+31201234567 carol-desk for 20 s',
    ],
    ['a colleague rings in their place', divert(to.user('alice')), 'alice-desk carol-desk for 20 s'],
    ['a colleague of the group rings once', divert(to.user('carol')), 'carol-desk for 20 s'],
    ['voicemail leaves the call to the others', { personalRoute: { is: 'voicemail' } }, 'carol-desk for 20 s'],
    ['a plan leaves the call to the others', divert(to.plan('main')), 'carol-desk for 20 s'],
    ['a company number leaves it to the others', divert(to.number('+31851234567')), 'carol-desk for 20 s'],
    ['nowhere leaves it to the others', divert(to.hangUp), 'carol-desk for 20 s'],
  ] as readonly (readonly [string, Partial<User>, string])[])
    it(`to ${what}`, async () => {
      const there = world(changes, { numbers: [number('+31851234567', 'main'), number('+31851234568', 'team')] });
      assert.equal(await first(there, fromCarrier(), '+31851234568'), does);
    });

  it('to somebody who is gone leaves the call to the others, and says so', async () => {
    const there = world(divert(to.user('deleted')), { numbers: [number('+31851234567', 'team')] });
    const move = await new Asking(there, fromCarrier(), '+31851234567').move();
    assert.equal(said(move.step), 'carol-desk for 20 s');
    assert.match(move.notes.join(), /user bobby is passed over: user deleted is gone/);
  });
});

describe('the route of the only one whom a step rings', () => {
  for (const [what, changes, does] of [
    ['normal goes on with the next step', {}, ['bobby-desk bobby-qaller for 20 s', 'carol-desk for 20 s', 'give-up']],
    [
      'mobile rings for as long as the step says',
      { personalRoute: { is: 'mobile' } },
      [`carrier:${mobile} for 20 s`, 'carol-desk for 20 s', 'give-up'],
    ],
    [
      'a colleague rings for as long as the step says',
      divert(to.user('alice')),
      ['alice-desk for 20 s', 'carol-desk for 20 s', 'give-up'],
    ],
    ['voicemail is where the call ends', { personalRoute: { is: 'voicemail' } }, ['voicemail of bobby', 'give-up']],
    ['a plan takes the call over', divert(to.plan('main')), ['carol-desk for 20 s', 'give-up']],
    ['nowhere leaves it to the next step', divert(to.hangUp), ['carol-desk for 20 s', 'give-up']],
    ['somebody who is gone leaves it to the next step', divert(to.user('deleted')), ['carol-desk for 20 s', 'give-up']],
  ] as readonly (readonly [string, Partial<User>, readonly string[]])[])
    it(`to ${what}`, async () => {
      assert.deepEqual(
        await all(world(changes, { numbers: [number('+31851234567', 'bob')] }), fromCarrier(), '+31851234567'),
        does,
      );
    });

  it('to voicemail that cannot be heard goes on with the next step', async () => {
    const there = world({ personalRoute: { is: 'voicemail' } }, { numbers: [number('+31851234567', 'bob')] });
    const asking = new Asking(there, fromCarrier(), '+31851234567');
    await asking.move();
    const next = await asking.move({ is: 'not-possible', fault: 'NO_COMMON_CODEC' });
    assert.equal(said(next.step), 'carol-desk for 20 s');
  });
});

async function first(within: World, caller = alice, dialled = '202'): Promise<string> {
  return said((await new Asking(within, caller, dialled).move()).step);
}

async function all(within: World, caller = alice, dialled = '202'): Promise<readonly string[]> {
  return new Asking(within, caller, dialled).toTheEnd();
}
