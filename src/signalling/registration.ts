import { isIP } from 'node:net';
import type { Device } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Clock } from '../kernel/clock.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Binding, Flow } from '../registrar/binding.ts';
import { register, type Registration, type RegistrationBounds } from '../registrar/register.ts';
import type { BindingStore } from '../store/port.ts';
import { dialledIn } from './admission.ts';
import { parseContacts, printContacts } from './contact-field.ts';
import type { SipRequest, SipResponder } from './srf.ts';

export interface RegistrationParts {
  readonly bindings: BindingStore;
  readonly bounds: RegistrationBounds;
  readonly clock: Clock;
}

/** Carries out an authenticated REGISTER and answers it. @returns what the device's bindings are now */
export async function handleRegister(
  req: SipRequest,
  res: SipResponder,
  device: Device,
  parts: RegistrationParts,
): Promise<Result<readonly Binding[], Fault>> {
  const request = readRegistration(req, device);
  if (!request.ok) return refuse(res, request.error, parts.bounds);
  const now = parts.clock.now();
  const outcome = await parts.bindings.change(device.id, now, (bindings) =>
    register(request.value, bindings, parts.bounds, now),
  );
  if (!outcome.ok) return refuse(res, outcome.error, parts.bounds);
  const contacts = printContacts(outcome.value, now);
  res.send(200, {
    headers: { ...(contacts === '' ? {} : { Contact: contacts }), Date: new Date(now).toUTCString() },
  });
  return outcome;
}

function refuse(res: SipResponder, fault: Fault, bounds: RegistrationBounds): Result<never, Fault> {
  const headers: Record<string, string> =
    fault.code === 'INTERVAL_TOO_BRIEF' ? { 'Min-Expires': String(bounds.minimum) } : {};
  res.send(fault.sip, { headers });
  return err(fault);
}

function readRegistration(req: SipRequest, device: Device): Result<Registration, Fault> {
  // RFC 3261 §10.3 step 4: nobody registers contacts for somebody else.
  if (userOf(req.get('To')) !== device.username) {
    return err(new Fault('NOT_ALLOWED', `${device.username} may register contacts for itself only`));
  }
  const field = req.get('Contact');
  const contacts = field === undefined ? [] : parseContacts(field);
  if (contacts === undefined) return err(new Fault('BAD_REQUEST', `Contact cannot be read: ${String(field)}`));
  const expires = req.get('Expires')?.trim();
  const cseq = Number.parseInt(req.get('CSeq') ?? '', 10);
  const flow = flowOf(req);
  if (flow === undefined)
    return err(new Fault('INTERNAL', 'the SIP server does not tell where the REGISTER came from'));
  return ok({
    device: device.id,
    contacts,
    expires: expires !== undefined && /^\d{1,10}$/.test(expires) ? Number(expires) : undefined,
    callId: req.get('Call-ID') ?? '',
    cseq: Number.isSafeInteger(cseq) ? cseq : 0,
    flow,
    userAgent: req.get('User-Agent'),
  });
}

function userOf(field: string | undefined): string | undefined {
  return dialledIn(/<([^>]+)>/.exec(field ?? '')?.[1] ?? field ?? '');
}

/** The path that a request came by. */
export function flowOf(req: SipRequest): Flow | undefined {
  const [, localAddress, localPort] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(req.receivedOn ?? '') ?? [];
  if (localAddress === undefined || isIP(localAddress) === 0 || isIP(req.source_address) === 0) return undefined;
  return {
    transport: transportNamed(req.protocol),
    remoteAddress: req.source_address,
    remotePort: Number(req.source_port),
    localAddress,
    localPort: Number(localPort),
  };
}

function transportNamed(protocol: string): Flow['transport'] {
  switch (protocol) {
    case 'tcp':
    case 'tls':
    case 'ws':
    case 'wss':
      return protocol;
    default:
      return 'udp';
  }
}
