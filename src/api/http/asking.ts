import type { FastifyRequest } from 'fastify';
import type { SignedIn } from '../auth/caller.ts';
import { Fault } from '../../faults/fault.ts';

/** The user who asks. Routes of `user` and `admin` always have one. */
export function signedIn(request: FastifyRequest): SignedIn {
  const { caller } = request;
  if (caller?.kind !== 'user') throw new Fault('NOT_SIGNED_IN', 'sign in by POST /v1/sessions');
  return caller;
}
