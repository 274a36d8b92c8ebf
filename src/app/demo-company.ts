import {
  type CompanyNumber,
  type Device,
  type DeviceKind,
  type Diversion,
  type E164,
  type Plan,
  type RingTargets,
  type User,
} from '../directory/types.ts';
import { newTenant, newUser, ringTogether } from '../directory/new.ts';
import type { Destination } from '../directory/destination.ts';
import { deviceId, diversionId, isE164, isExtension, planId, tenantId, userId } from '../directory/names.ts';
import { hashCredentials } from '../signalling/digest/credentials.ts';
import type { DirectoryChange } from '../store/port.ts';
import { generatePassword, type RandomBytes } from './password.ts';

/** What somebody needs to know to register one phone. */
export interface DemoAccount {
  readonly name: string;
  readonly extension: string;
  readonly kind: DeviceKind;
  readonly username: string;
  readonly password: string;
}

export interface DemoCompany {
  readonly change: DirectoryChange;
  /** With the passwords, which are kept nowhere else: show them once. */
  readonly accounts: readonly DemoAccount[];
}

interface Person {
  readonly name: string;
  readonly extension: string;
  readonly role: User['role'];
  readonly kinds: readonly DeviceKind[];
}

const people: readonly Person[] = [
  { name: 'Sanne de Vries', extension: '201', role: 'admin', kinds: ['desk', 'qaller'] },
  { name: 'Joris Bakker', extension: '202', role: 'user', kinds: ['desk'] },
  { name: 'Fatima Yilmaz', extension: '203', role: 'user', kinds: ['desk'] },
];

/** The number of the reception, and that of the first person. Both are made up. */
export const demoNumbers = { reception: '+31851234567', direct: '+31851234568' };

const tenant = newTenant({ id: tenantId('voorbeeld'), name: 'Voorbeeld BV' });

/**
 * A company to try the exchange with: three people, four phones, and two numbers, one of
 * which rings all three. Every call makes new passwords.
 */
export function demoCompany({ realm, random }: { readonly realm: string; readonly random: RandomBytes }): DemoCompany {
  const phones = people.flatMap((person) => person.kinds.map((kind) => phoneOf(person, kind, realm, random)));
  return {
    change: {
      tenants: [tenant],
      users: people.map(userOf),
      devices: phones.map(({ device }) => device),
      plans: [reception, direct],
      diversions: [lunch, meeting, holiday],
      companyNumbers: [
        { number: e164(demoNumbers.reception), tenant: tenant.id, plan: reception.id },
        { number: e164(demoNumbers.direct), tenant: tenant.id, plan: direct.id },
      ] satisfies readonly CompanyNumber[],
    },
    accounts: phones.map(({ account }) => account),
  };
}

const idOf = ({ extension }: Person) => userId(`voorbeeld-${extension}`);

const reception: Plan = {
  id: planId('voorbeeld-receptie'),
  tenant: tenant.id,
  name: 'Receptie',
  prefix: 'Receptie',
  outsideSees: 'caller',
  steps: [ringTogether(people.map(idOf), 25)],
};

const direct: Plan = {
  id: planId('voorbeeld-direct'),
  tenant: tenant.id,
  name: 'Rechtstreeks',
  prefix: undefined,
  outsideSees: 'caller',
  steps: [ringTogether(people.slice(0, 1).map(idOf), 30)],
};

/** Of the two in group A at most one is on. Who goes to lunch lets callers speak to a box; who is in a meeting, to Joris. */
const [lunch, meeting, holiday] = [
  receptionDiversion('lunch', 'Lunch', 1, 'A', { kind: 'voicemail', user: userId('voorbeeld-201') }),
  receptionDiversion('overleg', 'Overleg', 2, 'A', { kind: 'user', user: userId('voorbeeld-202') }),
  receptionDiversion('vakantie', 'Vakantie', 3, undefined, { kind: 'plan', plan: direct.id }),
];

function receptionDiversion(
  id: string,
  name: string,
  position: number,
  group: string | undefined,
  to: Destination,
): Diversion {
  return {
    ...{ id: diversionId(`voorbeeld-receptie-${id}`), tenant: tenant.id, plan: reception.id },
    ...{ name, group, position, to, on: false, until: undefined },
  };
}

function userOf(person: Person): User {
  const { name, extension, role, kinds } = person;
  if (!isExtension(extension)) throw new Error(`${extension} is not an extension`);
  const ringTargets: RingTargets = Object.fromEntries(kinds.map((kind) => [kind, true]));
  return newUser({
    ...{ id: idOf(person), tenant: tenant.id, name, extension, role, ringTargets },
    presentedNumber: e164(demoNumbers.reception),
    presentableNumbers: [e164(demoNumbers.reception), e164(demoNumbers.direct)],
  });
}

function phoneOf(
  person: Person,
  kind: DeviceKind,
  realm: string,
  random: RandomBytes,
): { readonly device: Device; readonly account: DemoAccount } {
  const username = `${person.extension}-${kind}`;
  const password = generatePassword(random);
  return {
    device: {
      id: deviceId(`voorbeeld-${username}`),
      tenant: tenant.id,
      user: idOf(person),
      kind,
      username,
      credentials: hashCredentials(username, realm, password),
    },
    account: { name: person.name, extension: person.extension, kind, username, password },
  };
}

function e164(text: string): E164 {
  if (!isE164(text)) throw new Error(`${text} is not an international number`);
  return text;
}
