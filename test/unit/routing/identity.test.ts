import assert from 'node:assert/strict';
import type { Caller, Presentation } from '../../../src/call/party.ts';
import { newTenant } from '../../../src/directory/new.ts';
import type { User } from '../../../src/directory/types.ts';
import {
  Asking,
  callerAt,
  diversion,
  e164,
  emptyWorld,
  fromCarrier,
  number,
  ours,
  plan,
  presentations,
  ring,
  simOf,
  theirs,
  to,
  trunk,
  user,
  type World,
} from '../../support/routing-world.ts';
import { shown } from '../../support/people.ts';

const first = e164('+31851234567');
const second = e164('+31851234568');
const third = e164('+31851234569');
const stranger = '+31612345678';
const outside = '+31201234567';
const alice = callerAt('alice', '201');

function world(changes: Partial<User> = {}, more: Partial<World> = {}): World {
  return {
    ...emptyWorld,
    users: [
      user('alice', '201', changes),
      user('bobby', '202', { personalRoute: { is: 'mobile' }, mobileNumber: e164('+31612345670') }),
      user('carol', '203'),
    ],
    numbers: [
      number(first, 'main'),
      number(second, 'sales'),
      number(third, 'sales'),
      number('+31881234567', 'other', theirs),
    ],
    plans: [
      plan('main', [ring('carol')]),
      plan('sales', [ring('bobby')], { prefix: 'Verkoop' }),
      plan('other', [ring('mallory')], { tenant: theirs }),
    ],
    registered: { alice: ['desk', 'qaller'], carol: ['desk'] },
    trunks: [trunk('carrier'), trunk('operator', { purpose: 'mobile' })],
    ...more,
  };
}

describe('who calls the outside shows', () => {
  const own = async (changes: Partial<User>, more: Partial<World> = {}): Promise<Presentation | undefined> =>
    seen(world(changes, more), alice, outside);

  it('the number that they chose out of those that they may show', async () => {
    assert.deepEqual(await own({ presentableNumbers: [first, second], presentedNumber: second }), alone(second));
  });

  it('the first that they may show, when they chose none or may not show it any more', async () => {
    assert.deepEqual(await own({ presentableNumbers: [third, second] }), alone(third));
    assert.deepEqual(await own({ presentableNumbers: [third], presentedNumber: second }), alone(third));
  });

  it('the company’s first, when they may show none, or none that the company still has', async () => {
    assert.deepEqual(await own({}), alone(first));
    assert.deepEqual(await own({ presentedNumber: second }), alone(first));
    const lost = e164('+31851234500');
    const foreign = e164('+31881234567');
    assert.deepEqual(await own({ presentableNumbers: [lost, foreign], presentedNumber: foreign }), alone(first));
  });

  it('no number when they call anonymously, though the trunk is told whose call it is', async () => {
    const anonymous = { anonymous: true, presentableNumbers: [second], presentedNumber: second };
    assert.deepEqual(await own(anonymous), { display: undefined, number: undefined, asserted: second, diverted: [] });
  });

  it('nothing at all when the company has no number', async () => {
    assert.deepEqual(await own({}, { numbers: [] }), shown(undefined, undefined));
  });

  it('the same from the SIM', async () => {
    const sim = await seen(world({ presentableNumbers: [second] }), simOf('alice', '201'), outside);
    assert.deepEqual(sim, alone(second));
  });
});

describe('who calls for help shows', () => {
  const hidden = { anonymous: true, presentableNumbers: [second], presentedNumber: second };

  it('where help is to go, however anonymous they are', async () => {
    const tenants = [newTenant({ id: ours, name: 'Voorbeeld', locationNumber: third })];
    assert.deepEqual(await seen(world(hidden, { tenants }), alice, '112'), alone(third));
  });

  it('the company’s first number, when it did not say where it is', async () => {
    assert.deepEqual(await seen(world(hidden), alice, '112'), alone(first));
  });

  it('the caller’s SIM, when the company has no number at all, rather than nothing', async () => {
    const users = [user('alice', '201', { anonymous: true, vamosNumber: e164('+31612345671') })];
    const seenOutside = await seen(world({}, { users, numbers: [] }), alice, '112');
    assert.deepEqual(seenOutside, alone('+31612345671'));
  });

  it('it on the emergency numbers of the company’s country, and not on other short numbers', async () => {
    const tenants = [newTenant({ id: ours, name: 'Beispiel', country: 'DE', locationNumber: third })];
    assert.deepEqual(await seen(world(hidden, { tenants }), alice, '110'), alone(third));
    const dutch = [newTenant({ id: ours, name: 'Voorbeeld', locationNumber: third })];
    assert.deepEqual(await seen(world(hidden, { tenants: dutch }), alice, '113'), {
      ...alone(second),
      number: undefined,
    });
  });
});

describe('a colleague who calls anonymously', () => {
  it('is seen by colleagues all the same', async () => {
    assert.deepEqual(await seen(world({ anonymous: true }), alice, '203'), shown('alice', '201'));
    assert.deepEqual(await seen(world({ anonymous: true }), alice, first), shown('alice', '201'));
  });

  it('is seen on a colleague’s SIM by number, which is one of that colleague’s telephones', async () => {
    const sim = { vamosNumber: e164('+31612345671'), ringTargets: { vamos: true } };
    const users = [user('alice', '201', { anonymous: true }), user('carol', '203', sim)];
    assert.deepEqual(await seen(world({}, { users }), alice, '203'), alone(first));
  });

  it('is withheld where a colleague’s calls go outside', async () => {
    const gone = await seen(world({ anonymous: true }), alice, '202');
    assert.deepEqual(gone, { ...alone(first), number: undefined, diverted: [{ number: first, reason: 'follow-me' }] });
  });
});

describe('the prefix of a plan', () => {
  const toCarol = (
    more: Partial<World>,
    dialled: string = second,
    caller: Caller = fromCarrier(),
  ): Promise<Presentation | undefined> =>
    seen(
      world(
        {},
        {
          plans: [
            plan('main', [ring('carol')], { prefix: 'Algemeen' }),
            plan('sales', [ring('carol')], { prefix: 'Verkoop' }),
          ],
          ...more,
        },
      ),
      caller,
      dialled,
    );

  it('stands before the caller in the display, and nowhere else', async () => {
    assert.deepEqual(await toCarol({}), shown('Verkoop Jan', stranger));
    assert.deepEqual(
      await toCarol({}, second, fromCarrier({ name: undefined })),
      shown(`Verkoop ${stranger}`, stranger),
    );
    assert.deepEqual(await toCarol({}, second, alice), shown('Verkoop alice', '201'));
  });

  it('stands before a word for who withholds the number, in the company’s language', async () => {
    const withheld = fromCarrier({ number: undefined, name: 'Jan' });
    assert.deepEqual(await toCarol({}, second, withheld), shown('Verkoop Anoniem', undefined));
    const tenants = [newTenant({ id: ours, name: 'Example', language: 'en' })];
    assert.deepEqual(await toCarol({ tenants }, second, withheld), shown('Verkoop Anonymous', undefined));
  });

  it('is that of the plan that was dialled, through all diversions', async () => {
    const diversions = [diversion('sales', to.plan('main'))];
    assert.deepEqual(await toCarol({ diversions }), shown('Verkoop Jan', stranger));
    const toUser = [diversion('sales', to.user('carol'))];
    assert.deepEqual(await toCarol({ diversions: toUser }), shown('Verkoop Jan', stranger));
  });

  it('is the next plan’s where the dialled one has none', async () => {
    const plans = [
      plan('main', [ring('carol')], { prefix: 'Algemeen' }),
      plan('sales', [{ do: 'divert', to: to.plan('main') }]),
    ];
    assert.deepEqual(await toCarol({ plans }), shown('Algemeen Jan', stranger));
  });

  it('does not go along to the outside', async () => {
    const diversions = [diversion('sales', to.number(outside))];
    assert.equal((await toCarol({ diversions }))?.display, undefined);
  });
});

describe('a call that is sent on to the outside shows', () => {
  const sent = (outsideSees: 'caller' | 'company', caller: Caller = fromCarrier()): Promise<Presentation | undefined> =>
    seen(
      world(
        {},
        {
          plans: [plan('sales', [], { outsideSees, prefix: 'Verkoop' })],
          diversions: [diversion('sales', to.number(outside))],
        },
      ),
      caller,
      second,
    );

  it('the caller, in the company’s name, and that the company sent it', async () => {
    assert.deepEqual(await sent('caller'), {
      display: undefined,
      number: stranger,
      asserted: second,
      diverted: [{ number: second, reason: 'unconditional' }],
    });
  });

  it('the company alone, where the plan says so', async () => {
    assert.deepEqual(await sent('company'), alone(second));
    assert.deepEqual(await sent('company', fromCarrier({ number: undefined })), alone(second));
  });

  it('nobody, when the caller withholds the number, in the company’s name', async () => {
    const withheld = await sent('caller', fromCarrier({ number: undefined, name: 'Jan' }));
    assert.deepEqual([withheld?.number, withheld?.display, withheld?.asserted], [undefined, undefined, second]);
  });

  it('the caller on the mobile telephone of a member, with the company number that was called', async () => {
    assert.deepEqual(await seen(world(), fromCarrier(), second), {
      display: undefined,
      number: stranger,
      asserted: second,
      diverted: [{ number: second, reason: 'follow-me' }],
    });
  });

  it('a colleague on a mobile telephone by number, and no extension', async () => {
    const mobile = await seen(world({ presentableNumbers: [third] }), alice, '202');
    assert.deepEqual(mobile, {
      display: undefined,
      number: third,
      asserted: first,
      diverted: [{ number: first, reason: 'follow-me' }],
    });
  });

  it('each who sent it, the latest first', async () => {
    const plans = [
      plan('sales', [{ do: 'divert', to: to.number('+31881234567') }]),
      plan('other', [{ do: 'hours', hours: { week: [], holidays: [] }, closed: to.number(outside) }], {
        tenant: theirs,
      }),
    ];
    assert.deepEqual(await seen(world({}, { plans }), fromCarrier(), second), {
      display: undefined,
      number: stranger,
      asserted: '+31881234567',
      diverted: [
        { number: '+31881234567', reason: 'time-of-day' },
        { number: second, reason: 'unconditional' },
      ],
    });
  });

  it('another company the company’s number alone, where the plan says so', async () => {
    const plans = [
      plan('sales', [{ do: 'divert', to: to.number('+31881234567') }], { outsideSees: 'company' }),
      plan('other', [ring('mallory')], { tenant: theirs }),
    ];
    const users = [user('mallory', '201', { tenant: theirs })];
    const there = world({}, { plans, users, registered: { mallory: ['desk'] } });
    assert.deepEqual(await seen(there, fromCarrier(), second), shown(undefined, second));
  });
});

describe('a SIM that rings for a call from outside', () => {
  it('shows the caller in the company’s name, sent on by nobody', async () => {
    const users = [user('carol', '203', { vamosNumber: e164('+31612345671'), ringTargets: { vamos: true } })];
    const sim = await seen(world({}, { users }), fromCarrier(), first);
    assert.deepEqual(sim, { display: undefined, number: stranger, asserted: first, diverted: [] });
  });
});

function alone(one: string): Presentation {
  return { display: undefined, number: one, asserted: e164(one), diverted: [] };
}

async function seen(within: World, caller: Caller, dialled: string): Promise<Presentation | undefined> {
  return presentations(await new Asking(within, caller, dialled).move())[0];
}
