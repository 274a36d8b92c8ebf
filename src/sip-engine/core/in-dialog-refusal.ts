import { contactUri, followed } from '../dialog/dialog.ts';
import { Headers } from '../message/headers.ts';
import type { InboundRequest } from './inbound.ts';
import type { LiveDialog } from './live-dialog.ts';
import { sessionExpires } from './session.ts';
import type { Surroundings } from './surroundings.ts';

export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Headers;
}

/** Why a request in a dialog goes no further than to us; undefined: it is the application's. */
export function refusalInDialog(around: Surroundings, inbound: InboundRequest, live: LiveDialog): Refusal | undefined {
  if (followed(live.dialog, inbound.sequence) === undefined) return { status: 500, reason: 'CSeq Out of Order' };
  switch (inbound.request.method) {
    case 'INVITE':
      if (contactUri(inbound.request) === undefined) return { status: 400, reason: 'Missing Contact' };
      return glareOfInvite(around, live) ?? tooShort(around, inbound);
    case 'UPDATE':
      return glareOfUpdate(around, inbound, live) ?? tooShort(around, inbound);
    case 'BYE':
      // RFC 3261 §15: who was called refuses an early dialog by its answer to the INVITE, which still decides.
      return live.dialog.role === 'uac' && live.dialog.phase === 'early' ? { status: 481 } : undefined;
    default:
      return undefined;
  }
}

/** RFC 3261 §14.2; an offer in an UPDATE hinders as one in an INVITE does (RFC 6337 §4.2). */
function glareOfInvite(around: Surroundings, live: LiveDialog): Refusal | undefined {
  if (live.theirInvite !== undefined || live.theirUpdate?.answered === false) return later(around);
  return isUnanswered(live) || live.ourOffers > 0 ? { status: 491 } : undefined;
}

/**
 * RFC 3311 §5.2. In an early dialog only the second of two is refused: whether an offer fits there, the application
 * knows from what it said in its provisional answers.
 */
function glareOfUpdate(around: Surroundings, { request }: InboundRequest, live: LiveDialog): Refusal | undefined {
  if (live.theirUpdate?.answered === false) return later(around);
  if (request.body.length === 0 || live.dialog.phase === 'early') return undefined;
  if (live.theirInvite !== undefined) return later(around);
  return isUnanswered(live) || live.ourOffers > 0 ? { status: 491 } : undefined;
}

/** RFC 4028 §9. An INVITE outside a dialog is not looked at: what the application answers decides. */
function tooShort({ sessionTimers }: Surroundings, { request }: InboundRequest): Refusal | undefined {
  const asked = sessionExpires(request.headers);
  if (asked === undefined || asked.seconds >= sessionTimers.minSE) return undefined;
  return { status: 422, headers: new Headers().append('Min-SE', String(sessionTimers.minSE)) };
}

/** To come back after a time by chance, up to ten seconds. */
function later({ ids }: Surroundings): Refusal {
  return { status: 500, headers: new Headers().append('Retry-After', String(ids.sequence() % 10)) };
}

function isUnanswered({ ourInvite }: LiveDialog): boolean {
  return ourInvite?.phase === 'calling' || ourInvite?.phase === 'ringing';
}
