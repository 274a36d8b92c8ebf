import { catalogue, type FaultCode } from '../faults/catalogue.ts';
import type { Ending, Legs, LegStatus } from './state.ts';

/** The end of a call that nobody answered. */
export type Unanswered = Ending & { readonly fault: FaultCode };

/**
 * What the caller is told when nobody answered, from the responses of all who were
 * rung, the best first: somebody declined, somebody is busy, it rang in vain, nobody
 * could be reached. One leg's failure says nothing about the others (RFC 3261 §16.7
 * step 6 is the guide; a B2BUA may choose).
 */
export function verdict(all: Legs): Unanswered {
  // What a trunk says of itself is no answer when the next was asked.
  const legs = all.filter(({ id }) => !all.some(({ replaces }) => replaces === id));
  const only = legs.length === 1 ? legs[0] : undefined;
  // 487 is what it says to our own CANCEL.
  if (only?.target.kind === 'trunk' && only.status.is === 'down' && only.status.status !== 487)
    return trunkVerdict(only.status);
  const outcomes = legs.flatMap((leg) =>
    leg.status.is === 'down' || leg.status.is === 'cancelling' ? [leg.status.outcome] : [],
  );
  if (outcomes.includes('declined'))
    return { outcome: 'declined', endedBy: 'callee', status: 603, fault: 'CALLEE_DECLINED' };
  if (outcomes.includes('busy')) return { outcome: 'busy', endedBy: 'callee', status: 486, fault: 'CALLEE_BUSY' };
  if (outcomes.includes('no-answer')) return { outcome: 'no-answer', endedBy: 'us', status: 480, fault: 'NO_ANSWER' };
  const unusable = legs.map((leg) => leg.status).find((status) => status.is === 'unusable');
  if (unusable !== undefined) return unconnected(unusable.fault);
  return { outcome: 'unreachable', endedBy: 'us', status: 480, fault: 'CALLEE_UNREACHABLE' };
}

/** Somebody answered, but could not be heard. */
function unconnected(fault: FaultCode): Unanswered {
  const endedBy = fault === 'CALLEE_UNREACHABLE' ? 'callee' : 'us';
  return { outcome: 'failed', endedBy, status: catalogue[fault].sip, fault };
}

/**
 * A trunk's own answer is the answer, where it speaks of the called number. What
 * speaks of our standing with the carrier is not the caller's affair.
 */
function trunkVerdict({ status, outcome }: Extract<LegStatus, { is: 'down' }>): Unanswered {
  // It said 408 or 480 of a telephone that rang.
  if (outcome === 'no-answer') return { outcome, endedBy: 'us', status: 480, fault: 'NO_ANSWER' };
  switch (status) {
    case 486:
    case 600:
      return { outcome: 'busy', endedBy: 'callee', status: 486, fault: 'CALLEE_BUSY' };
    case 603:
      return { outcome: 'declined', endedBy: 'callee', status: 603, fault: 'CALLEE_DECLINED' };
    case 404:
    case 410:
    case 484:
    case 604:
      return { outcome: 'refused', endedBy: 'callee', status: status === 604 ? 404 : status, fault: 'NO_SUCH_NUMBER' };
    case 480:
      return { outcome: 'unreachable', endedBy: 'callee', status: 480, fault: 'CALLEE_UNREACHABLE' };
    case 488:
    case 606:
      return { outcome: 'failed', endedBy: 'callee', status: 488, fault: 'NO_COMMON_CODEC' };
    default:
      return { outcome: 'failed', endedBy: 'us', status: 503, fault: 'TRUNK_FAILED' };
  }
}
