import type { Static } from 'typebox';
import type { Destination, PersonalRoute } from '../../directory/destination.ts';
import { normaliseDialled } from '../../directory/libphonenumber/normalise.ts';
import { isPaidService } from '../../directory/libphonenumber/paid-service.ts';
import { planId, userId } from '../../directory/names.ts';
import type { E164 } from '../../directory/types.ts';
import { Fault } from '../../faults/fault.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import type { destination, personalRoute } from '../schema/destination.ts';

type Wire = Static<(typeof destination)['schema']>;

/** @throws Fault NOT_POSSIBLE for a number that a call cannot be sent on to */
export function readDestination(wire: Wire, country: string): Destination {
  switch (wire.kind) {
    case 'user':
    case 'mobile':
    case 'voicemail':
      return { kind: wire.kind, user: userId(wire.user) };
    case 'plan':
      return { kind: 'plan', plan: planId(wire.plan) };
    case 'number':
      return { kind: 'number', number: readOutsideNumber(wire.number, country) };
    case 'hang-up':
      return { kind: 'hang-up' };
    default:
      return unreachable(wire);
  }
}

export function readPersonalRoute(wire: Static<(typeof personalRoute)['schema']>, country: string): PersonalRoute {
  return wire.is === 'divert' ? { is: 'divert', to: readDestination(wire.to, country) } : { is: wire.is };
}

/**
 * A number that calls are made to without anybody dialling it. Who has stolen a password could earn by each call to 0900
 * and its like.
 * @throws Fault NOT_POSSIBLE
 */
export function readOutsideNumber(written: string, country: string): E164 {
  const number = readNumber(written, country);
  if (isPaidService(number))
    throw new Fault('NOT_POSSIBLE', `${written} is paid for by the call, so calls cannot be sent there`);
  return number;
}

/**
 * A number of the outside world or of a company, in international form. Emergency and other short numbers are none:
 * nobody who calls somebody else may end up there.
 * @throws Fault NOT_POSSIBLE
 */
export function readNumber(written: string, country: string): E164 {
  const dialled = normaliseDialled(written, country);
  switch (dialled.kind) {
    case 'e164':
      return dialled.number;
    case 'extension':
      throw new Fault('NOT_POSSIBLE', `${written} is an extension: choose the colleague who has it, by kind "user"`);
    case 'short':
      throw new Fault('NOT_POSSIBLE', `${written} cannot be used here: give an ordinary number, as +31851234567`);
    case 'invalid':
      throw new Fault('NOT_POSSIBLE', `"${written}" is not a telephone number: ${dialled.why}`);
    default:
      return unreachable(dialled);
  }
}
