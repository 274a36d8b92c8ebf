import { normalRoute } from './destination.ts';
import type { PlanStep } from './plan-step.ts';
import type { Tenant, Trunk, User, UserId } from './types.ts';

type UserEssentials = Pick<User, 'id' | 'tenant' | 'name' | 'extension' | 'ringTargets'>;

/** A user as one begins: all circles as given, calls the normal way, nothing set. */
export function newUser(user: UserEssentials & Partial<User>): User {
  return {
    role: 'user',
    personalRoute: normalRoute,
    mobileNumber: undefined,
    vamosNumber: undefined,
    anonymous: false,
    presentedNumber: undefined,
    presentableNumbers: [],
    bookmarks: [],
    ...user,
  };
}

/** A company in the Netherlands, unless told otherwise. */
export function newTenant(tenant: Pick<Tenant, 'id' | 'name'> & Partial<Tenant>): Tenant {
  return { country: 'NL', timeZone: 'Europe/Amsterdam', language: 'nl', locationNumber: undefined, ...tenant };
}

/** A carrier for everybody, over UDP, that knows our address and asks for no password, unless told otherwise. */
export function newTrunk(trunk: Pick<Trunk, 'id' | 'host'> & Partial<Trunk>): Trunk {
  return {
    tenant: undefined,
    purpose: 'carrier',
    port: undefined,
    transport: 'udp',
    sources: [],
    auth: undefined,
    inbound: undefined,
    registers: undefined,
    priority: 0,
    format: 'e164',
    country: 'NL',
    channels: undefined,
    checkSeconds: undefined,
    ...trunk,
  };
}

/** Rings these users together, while the caller hears ringback. */
export function ringTogether(users: readonly UserId[], seconds: number): PlanStep {
  return {
    do: 'ring',
    who: users.map((user) => ({ kind: 'user', user })),
    order: 'together',
    seconds,
    waiting: 'ringback',
  };
}
