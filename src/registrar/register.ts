import type { DeviceId } from '../directory/types.ts';
import { Fault } from '../faults/fault.ts';
import type { Instant } from '../kernel/clock.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Binding, Flow } from './binding.ts';

/** One Contact of a REGISTER, decoded. */
export interface OfferedContact {
  readonly uri: string;
  /** The `expires` parameter, in seconds. */
  readonly expires: number | undefined;
  /** `+sip.instance`, without its angle brackets. */
  readonly instance: string | undefined;
  readonly regId: string | undefined;
}

export interface Registration {
  readonly device: DeviceId;
  /** `'all'` is `Contact: *`. */
  readonly contacts: readonly OfferedContact[] | 'all';
  /** The Expires header field, in seconds. */
  readonly expires: number | undefined;
  readonly callId: string;
  readonly cseq: number;
  readonly flow: Flow;
  readonly userAgent: string | undefined;
}

/** All in seconds but the last. */
export interface RegistrationBounds {
  readonly minimum: number;
  readonly default: number;
  readonly maximum: number;
  readonly bindingsPerDevice: number;
}

export interface Decision {
  readonly outcome: Result<readonly Binding[], Fault>;
  /** What the device's bindings are from now on. */
  readonly bindings: readonly Binding[];
}

/**
 * What a registrar does with one authenticated REGISTER (RFC 3261 §10.3 steps 6 to 8):
 * all of it or nothing. A phone that comes back from another address replaces its own
 * binding by `+sip.instance` and `reg-id` (RFC 5626 §6), not by its contact.
 * @param bindings those of the device that have not expired
 */
export function register(
  request: Registration,
  bindings: readonly Binding[],
  bounds: RegistrationBounds,
  now: Instant,
): Decision {
  const refused = (fault: Fault): Decision => ({ outcome: err(fault), bindings });
  if (request.contacts === 'all') return removeAll(request, bindings, refused);
  let next: readonly Binding[] = bindings;
  for (const contact of request.contacts) {
    const wanted = contact.expires ?? request.expires ?? bounds.default;
    if (wanted > 0 && wanted < bounds.minimum) {
      return refused(new Fault('INTERVAL_TOO_BRIEF', `register for ${String(bounds.minimum)} seconds or longer`));
    }
    const key = bindingKey(contact);
    const known = bindings.find((binding) => binding.key === key);
    if (known !== undefined && isStale(request, known)) return refused(outOfOrder());
    next = next.filter((binding) => binding.key !== key);
    if (wanted > 0) next = [bind(request, contact, key, Math.min(wanted, bounds.maximum), now), ...next];
  }
  const kept = next.slice(0, bounds.bindingsPerDevice); // a phone without an instance leaves one behind at each new address: the oldest go
  return { outcome: ok(kept), bindings: kept };
}

function removeAll(request: Registration, bindings: readonly Binding[], refused: (fault: Fault) => Decision): Decision {
  if (request.expires !== 0) return refused(new Fault('BAD_REQUEST', 'Contact: * goes with Expires: 0 only'));
  if (bindings.some((binding) => isStale(request, binding))) return refused(outOfOrder());
  return { outcome: ok([]), bindings: [] };
}

/** A REGISTER that was overtaken by a later one of the same phone must not undo it. */
function isStale(request: Registration, binding: Binding): boolean {
  return request.callId === binding.callId && request.cseq <= binding.cseq;
}

function outOfOrder(): Fault {
  return new Fault(
    'OUT_OF_ORDER',
    'a later REGISTER of this phone was handled already; register again with a higher CSeq',
  );
}

function bindingKey(contact: OfferedContact): string {
  return contact.instance === undefined ? contact.uri : `${contact.instance};reg-id=${contact.regId ?? ''}`;
}

function bind(request: Registration, contact: OfferedContact, key: string, seconds: number, now: Instant): Binding {
  return {
    device: request.device,
    key,
    contact: contact.uri,
    instance: contact.instance,
    flow: request.flow,
    callId: request.callId,
    cseq: request.cseq,
    userAgent: request.userAgent,
    registeredAt: now,
    expiresAt: now + seconds * 1000,
  };
}
