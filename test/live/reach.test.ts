import assert from 'node:assert/strict';
import type { IncomingCall } from '../support/phone/incoming-call.ts';
import type { App, Method } from '../support/reach/app.ts';
import { e164, mobile, outside, type Party, ReachCompany, sim } from '../support/reach/company.ts';

const reception = '0851234567';
const receptionPlan = '/v1/plans/voorbeeld-receptie';

/** One thing that can be set in the app: by whom, and by what a call shows that it was. */
interface Switch {
  readonly by: 'sanne' | 'joris';
  /** What is asked of the API to set it, and to put it back. */
  readonly set: readonly [Method, string, unknown?];
  readonly undo: readonly [Method, string, unknown?];
  /** Makes calls, and looks at what arrives. */
  readonly before: (company: ReachCompany) => Promise<unknown>;
  readonly after: (company: ReachCompany) => Promise<unknown>;
}

const everybody: readonly Party[] = ['201-desk', '201-qaller', '202-desk', '203-desk'];
const sanne: readonly Party[] = ['201-desk', '201-qaller'];

const rings =
  (from: Party, dialled: string, ...expected: readonly Party[]) =>
  (company: ReachCompany) =>
    company.rings(from, dialled, expected);

/** Calls out, and looks at the INVITE that a carrier gets. */
const shows =
  (dialled: string, at: Party, look: (field: (name: string) => string) => void, from: Party = '201-desk') =>
  async (company: ReachCompany) => {
    const [invite] = await company.rings(from, dialled, [at]);
    assert.ok(invite !== undefined);
    look((name) => fieldOf(invite, name));
  };

const fieldOf = (invite: IncomingCall, name: string) => invite.request.headers.get(name) ?? '';

const shownNumber = (number: string) => (field: (name: string) => string) => {
  assert.ok(field('From').startsWith(`<sip:${number}@`), field('From'));
  assert.ok(field('P-Asserted-Identity').startsWith(`<sip:${number}@`), field('P-Asserted-Identity'));
  assert.equal(field('Privacy'), '');
};

const withheldNumber = (field: (name: string) => string) => {
  assert.match(field('From'), /^"Anonymous" <sip:anonymous@anonymous\.invalid>/);
  assert.equal(field('Privacy'), 'id');
  assert.match(field('P-Asserted-Identity'), /^<sip:\+31851234567@/);
};

const switches: Readonly<Record<string, Switch>> = {
  'the circle of my desk phone': {
    by: 'sanne',
    set: ['PUT', '/v1/me/ring-targets/desk', { on: false }],
    undo: ['PUT', '/v1/me/ring-targets/desk', { on: true }],
    before: rings('202-desk', '201', ...sanne),
    after: rings('202-desk', '201', '201-qaller'),
  },
  'the circle of Qaller': {
    by: 'sanne',
    set: ['PUT', '/v1/me/ring-targets/qaller', { on: false }],
    undo: ['PUT', '/v1/me/ring-targets/qaller', { on: true }],
    before: rings('carrier', reception, ...everybody),
    after: rings('carrier', reception, '201-desk', '202-desk', '203-desk'),
  },
  'several circles at once': {
    by: 'sanne',
    set: ['PUT', '/v1/me/ring-targets', { desk: false, vamos: true }],
    undo: ['PUT', '/v1/me/ring-targets', { desk: true, vamos: false }],
    before: rings('202-desk', '201', ...sanne),
    after: rings('202-desk', '201', '201-qaller', 'operator'),
  },
  'the circle of the SIM, which rings at its operator': {
    by: 'sanne',
    set: ['PUT', '/v1/me/ring-targets/vamos', { on: true }],
    undo: ['PUT', '/v1/me/ring-targets/vamos', { on: false }],
    before: rings('202-desk', '201', ...sanne),
    after: async (company) => {
      const [, , atOperator] = await company.rings('202-desk', '201', [...sanne, 'operator']);
      assert.ok(atOperator?.request.uri.startsWith(`sip:${sim}@`), atOperator?.request.uri);
    },
  },
  'my route: to my mobile': {
    by: 'sanne',
    set: ['PUT', '/v1/me/route', { is: 'mobile' }],
    undo: ['PUT', '/v1/me/route', { is: 'normal' }],
    before: rings('202-desk', '201', ...sanne),
    after: async (company) => {
      const [invite] = await company.rings('202-desk', '201', ['carrier']);
      assert.ok(invite?.request.uri.startsWith(`sip:${mobile}@`), invite?.request.uri);
    },
  },
  'my route: to my voicemail, which speaks': {
    by: 'sanne',
    set: ['PUT', '/v1/me/route', { is: 'voicemail' }],
    undo: ['PUT', '/v1/me/route', { is: 'normal' }],
    before: rings('202-desk', '201', ...sanne),
    after: async (company) => {
      const rung = company.party('201-desk').log.received('INVITE').length;
      const talk = await (await company.party('202-desk').invite('201')).answered();
      await talk.audio.ear.hearSomething(3_000);
      await talk.hangUp();
      assert.equal(company.party('201-desk').log.received('INVITE').length, rung);
    },
  },
  'my route: to a colleague, wherever a plan rings me': {
    by: 'sanne',
    set: ['PUT', '/v1/me/route', { is: 'divert', to: { kind: 'user', user: 'voorbeeld-203' } }],
    undo: ['PUT', '/v1/me/route', { is: 'normal' }],
    before: rings('carrier', '0851234568', ...sanne),
    after: rings('carrier', '0851234568', '203-desk'),
  },
  'my route: to a plan': {
    by: 'joris',
    set: ['PUT', '/v1/me/route', { is: 'divert', to: { kind: 'plan', plan: 'voorbeeld-direct' } }],
    undo: ['PUT', '/v1/me/route', { is: 'normal' }],
    before: rings('203-desk', '202', '202-desk'),
    after: rings('203-desk', '202', ...sanne),
  },
  'my route: to an outside number': {
    by: 'joris',
    set: ['PUT', '/v1/me/route', { is: 'divert', to: { kind: 'number', number: '020-1234567' } }],
    undo: ['PUT', '/v1/me/route', { is: 'normal' }],
    before: rings('203-desk', '202', '202-desk'),
    after: async (company) => {
      const [invite] = await company.rings('203-desk', '202', ['carrier']);
      assert.ok(invite?.request.uri.startsWith(`sip:${outside}@`), invite?.request.uri);
    },
  },
  'anonymous calling, from any of my phones': {
    by: 'sanne',
    set: ['PUT', '/v1/me/anonymous', { anonymous: true }],
    undo: ['PUT', '/v1/me/anonymous', { anonymous: false }],
    before: shows('0201234567', 'carrier', shownNumber('+31851234567')),
    after: async (company) => {
      await shows('0201234567', 'carrier', withheldNumber, '201-desk')(company);
      await shows('0201234567', 'carrier', withheldNumber, '201-qaller')(company);
      // Whoever sends help sees where to.
      await shows('112', 'carrier', shownNumber('+31851234567'))(company);
      const [colleague] = await company.rings('201-desk', '202', ['202-desk']);
      assert.ok(colleague !== undefined);
      assert.match(fieldOf(colleague, 'From'), /^"Sanne de Vries" <sip:201@/);
    },
  },
  'the number that I show': {
    by: 'sanne',
    set: ['PUT', '/v1/me/presented-number', { number: '085-1234568' }],
    undo: ['PUT', '/v1/me/presented-number', { number: '085-1234567' }],
    before: shows('0201234567', 'carrier', shownNumber('+31851234567'), '201-qaller'),
    after: shows('0201234567', 'carrier', shownNumber('+31851234568'), '201-qaller'),
  },
  'a diversion of a plan': {
    by: 'sanne',
    set: ['PUT', `${receptionPlan}/diversions/voorbeeld-receptie-overleg/state`, { on: true }],
    undo: ['PUT', `${receptionPlan}/diversions/voorbeeld-receptie-overleg/state`, { on: false }],
    before: rings('carrier', reception, ...everybody),
    after: async (company) => {
      const [invite] = await company.rings('carrier', reception, ['202-desk']);
      assert.ok(invite !== undefined);
      assert.match(fieldOf(invite, 'From'), /^"Receptie \+31201234567" <sip:\+31201234567@/);
    },
  },
  'which plan answers a number': {
    by: 'sanne',
    set: ['PUT', '/v1/numbers/+31851234567/plan', { plan: 'voorbeeld-direct' }],
    undo: ['PUT', '/v1/numbers/+31851234567/plan', { plan: 'voorbeeld-receptie' }],
    before: rings('carrier', reception, ...everybody),
    after: rings('carrier', reception, ...sanne),
  },
};

describe('what is set in the app', function () {
  this.timeout(20_000);
  let company: ReachCompany;

  before(async () => {
    company = await ReachCompany.start();
    await company.arrange('201', {
      ...{ vamosNumber: e164(sim), mobileNumber: e164(mobile) },
      ringTargets: { desk: true, qaller: true, vamos: false },
    });
  });
  after(() => company.stop());

  for (const [title, { by, set, undo, before: first, after: then }] of Object.entries(switches)) {
    it(`decides the next call, and nobody else can: ${title}`, async () => {
      await first(company);
      await nobodyElseCan(set, by);
      await first(company);
      await company.apps[by].does(...set);
      await then(company);
      await company.apps[by].does(...undo);
      await first(company);
    });
  }

  it('decides the next call: my mobile number, once the code that was told to it is repeated', async () => {
    const { joris } = company.apps;
    const mine = '+31612345670';
    assert.equal((await joris.ask('PUT', '/v1/me/route', { is: 'mobile' })).status, 422);
    await joris.does('PUT', '/v1/me/mobile', { number: '06-12345670' });
    const code = await company.messages.code(mine);
    const wrong = code === '000000' ? '000001' : '000000';
    assert.equal((await joris.ask('POST', '/v1/me/mobile/verification', { code: wrong })).status, 422);
    assert.equal((await joris.ask('PUT', '/v1/me/route', { is: 'mobile' })).status, 422);
    assert.equal((await company.apps.fatima.ask('POST', '/v1/me/mobile/verification', { code })).status, 422);
    await joris.does('POST', '/v1/me/mobile/verification', { code });
    await joris.does('PUT', '/v1/me/route', { is: 'mobile' });
    const [invite] = await company.rings('203-desk', '202', ['carrier']);
    assert.ok(invite?.request.uri.startsWith(`sip:${mine}@`), invite?.request.uri);
    await joris.does('DELETE', '/v1/me/mobile');
    await company.rings('203-desk', '202', ['202-desk']);
  });

  it('is listed as the user wants it: bookmarked plans first', async () => {
    const { sanne: admin } = company.apps;
    const names = async () =>
      ((await admin.does('GET', '/v1/plans')) as { items: readonly { name: string }[] }).items.map(({ name }) => name);
    assert.deepEqual(await names(), ['Receptie', 'Rechtstreeks']);
    await admin.does('PUT', '/v1/me/bookmarks/voorbeeld-direct');
    assert.deepEqual(await names(), ['Rechtstreeks', 'Receptie']);
    await admin.does('DELETE', '/v1/me/bookmarks/voorbeeld-direct');
    assert.deepEqual(await names(), ['Receptie', 'Rechtstreeks']);
    assert.equal((await company.apps.neighbour.ask('PUT', '/v1/me/bookmarks/voorbeeld-direct')).status, 404);
  });

  describe('ends in one clear answer and one record where it goes round', () => {
    const loops: Readonly<Record<string, readonly (readonly [by: 'sanne' | 'joris', ...set: Switch['set']])[]>> = {
      'two colleagues who send on to each other': [
        ['sanne', 'PUT', '/v1/me/route', { is: 'divert', to: { kind: 'user', user: 'voorbeeld-202' } }],
        ['joris', 'PUT', '/v1/me/route', { is: 'divert', to: { kind: 'user', user: 'voorbeeld-201' } }],
      ],
      'a colleague who sends on to a plan that rings the colleague alone': [
        ['sanne', 'PUT', '/v1/me/route', { is: 'divert', to: { kind: 'plan', plan: 'voorbeeld-direct' } }],
      ],
      'a colleague who sends on to a number whose plan rings the colleague alone': [
        ['sanne', 'PUT', '/v1/me/route', { is: 'divert', to: { kind: 'number', number: '0851234568' } }],
      ],
    };

    afterEach(async () => {
      await company.apps.sanne.does('PUT', '/v1/me/route', { is: 'normal' });
      await company.apps.joris.does('PUT', '/v1/me/route', { is: 'normal' });
    });

    for (const [title, settings] of Object.entries(loops)) {
      it(title, async () => {
        for (const [by, ...set] of settings) await company.apps[by].does(...set);
        const ended = company.test.ended.length;
        const call = await company.party('203-desk').invite('201');
        assert.equal((await call.finished()).status, 482);
        const { record } = await company.test.call(ended + 1);
        assert.deepEqual([record.fault, record.status, record.legs.length], ['LOOP', 482, 0]);
        assert.equal(company.test.ended.length, ended + 1);
      });
    }
  });

  /** Settings of one's own are `/v1/me`: others who ask there set their own. All else is for this company's administrators. */
  async function nobodyElseCan(set: Switch['set'], by: Switch['by']): Promise<void> {
    const { stranger, neighbour, joris, fatima } = company.apps;
    assert.equal((await stranger.ask(...set)).status, 401);
    if (set[1].startsWith('/v1/me')) return sets(by === 'sanne' ? fatima : company.apps.sanne, set);
    assert.equal((await neighbour.ask(...set)).status, 404);
    assert.equal((await joris.ask(...set)).status, 403);
  }

  /** The same request by somebody else sets theirs or is refused; either way it is put back, and moves nobody else's calls. */
  async function sets(other: App, set: Switch['set']): Promise<void> {
    const { ringTargets, route, anonymous, presentedNumber } = (await other.does('GET', '/v1/me')) as Record<
      string,
      unknown
    >;
    await other.ask(...set);
    await other.does('PUT', '/v1/me/ring-targets', ringTargets);
    await other.does('PUT', '/v1/me/route', route);
    await other.does('PUT', '/v1/me/anonymous', { anonymous });
    await other.does('PUT', '/v1/me/presented-number', { number: presentedNumber ?? null });
  }
});
