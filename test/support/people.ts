import type { Caller, Presentation, Target } from '../../src/call/party.ts';
import type { DeviceId, TenantId, Trunk, TrunkId, UserId } from '../../src/directory/types.ts';
import { newTrunk } from '../../src/directory/new.ts';
import type { Binding } from '../../src/registrar/binding.ts';

/** Made-up people and phones, for tests that need some. */
export const tenantId = 'voorbeeld' as TenantId;

export function callerCalled(name: string, extension = '201'): Caller {
  return {
    kind: 'device',
    tenant: tenantId,
    user: name as UserId,
    device: `${name}-desk` as DeviceId,
    name,
    extension,
  };
}

export function phoneOf(name: string): Target {
  return { kind: 'device', device: `${name}-desk` as DeviceId, user: name as UserId, binding: bindingOf(name) };
}

/** As a device shows it. */
export function shown(display: string | undefined, number: string | undefined): Presentation {
  return { display, number, asserted: undefined, diverted: [] };
}

export function bindingOf(name: string, changes: Partial<Binding> = {}): Binding {
  return {
    device: `${name}-desk` as DeviceId,
    key: `sip:${name}@127.0.0.2:5060`,
    contact: `sip:${name}@127.0.0.2:5060`,
    instance: undefined,
    flow: {
      transport: 'udp',
      remoteAddress: '127.0.0.2',
      remotePort: 5060,
      localAddress: '127.0.0.1',
      localPort: 5060,
    },
    callId: `register-${name}`,
    cseq: 1,
    userAgent: undefined,
    registeredAt: 0,
    expiresAt: 3_600_000,
    ...changes,
  };
}

/** @param otherwise trunks to try when this one fails by itself */
export function carrier(
  number: string,
  id = 'carrier',
  ...otherwise: readonly string[]
): Extract<Target, { kind: 'trunk' }> {
  return {
    kind: 'trunk',
    trunk: trunkCalled(id),
    number,
    otherwise: otherwise.map(trunkCalled),
    user: undefined,
  };
}

export function trunkCalled(id: string): Trunk {
  return newTrunk({ id: id as TrunkId, host: '127.0.0.9' });
}
