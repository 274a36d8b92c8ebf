import type { Account, LoginSession, MobileVerification } from '../../src/directory/account.ts';
import type { VoicemailMessage } from '../../src/directory/voicemail-message.ts';
import type { CallRecord } from '../../src/call/record.ts';
import type {
  CompanyNumber,
  Device,
  DeviceId,
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
import { newTenant, newTrunk, newUser, ringTogether } from '../../src/directory/new.ts';
import type { Binding } from '../../src/registrar/binding.ts';
import type { DirectoryChange } from '../../src/store/port.ts';

/** Made-up objects for the store's contract. */

export const bakery = 'bakery' as TenantId;
export const garage = 'garage' as TenantId;

export function tenant(id: TenantId, more: Partial<Tenant> = {}): Tenant {
  return newTenant({ id, name: `Company ${id}`, ...more });
}

export function user(id: string, of: TenantId, more: Partial<User> = {}): User {
  return newUser({
    id: id as UserId,
    tenant: of,
    name: `Person ${id}`,
    extension: '201' as Extension,
    ringTargets: { desk: true, qaller: false },
    ...more,
  });
}

export function device(id: string, of: TenantId, owner: string, more: Partial<Device> = {}): Device {
  return {
    id: id as DeviceId,
    tenant: of,
    user: owner as UserId,
    kind: 'desk',
    username: `line-${id}`,
    credentials: { realm: 'qaller', md5: '0'.repeat(32), sha256: '0'.repeat(64) },
    ...more,
  };
}

export function plan(id: string, of: TenantId, users: readonly string[], more: Partial<Plan> = {}): Plan {
  return {
    id: id as PlanId,
    tenant: of,
    name: `Plan ${id}`,
    prefix: 'Shop',
    outsideSees: 'caller',
    steps: [ringTogether(users as readonly UserId[], 25)],
    ...more,
  };
}

export function companyNumber(number: string, of: TenantId, answeredBy: string): CompanyNumber {
  return { number: number as E164, tenant: of, plan: answeredBy as PlanId };
}

export function diversion(id: string, of: string, more: Partial<Diversion> = {}): Diversion {
  return {
    id: id as DiversionId,
    tenant: bakery,
    plan: of as PlanId,
    name: `Diversion ${id}`,
    group: 'A',
    position: 1,
    to: { kind: 'hang-up' },
    on: false,
    until: undefined,
    ...more,
  };
}

export function trunk(id: string, more: Partial<Trunk> = {}): Trunk {
  return newTrunk({ id: id as TrunkId, host: 'carrier.example.com', ...more });
}

export function account(of: string, more: Partial<Account> = {}): Account {
  return {
    user: of as UserId,
    tenant: bakery,
    login: `${of}@bakery.example`,
    passwordHash: 'scrypt$15$c2FsdA$aGFzaA',
    ...more,
  };
}

export function session(id: string, of: string, more: Partial<LoginSession> = {}): LoginSession {
  return {
    id,
    tokenHash: `hash-of-${id}`,
    user: of as UserId,
    tenant: bakery,
    openedAt: 1_000,
    expiresAt: 61_000,
    agent: 'Qaller 4.1 (Android 14)',
    ...more,
  };
}

export function verification(of: string, more: Partial<MobileVerification> = {}): MobileVerification {
  return {
    user: of as UserId,
    number: '+31612345678' as E164,
    codeHash: 'hash-of-code',
    expiresAt: 600_000,
    wrongCodes: 0,
    toldAt: [1_000],
    ...more,
  };
}

export function message(id: string, of: string, more: Partial<VoicemailMessage> = {}): VoicemailMessage {
  return {
    id,
    tenant: bakery,
    user: of as UserId,
    call: `call-${id}`,
    from: '+31612345678',
    fromName: 'Mr. Example',
    at: 1_000,
    milliseconds: 4_200,
    file: `${id}.wav`,
    ...more,
  };
}

/** Two users with a device each, one plan, one number that the first user presents. */
export const bakeryDirectory: DirectoryChange = {
  tenants: [tenant(bakery)],
  users: [
    user('anna', bakery, {
      presentedNumber: '+31851234567' as E164,
      presentableNumbers: ['+31851234567' as E164],
      role: 'admin',
    }),
    user('bart', bakery, { extension: '202' as Extension, ringTargets: { desk: true, vamos: true, browser: false } }),
  ],
  devices: [device('anna-desk', bakery, 'anna'), device('bart-desk', bakery, 'bart')],
  plans: [plan('shop', bakery, ['anna', 'bart'])],
  companyNumbers: [companyNumber('+31851234567', bakery, 'shop')],
};

export function binding(more: Partial<Binding> = {}): Binding {
  return {
    device: 'anna-desk' as DeviceId,
    key: 'urn:uuid:0001;1',
    contact: 'sip:line@127.0.0.9:5062;transport=tcp',
    instance: '<urn:uuid:0001>',
    flow: {
      transport: 'tcp',
      remoteAddress: '127.0.0.9',
      remotePort: 40_001,
      localAddress: '127.0.0.1',
      localPort: 5_060,
    },
    callId: 'register-1',
    cseq: 1,
    userAgent: 'Example Phone 1.0',
    registeredAt: 1_000,
    expiresAt: 61_000,
    ...more,
  };
}

export function record(call: string, more: Partial<CallRecord> = {}): CallRecord {
  return {
    call,
    tenant: bakery,
    direction: 'inbound',
    caller: '+31612345678',
    callerUser: undefined,
    dialled: '+31851234567',
    startedAt: 1_000,
    ringingAt: 1_100,
    answeredAt: 4_000,
    attendedAt: 2_000,
    endedAt: 64_000,
    outcome: 'answered',
    answeredBy: 'party',
    endedBy: 'caller',
    fault: undefined,
    status: 200,
    chain: ['plan main', 'user anna'],
    legs: [
      {
        leg: 'leg-1',
        target: { kind: 'device', device: 'anna-desk' as DeviceId, user: 'anna' as UserId },
        outcome: 'answered',
        status: 200,
      },
      { leg: 'leg-2', target: { kind: 'trunk', trunk: 'carrier' }, outcome: 'unreachable', status: undefined },
    ],
    media: {
      caller: counters('PCMA/8000'),
      callee: counters(undefined),
    },
    ...more,
  };
}

function counters(codec: string | undefined) {
  return {
    codec,
    packetsReceived: 3_000,
    bytesReceived: 516_000,
    packetsSent: 2_999,
    bytesSent: 515_828,
    packetsLost: 1,
    jitterMs: 0.75,
  };
}
