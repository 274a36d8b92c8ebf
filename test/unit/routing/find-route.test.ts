import assert from 'node:assert/strict';
import type { Caller, Target } from '../../../src/call/party.ts';
import type {
  CompanyNumber,
  DeviceId,
  E164,
  Extension,
  Plan,
  PlanId,
  Tenant,
  TenantId,
  Trunk,
  TrunkId,
  User,
  UserId,
} from '../../../src/directory/types.ts';
import { normaliseDialled } from '../../../src/directory/libphonenumber/normalise.ts';
import { newTenant, newTrunk, newUser, ringTogether } from '../../../src/directory/new.ts';
import { findRoute, type Route } from '../../../src/routing/find-route.ts';
import type { ReachableDevice, RoutingLookups } from '../../../src/routing/port.ts';
import { bindingOf, shown } from '../../support/people.ts';

type TrunkCaller = Extract<Caller, { kind: 'trunk' }>;

const ours = tenant('voorbeeld');
const theirs = tenant('ander');
const all = { desk: true, qaller: true };

/** A world of plain objects; each test changes what it is about. */
interface World {
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly numbers: readonly CompanyNumber[];
  readonly plans: readonly Plan[];
  readonly devices: ReadonlyMap<string, readonly ReachableDevice[]>;
  readonly trunks: readonly Trunk[];
}

const world: World = {
  tenants: [ours, theirs],
  users: [
    user('alice', '201', { presentedNumber: '+31851234568' as E164 }),
    user('bobby', '202'),
    user('carol', '203'),
    user('mallory', '201', { tenant: theirs.id }),
  ],
  numbers: [
    number('+31851234567', 'main'),
    number('+31851234568', 'sales'),
    number('+31881234567', 'other', theirs.id),
    number('+31851234560', 'missing'),
  ],
  plans: [
    plan('main', undefined, ['alice', 'bobby'], ['carol']),
    plan('sales', 'Verkoop', ['bobby', 'deleted']),
    { ...plan('other', 'Ander', ['mallory']), tenant: theirs.id },
  ],
  devices: new Map([
    ['alice', [device('alice', 'desk'), device('alice', 'qaller')]],
    ['bobby', [device('bobby', 'desk'), device('bobby', 'qaller')]],
    ['carol', [device('carol', 'desk')]],
    ['mallory', [device('mallory', 'desk')]],
  ]),
  trunks: [trunk('first'), trunk('second')],
};

describe('a call to an extension', () => {
  it('rings all phones of the colleague, who sees a name and an extension', async () => {
    const route = await found('202');
    assert.deepEqual(rung(route), [['bobby-desk', 'bobby-qaller']]);
    assert.deepEqual(route.presentation, shown('alice', '201'));
    assert.deepEqual([route.tenant, route.direction, route.steps[0]?.seconds], [ours.id, 'internal', 25]);
  });

  it('rings each flow of a phone', async () => {
    const twice = { ...device('bobby', 'desk'), bindings: [bindingOf('bobby'), bindingOf('bobby', { key: 'second' })] };
    assert.deepEqual(rung(await found('202', { devices: new Map([['bobby', [twice]]]) })), [
      ['bobby-desk', 'bobby-desk'],
    ]);
  });

  it('does not ring what is switched off, nor what the user does not have', async () => {
    const off = { ...world, users: [alice(), user('bobby', '202', { ringTargets: { desk: false, qaller: true } })] };
    assert.deepEqual(rung(await found('202', off)), [['bobby-qaller']]);
    const absent = { ...world, users: [alice(), user('bobby', '202', { ringTargets: { desk: true } })] };
    assert.deepEqual(rung(await found('202', absent)), [['bobby-desk']]);
  });

  it('of one’s own rings one’s other phones only', async () => {
    assert.deepEqual(rung(await found('201')), [['alice-qaller']]);
  });

  it('of nobody, or of somebody in another company, reaches nobody', async () => {
    assert.equal(await refused('299'), 'NO_SUCH_NUMBER');
    const only = { users: [alice(), user('mallory', '204', { tenant: theirs.id })] };
    assert.equal(await refused('204', only), 'NO_SUCH_NUMBER');
  });

  it('of somebody without a registered phone rings nobody', async () => {
    assert.deepEqual(rung(await found('202', { devices: new Map() })), [[]]);
  });
});

describe('a call from a trunk', () => {
  const outside: TrunkCaller = {
    kind: 'trunk',
    trunk: 'first' as TrunkId,
    tenant: undefined,
    number: '+31612345678',
    name: 'Jan',
  };

  for (const dialled of ['+31851234567', '0851234567', '0031851234567', '31851234567', '085-123 45 67']) {
    it(`to a company number as ${dialled} rings its plan, step by step`, async () => {
      const route = await found(dialled, {}, outside);
      assert.deepEqual(rung(route), [['alice-desk', 'alice-qaller', 'bobby-desk', 'bobby-qaller'], ['carol-desk']]);
      assert.deepEqual(
        route.steps.map(({ seconds }) => seconds),
        [20, 20],
      );
      assert.deepEqual([route.tenant, route.direction], [ours.id, 'inbound']);
      assert.deepEqual(route.presentation, shown('Jan', '+31612345678'));
    });
  }

  it('shows the plan’s prefix in the display only', async () => {
    const seen = async (caller: Caller): Promise<unknown> => (await found('+31851234568', {}, caller)).presentation;
    assert.deepEqual(await seen(outside), shown('Verkoop Jan', '+31612345678'));
    assert.deepEqual(await seen({ ...outside, name: undefined }), shown('Verkoop +31612345678', '+31612345678'));
    assert.deepEqual(
      await seen({ ...outside, name: undefined, number: undefined }),
      shown('Verkoop Anoniem', undefined),
    );
  });

  it('passes over a user who was deleted', async () => {
    assert.deepEqual(rung(await found('+31851234568', {}, outside)), [['bobby-desk', 'bobby-qaller']]);
  });

  for (const dialled of ['201', '202', '112', '0612345678', '+31612345678', '0900-1234', '', 'alice']) {
    it(`reaches neither extensions nor the outside: ${dialled}`, async () => {
      assert.equal(await refused(dialled, {}, outside), 'NO_SUCH_NUMBER');
    });
  }

  it('to a number without a plan reaches nobody', async () => {
    assert.equal(await refused('+31851234560', {}, outside), 'NO_SUCH_NUMBER');
  });
});

describe('a call to a company number', () => {
  it('of one’s own company is an internal call, that does not ring the calling phone', async () => {
    const route = await found('0851234567');
    assert.deepEqual(rung(route)[0], ['alice-qaller', 'bobby-desk', 'bobby-qaller']);
    assert.deepEqual([route.tenant, route.direction], [ours.id, 'internal']);
    assert.deepEqual(route.presentation, shown('alice', '201'));
  });

  it('of another company shows a number of ours, and neither name nor extension', async () => {
    const route = await found('0881234567');
    assert.deepEqual(rung(route), [['mallory-desk']]);
    assert.deepEqual([route.tenant, route.direction], [theirs.id, 'inbound']);
    assert.deepEqual(route.presentation, shown('Ander +31851234568', '+31851234568'));
    assert.doesNotMatch(JSON.stringify(route.presentation), /alice|201/);
  });

  it('of another company is anonymous when ours has no number', async () => {
    const route = await found('0881234567', { numbers: [number('+31881234567', 'other', theirs.id)] });
    assert.deepEqual(route.presentation, shown('Ander Anoniem', undefined));
  });
});

describe('a call to the outside', () => {
  it('goes through the first trunk, with the number that the user chose', async () => {
    const route = await found('06-12345678');
    assert.deepEqual(
      route.steps.map(({ targets, seconds }) => [targets.map(named), seconds]),
      [[['first +31612345678'], 90]],
    );
    assert.deepEqual([route.tenant, route.direction], [ours.id, 'outbound']);
    assert.deepEqual(route.presentation, { ...shown(undefined, '+31851234568'), asserted: '+31851234568' });
  });

  it('keeps short numbers short', async () => {
    assert.deepEqual(rung(await found('112')), [['first 112']]);
    assert.deepEqual(rung(await found('0900-1234')), [['first 09001234']]);
  });

  for (const [title, presentedNumber] of [
    ['chose none', undefined],
    ['chose one of another company', '+31881234567' as E164],
    ['chose one that is nobody’s', '+31851234599' as E164],
  ] as const) {
    it(`shows the company’s first number when the user ${title}`, async () => {
      const route = await found('0612345678', { users: [user('alice', '201', { presentedNumber })] });
      assert.equal(route.presentation.number, '+31851234567');
    });
  }

  it('is anonymous when the company has no number', async () => {
    assert.deepEqual((await found('0612345678', { numbers: [] })).presentation, shown(undefined, undefined));
  });

  it('cannot be made without a trunk', async () => {
    assert.equal(await refused('0612345678', { trunks: [] }), 'NO_TRUNK');
  });

  for (const dialled of ['', '1', '+3161', 'alice', '*21#', '061234567']) {
    it(`cannot be made to "${dialled}"`, async () => {
      assert.equal(await refused(dialled), 'NUMBER_INCOMPLETE');
    });
  }

  it('cannot be made by a device of a company that is gone', async () => {
    assert.equal(await refused('0612345678', { tenants: [theirs] }), 'NOT_ALLOWED');
  });
});

function deviceCaller(): Caller {
  return {
    kind: 'device',
    tenant: ours.id,
    user: 'alice' as UserId,
    device: 'alice-desk' as DeviceId,
    name: 'alice',
    extension: '201',
  };
}

async function routed(dialled: string, changes: Partial<World>, caller: Caller): ReturnType<typeof findRoute> {
  return findRoute(
    { caller, dialled },
    {
      lookups: lookupsOf({ ...world, ...changes }),
      normalise: normaliseDialled,
      settings: { ringSeconds: 25, trunkRingSeconds: 90, trunkCountry: 'NL' },
    },
  );
}

async function found(dialled: string, changes: Partial<World> = {}, caller = deviceCaller()): Promise<Route> {
  const result = await routed(dialled, changes, caller);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

async function refused(dialled: string, changes: Partial<World> = {}, caller = deviceCaller()): Promise<string> {
  const result = await routed(dialled, changes, caller);
  assert.ok(!result.ok, 'it was routed');
  return result.error.code;
}

function rung(route: Route): readonly (readonly string[])[] {
  return route.steps.map(({ targets }) => targets.map(named));
}

function named(target: Target): string {
  return target.kind === 'device' ? target.device : `${target.trunk.id} ${target.number}`;
}

function lookupsOf({ tenants, users, numbers, plans, devices, trunks }: World): RoutingLookups {
  return {
    tenant: async (id) => tenants.find((one) => one.id === id),
    user: async (id) => users.find((one) => one.id === id),
    userByExtension: async (of, extension) => users.find((one) => one.tenant === of && one.extension === extension),
    companyNumber: async (wanted) => numbers.find((one) => one.number === wanted),
    companyNumbers: async (of) => numbers.filter((one) => one.tenant === of),
    plan: async (id) => plans.find((one) => one.id === id),
    reachable: async (id) => devices.get(id) ?? [],
    trunks: () => trunks,
  };
}

function tenant(id: string): Tenant {
  return newTenant({ id: id as TenantId, name: id });
}

function alice(): User {
  return user('alice', '201');
}

function user(name: string, extension: string, changes: Partial<User> = {}): User {
  return newUser({
    id: name as UserId,
    tenant: ours.id,
    name,
    extension: extension as Extension,
    ringTargets: all,
    ...changes,
  });
}

function device(owner: string, kind: 'desk' | 'qaller'): ReachableDevice {
  return { device: `${owner}-${kind}` as DeviceId, kind, bindings: [bindingOf(owner)] };
}

function number(text: string, planName: string, of: TenantId = ours.id): CompanyNumber {
  return { number: text as E164, tenant: of, plan: planName as PlanId };
}

function plan(id: string, prefix: string | undefined, ...steps: readonly (readonly string[])[]): Plan {
  return {
    id: id as PlanId,
    tenant: ours.id,
    name: id,
    prefix,
    outsideSees: 'caller',
    steps: steps.map((users) =>
      ringTogether(
        users.map((name) => name as UserId),
        20,
      ),
    ),
  };
}

function trunk(id: string): Trunk {
  return newTrunk({ id: id as TrunkId, host: '127.0.0.9' });
}
