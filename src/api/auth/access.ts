import { Fault } from '../../faults/fault.ts';
import type { Caller } from './caller.ts';

/**
 * Who may use a route: `anyone` without signing in, `user` whoever is signed in and for their own things only, `admin`
 * an administrator and for their own company only, `operator` whoever runs the exchange.
 */
export type Access = 'anyone' | 'user' | 'admin' | 'operator';

/** @returns why not; undefined: they may */
export function refusalOf(access: Access, caller: Caller | undefined): Fault | undefined {
  if (access === 'anyone') return undefined;
  if (caller === undefined) {
    return new Fault('NOT_SIGNED_IN', 'sign in by POST /v1/sessions, and send the token as Authorization: Bearer');
  }
  if (access === 'operator') {
    if (caller.kind === 'operator') return undefined;
    return new Fault('NOT_ALLOWED', 'only whoever runs the exchange may do this: ask them');
  }
  if (caller.kind === 'operator') {
    return new Fault(
      'NOT_ALLOWED',
      "this is for people of a company: sign in as one of them, in place of the operator's token",
    );
  }
  if (access === 'admin' && caller.user.role !== 'admin') {
    return new Fault('NOT_ALLOWED', 'only an administrator of the company may do this: ask one, or sign in as one');
  }
  return undefined;
}
