import type { Caller } from '../src/call/party.ts';
import {
  deviceId,
  diversionId,
  isE164,
  isExtension,
  planId,
  tenantId,
  trunkId,
  userId,
} from '../src/directory/names.ts';
import { newTenant, newUser, ringTogether } from '../src/directory/new.ts';
import type { Device, Diversion, E164, Extension, Plan, PlanId, TrunkId, User } from '../src/directory/types.ts';
import type { Instant } from '../src/kernel/clock.ts';
import type { Binding } from '../src/registrar/binding.ts';
import type { Store } from '../src/store/port.ts';

const people = 5_000;
const plans = 500;
const inGroup = 20;

/** A company as large as they come, and how to call it. */
export interface LargeCompany {
  readonly users: readonly User[];
  readonly trunk: TrunkId;
  readonly userAt: (turn: number) => User;
  readonly callerAt: (turn: number) => Caller;
  readonly fromCarrier: () => Caller;
  /** Of a plan that rings 20 users together. */
  readonly groupNumber: (turn: number) => string;
  /** Of a plan with ten diversions, the last of which is on and leads to such a plan. */
  readonly divertedNumber: (turn: number) => string;
}

/** Each with a desk phone and the app, both registered; half of the plans ring a group, half have diversions. */
export async function makeLargeCompany(store: Store, now: Instant): Promise<LargeCompany> {
  const tenant = newTenant({ id: tenantId('large'), name: 'Large BV' });
  const users = Array.from({ length: people }, (_, index) => {
    const digits = String(10_000 + index);
    const ringTargets = { desk: true, qaller: true };
    const presentableNumbers = [numberOf(index % plans)];
    const one = { id: userId(`user-${digits}`), tenant: tenant.id, extension: extensionOf(digits), ringTargets };
    return newUser({ ...one, name: `Person ${digits}`, presentableNumbers });
  });
  const devices = users.flatMap((user) => [deviceOf(user, 'desk'), deviceOf(user, 'qaller')]);
  const made = Array.from({ length: plans }, (_, index): Plan => {
    const group = users.slice((index * inGroup) % (people - inGroup)).slice(0, inGroup);
    const steps = [
      ringTogether(
        group.map(({ id }) => id),
        20,
      ),
    ];
    const prefix = `Team ${String(index)}`;
    return { id: planOf(index), tenant: tenant.id, name: prefix, prefix, outsideSees: 'caller', steps };
  });
  const companyNumbers = made.map(({ id }, index) => ({ number: numberOf(index), tenant: tenant.id, plan: id }));
  const diversions = made.slice(plans / 2).flatMap((plan, index) =>
    Array.from({ length: 10 }, (_, position): Diversion => ({
      ...{ id: diversionId(`${plan.id}-${String(position)}`), tenant: tenant.id, plan: plan.id, position },
      ...{ name: `Switch ${String(position)}`, group: undefined, on: position === 9, until: undefined },
      to: { kind: 'plan', plan: planOf(index) },
    })),
  );
  await store.directory.save({ tenants: [tenant], users, devices, plans: made, companyNumbers, diversions });
  for (const { id } of devices)
    await store.bindings.change(id, now, () => ({ outcome: undefined, bindings: [bindingOf(id, now)] }));

  const userAt = (turn: number): User => {
    const user = users[turn % people];
    if (user === undefined) throw new Error('the company has no such user');
    return user;
  };
  return {
    users,
    trunk: carrier,
    userAt,
    callerAt: (turn) => {
      const { id, name, extension } = userAt(turn);
      return { kind: 'device', tenant: tenant.id, user: id, device: deviceId(`${id}-desk`), name, extension };
    },
    fromCarrier: () => ({ kind: 'trunk', trunk: carrier, tenant: undefined, number: '+31612345678', name: 'Jan' }),
    groupNumber: (turn) => numberOf(turn % (plans / 2)),
    divertedNumber: (turn) => numberOf(plans / 2 + (turn % (plans / 2))),
  };
}

const carrier = trunkId('carrier');

function planOf(index: number): PlanId {
  return planId(`plan-${String(index)}`);
}

function numberOf(index: number): E164 {
  const number = `+31851${String(234_000 + index)}`;
  if (!isE164(number)) throw new Error(`${number} is no number`);
  return number;
}

function extensionOf(digits: string): Extension {
  if (!isExtension(digits)) throw new Error(`${digits} is no extension`);
  return digits;
}

function deviceOf({ id: user, tenant }: User, kind: 'desk' | 'qaller'): Device {
  const id = deviceId(`${user}-${kind}`);
  const credentials = { realm: 'bench', md5: '0'.repeat(32), sha256: '0'.repeat(64) };
  return { id, tenant, user, kind, username: id, credentials };
}

function bindingOf(device: Device['id'], now: Instant): Binding {
  const contact = `sip:${device}@127.0.0.1:5062`;
  const flow = { remoteAddress: '127.0.0.1', remotePort: 5062, localAddress: '127.0.0.1', localPort: 5060 };
  return {
    ...{ device, key: contact, contact, instance: undefined, flow: { transport: 'udp', ...flow } },
    ...{ callId: `register-${device}`, cseq: 1, userAgent: undefined, registeredAt: now, expiresAt: now + 3_600_000 },
  };
}
