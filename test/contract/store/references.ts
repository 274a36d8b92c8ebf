import assert from 'node:assert/strict';
import { newUser } from '../../../src/directory/new.ts';
import type { Destination } from '../../../src/directory/destination.ts';
import type { PlanStep } from '../../../src/directory/plan-step.ts';
import type { E164, Extension, PlanId, UserId } from '../../../src/directory/types.ts';
import type { DirectoryChange, Store } from '../../../src/store/port.ts';
import { bakery, bakeryDirectory, diversion, garage, plan, tenant, trunk, user } from '../store-samples.ts';
import { refusedAs } from './refused.ts';

/** Nothing of one tenant names what is another's, or what is not there: when it is written. */
export function referenceContract(store: () => Store): void {
  const save = (change: DirectoryChange): Promise<void> => store().directory.save(change);
  const refused = (change: DirectoryChange, message: RegExp): Promise<void> => refusedAs(save(change), message);
  const carl = 'carl' as UserId;
  const pit = 'pit' as PlanId;

  beforeEach(async () => {
    await save(bakeryDirectory);
    await save({ tenants: [tenant(garage)], users: [user('carl', garage)], plans: [plan('pit', garage, ['carl'])] });
  });

  const strangers: readonly Destination[] = [
    { kind: 'user', user: carl },
    { kind: 'mobile', user: carl },
    { kind: 'voicemail', user: carl },
    { kind: 'plan', plan: pit },
    { kind: 'plan', plan: 'nowhere' as PlanId },
  ];
  const week = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }];
  for (const to of strangers) {
    const named = JSON.stringify(to);
    const why = to.kind === 'plan' ? /no plan (pit|nowhere)/ : /no user carl/;

    it(`refuses a personal route to ${named}`, () =>
      refused({ users: [user('anna', bakery, { personalRoute: { is: 'divert', to } })] }, why));

    it(`refuses a diversion to ${named}`, () => refused({ diversions: [diversion('lunch', 'shop', { to })] }, why));

    const steps: readonly PlanStep[] = [
      { do: 'divert', to },
      { do: 'hours', hours: { week, holidays: [] }, closed: to },
      { do: 'menu', sound: 'welcome', keys: { '1': to }, retries: 1, timeoutSeconds: 5, otherwise: undefined },
      { do: 'menu', sound: 'welcome', keys: {}, retries: 1, timeoutSeconds: 5, otherwise: to },
    ];
    for (const step of steps) {
      it(`refuses a plan's ${step.do} to ${named}`, () =>
        refused({ plans: [plan('shop', bakery, [], { steps: [step] })] }, why));
    }
  }

  it('keeps every step of a plan as it was given', async () => {
    const to: Destination = { kind: 'number', number: '+31201234567' as E164 };
    const steps: readonly PlanStep[] = [
      { do: 'announce', sound: 'welcome' },
      {
        do: 'hours',
        hours: { week, holidays: [{ date: '12-25', name: 'Christmas' }] },
        closed: { kind: 'voicemail', user: 'anna' as UserId },
      },
      {
        do: 'menu',
        sound: 'menu',
        keys: { '1': to, '#': { kind: 'hang-up' } },
        retries: 2,
        timeoutSeconds: 5,
        otherwise: undefined,
      },
      { do: 'menu', sound: 'menu', keys: {}, retries: 2, timeoutSeconds: 5, otherwise: to },
      {
        do: 'ring',
        who: [
          { kind: 'user', user: 'anna' as UserId },
          { kind: 'extension', extension: '202' as Extension },
        ],
        order: 'longest-idle',
        seconds: 20,
        waiting: 'music',
      },
      { do: 'divert', to: { kind: 'mobile', user: 'bart' as UserId } },
      { do: 'voicemail', user: 'anna' as UserId },
      { do: 'hang-up' },
    ];
    await save({ plans: [plan('shop', bakery, [], { steps })] });
    assert.deepEqual((await store().directory.plan('shop' as PlanId))?.steps, steps);
  });

  it('refuses a voicemail box of another tenant in a plan', () =>
    refused({ plans: [plan('shop', bakery, [], { steps: [{ do: 'voicemail', user: carl }] })] }, /no user carl/));

  it("refuses a bookmark of another tenant's plan", () =>
    refused({ users: [user('anna', bakery, { bookmarks: [pit] })] }, /user anna: its tenant has no plan pit/));

  it("refuses a diversion on another tenant's plan", () =>
    refused({ diversions: [diversion('lunch', 'pit')] }, /diversion lunch: its tenant has no plan pit/));

  it('refuses an id that another tenant has, of diversions and trunks as well', async () => {
    await save({ diversions: [diversion('lunch', 'shop')], trunks: [trunk('carrier', { tenant: bakery })] });
    await refused({ diversions: [diversion('lunch', 'pit', { tenant: garage })] }, /another tenant/);
    await refused({ trunks: [trunk('carrier', { tenant: garage })] }, /another tenant/);
    await refused({ trunks: [trunk('carrier')] }, /another tenant/);
    await refused({ trunks: [trunk('other', { tenant: 'nobody' as never })] }, /no tenant nobody/);
  });

  it('lets a user present only a number that the user may, and only numbers of the tenant', async () => {
    const own = '+31851234567' as E164;
    const other = '+31201234567' as E164;
    const bart = user('bart', bakery, { extension: '202' as Extension });
    await refused({ users: [{ ...bart, presentedNumber: own }] }, /user bart: presented number .* may present/);
    await refused({ users: [{ ...bart, presentableNumbers: [other] }] }, /presentable number \+31201234567 is not one/);
    await save({ users: [{ ...bart, presentableNumbers: [own], presentedNumber: own }] });
  });

  it('shows no location on emergency calls that the tenant does not own', async () => {
    const strange = tenant(bakery, { locationNumber: '+31201234567' as E164 });
    await refused({ tenants: [strange] }, /location number \+31201234567/);
    await save({ tenants: [tenant(bakery, { locationNumber: '+31851234567' as E164 })] });
    assert.equal((await store().directory.tenant(bakery))?.locationNumber, '+31851234567');
  });

  it('knows whose a SIM is, and gives one SIM to one user of the whole exchange', async () => {
    const sim = '+31687654321' as E164;
    await save({ users: [user('anna', bakery, { vamosNumber: sim })] });
    await refused({ users: [user('carl', garage, { vamosNumber: sim })] }, /SIM \+31687654321 is in use/);
    assert.equal((await store().directory.userBySim(sim))?.id, 'anna');
    assert.equal(await store().directory.userBySim('+31687654322' as E164), undefined);
  });

  it('keeps every setting of a user, a diversion and a trunk', async () => {
    const anna = newUser({
      ...user('anna', bakery),
      personalRoute: { is: 'divert', to: { kind: 'number', number: '+31201234567' as E164 } },
      mobileNumber: '+31612345678' as E164,
      vamosNumber: '+31687654321' as E164,
      anonymous: true,
      presentableNumbers: ['+31851234567' as E164],
      presentedNumber: '+31851234567' as E164,
      bookmarks: ['shop' as PlanId],
    });
    const lunch = diversion('lunch', 'shop', { on: true, until: 9_000, to: { kind: 'user', user: anna.id } });
    const free = diversion('free', 'shop', { group: undefined, position: 0 });
    const carrier = trunk('carrier', {
      tenant: bakery,
      purpose: 'mobile',
      sources: ['192.0.2.0/24'],
      auth: { username: 'bakery', password: 'as it is' },
      inbound: { username: 'carrier', credentials: { realm: 'qaller', md5: '0', sha256: '1' } },
      registers: { seconds: 300 },
      format: 'national',
      channels: 4,
      checkSeconds: 30,
      priority: 2,
    });
    await save({ users: [anna], diversions: [lunch, free], trunks: [carrier, trunk('open')] });
    const { directory } = store();
    assert.deepEqual(await directory.user(anna.id), anna);
    assert.deepEqual(await directory.diversion(lunch.id, 8_999), lunch);
    assert.deepEqual(await directory.diversionsOf('shop' as PlanId, 0), [free, lunch]);
    assert.deepEqual(await directory.diversions(bakery, 0), [free, lunch]);
    assert.deepEqual(await directory.trunk(carrier.id), carrier);
    assert.deepEqual(await directory.trunks(bakery), [carrier]);
    assert.deepEqual(await directory.trunks(undefined), [trunk('open')]);
    assert.deepEqual(await directory.plans(bakery), bakeryDirectory.plans);
    assert.deepEqual(await directory.devices(bakery), bakeryDirectory.devices);
    assert.equal(await directory.firstNumber(bakery), '+31851234567');
    assert.equal(await directory.firstNumber(garage), undefined);
  });

  it('refuses a diversion that would be the second of its group that is on', () =>
    refused(
      { diversions: [diversion('one', 'shop', { on: true }), diversion('two', 'shop', { on: true })] },
      /diversion two: .* on in group A/,
    ));

  it('refuses a diversion that is off until then, and one between two positions', async () => {
    await refused({ diversions: [diversion('one', 'shop', { until: 5 })] }, /leave out until/);
    await refused({ diversions: [diversion('one', 'shop', { position: 0.5 })] }, /whole number/);
  });
}
