import assert from 'node:assert/strict';
import type { Caller, Presentation, Target } from '../../src/call/party.ts';
import type { RouteMove, RouteStep, StepOutcome } from '../../src/call/route-step.ts';
import { normaliseDialled } from '../../src/directory/libphonenumber/normalise.ts';
import { newTenant, newTrunk, newUser } from '../../src/directory/new.ts';
import type { Destination } from '../../src/directory/destination.ts';
import type { PlanStep } from '../../src/directory/plan-step.ts';
import type {
  CompanyNumber,
  DeviceId,
  DeviceKind,
  Diversion,
  DiversionId,
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
} from '../../src/directory/types.ts';
import type { Fault } from '../../src/faults/fault.ts';
import type { Result } from '../../src/kernel/result.ts';
import { nextMove } from '../../src/routing/next-move.ts';
import type { Member, RoutingLookups, TrunkState, UserActivity } from '../../src/routing/port.ts';
import { bindingOf } from './people.ts';

/** A world of plain objects; each test changes what it is about. */
export interface World {
  readonly tenants: readonly Tenant[];
  readonly users: readonly User[];
  readonly numbers: readonly CompanyNumber[];
  readonly plans: readonly Plan[];
  readonly diversions: readonly Diversion[];
  /** Which kinds of telephone are registered for whom. */
  readonly registered: Readonly<Record<string, readonly DeviceKind[]>>;
  readonly trunks: readonly Trunk[];
  readonly trunkStates: Readonly<Record<string, Partial<TrunkState>>>;
  readonly activity: Readonly<Record<string, UserActivity>>;
  readonly now: number;
}

export const ours = 'voorbeeld' as TenantId;
export const theirs = 'ander' as TenantId;

export const emptyWorld: World = {
  tenants: [newTenant({ id: ours, name: 'Voorbeeld' }), newTenant({ id: theirs, name: 'Ander' })],
  users: [],
  numbers: [],
  plans: [],
  diversions: [],
  registered: {},
  trunks: [],
  trunkStates: {},
  activity: {},
  now: Date.parse('2026-11-23T12:00:00+01:00'),
};

/** A call in that world, asked for its next move as the call machine does. */
export class Asking {
  #at: RouteMove['at'] | undefined;

  constructor(
    private readonly world: World,
    private readonly caller: Caller,
    private readonly dialled: string,
  ) {}

  async ask(because?: StepOutcome): Promise<Result<RouteMove, Fault>> {
    const result = await nextMove({ caller: this.caller, dialled: this.dialled }, this.#at, because, {
      lookups: lookupsOf(this.world),
      normalise: normaliseDialled,
      settings: { ringSeconds: 25, trunkRingSeconds: 90, trunkCountry: 'NL' },
      clock: { now: () => this.world.now },
    });
    if (result.ok) this.#at = result.value.at;
    return result;
  }

  async move(because?: StepOutcome): Promise<RouteMove> {
    const result = await this.ask(because);
    assert.ok(result.ok, result.ok ? '' : result.error.message);
    return result.value;
  }

  /** What it does, and then what it does when nobody answers and no key is pressed, until it ends. */
  async toTheEnd(): Promise<readonly string[]> {
    const all: string[] = [];
    let because: StepOutcome | undefined;
    for (let moves = 0; moves < 1000; moves += 1) {
      const { step } = await this.move(because);
      all.push(said(step));
      if (step.do === 'give-up' || step.do === 'refuse') return all;
      because = vainly(step);
    }
    assert.fail('the call never ends');
  }
}

export const unanswered: StepOutcome = { is: 'unanswered', fault: 'NO_ANSWER' };

function vainly(step: RouteStep): StepOutcome {
  if (step.do === 'menu') return { is: 'no-key' };
  return step.do === 'ring' ? unanswered : { is: 'played' };
}

/** In words: `bobby-desk bobby-qaller for 20 s`. */
export function said(step: RouteStep): string {
  switch (step.do) {
    case 'ring':
      return `${step.targets.map(({ target }) => named(target)).join(' ')} for ${String(step.seconds)} s`;
    case 'announce':
      return `announce ${step.sound}`;
    case 'menu':
      return `menu ${step.sound} ${step.keys.join('')}`;
    case 'voicemail':
      return `voicemail of ${step.box}`;
    case 'give-up':
      return 'give-up';
    case 'refuse':
      return `refuse ${step.fault}`;
  }
}

function named(target: Target): string {
  return target.kind === 'device' ? target.device : `${target.trunk.id}:${target.number}`;
}

export function presentations({ step }: RouteMove): readonly Presentation[] {
  return step.do === 'ring' ? step.targets.map(({ presentation }) => presentation) : [];
}

export function lookupsOf(world: World): RoutingLookups {
  const { tenants, users, numbers, plans, diversions, registered, trunks } = world;
  const memberOf = (user: User): Member => ({
    user,
    devices: (registered[user.id] ?? []).map((kind) => ({
      device: { id: `${user.id}-${kind}` as DeviceId, kind },
      bindings: [bindingOf(user.id, { device: `${user.id}-${kind}` as DeviceId })],
    })),
  });
  return {
    tenant: async (id) => tenants.find((one) => one.id === id),
    user: async (id) => users.find((one) => one.id === id),
    userByExtension: async (of, extension) => users.find((one) => one.tenant === of && one.extension === extension),
    userBySim: async (number) => users.find(({ vamosNumber }) => vamosNumber === number),
    companyNumber: async (wanted) => numbers.find((one) => one.number === wanted),
    firstNumber: async (of) =>
      numbers
        .filter(({ tenant }) => tenant === of)
        .map(({ number }) => number)
        .sort()[0],
    plan: async (id) => plans.find((one) => one.id === id),
    diversionsOf: async (of) => diversions.filter(({ plan }) => plan === of),
    membersOf: async (of, who) => {
      const found = who.flatMap((one) =>
        users.filter(
          (user) =>
            user.tenant === of && (one.kind === 'user' ? user.id === one.user : user.extension === one.extension),
        ),
      );
      return [...new Set(found)].map(memberOf);
    },
    trunks: () => trunks,
    trunkState: (id) => ({ reachable: true, full: false, ...world.trunkStates[id] }),
    activity: (id) => world.activity[id] ?? { busy: false, idleSince: undefined },
  };
}

export function user(name: string, extension: string, changes: Partial<User> = {}): User {
  return newUser({
    id: name as UserId,
    tenant: ours,
    name,
    extension: extension as Extension,
    ringTargets: { desk: true, qaller: true },
    ...changes,
  });
}

export function number(text: string, plan: string, tenant: TenantId = ours): CompanyNumber {
  return { number: e164(text), tenant, plan: plan as PlanId };
}

export function plan(id: string, steps: readonly PlanStep[], changes: Partial<Plan> = {}): Plan {
  return { id: id as PlanId, tenant: ours, name: id, prefix: undefined, outsideSees: 'caller', steps, ...changes };
}

export function diversion(of: string, to: Destination, changes: Partial<Diversion> = {}): Diversion {
  return {
    id: `${of}-diversion` as DiversionId,
    tenant: ours,
    plan: of as PlanId,
    name: 'storm',
    group: undefined,
    position: 1,
    to,
    on: true,
    until: undefined,
    ...changes,
  };
}

export function ring(...names: readonly string[]): Extract<PlanStep, { do: 'ring' }> {
  return {
    do: 'ring',
    who: names.map((name) => ({ kind: 'user', user: name as UserId })),
    order: 'together',
    seconds: 20,
    waiting: 'ringback',
  };
}

export const to = {
  user: (id: string): Destination => ({ kind: 'user', user: id as UserId }),
  plan: (id: string): Destination => ({ kind: 'plan', plan: id as PlanId }),
  number: (text: string): Destination => ({ kind: 'number', number: e164(text) }),
  mobile: (id: string): Destination => ({ kind: 'mobile', user: id as UserId }),
  voicemail: (id: string): Destination => ({ kind: 'voicemail', user: id as UserId }),
  hangUp: { kind: 'hang-up' } as Destination,
};

export function e164(text: string): E164 {
  return text as E164;
}

export function trunk(id: string, changes: Partial<Trunk> = {}): Trunk {
  return newTrunk({ id: id as TrunkId, host: '127.0.0.9', ...changes });
}

export function callerAt(name: string, extension: string, changes: Partial<User> = {}): Caller {
  return {
    kind: 'device',
    tenant: changes.tenant ?? ours,
    user: name as UserId,
    device: `${name}-desk` as DeviceId,
    name,
    extension,
  };
}

export function simOf(name: string, extension: string): Caller {
  return { kind: 'sim', tenant: ours, user: name as UserId, trunk: 'mobile' as TrunkId, name, extension };
}

export function fromCarrier(changes: Partial<Extract<Caller, { kind: 'trunk' }>> = {}): Caller {
  return {
    kind: 'trunk',
    trunk: 'carrier' as TrunkId,
    tenant: undefined,
    number: '+31612345678',
    name: 'Jan',
    ...changes,
  };
}
