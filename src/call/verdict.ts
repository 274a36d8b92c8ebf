import type { Ending, Legs } from './state.ts';

/**
 * What the caller is told when nobody answered, from the responses of all who were
 * rung, the best first: somebody declined, somebody is busy, it rang in vain, nobody
 * could be reached. One leg's failure says nothing about the others (RFC 3261 §16.7
 * step 6 is the guide; a B2BUA may choose).
 */
export function verdict(legs: Legs, timedOut: boolean): Ending {
  const only = legs.length === 1 ? legs[0] : undefined;
  if (only?.target.kind === 'trunk' && !timedOut)
    return trunkVerdict(only.status.is === 'down' ? only.status.status : undefined);
  const outcomes = legs.flatMap((leg) =>
    leg.status.is === 'down' || leg.status.is === 'cancelling' ? [leg.status.outcome] : [],
  );
  if (outcomes.includes('declined'))
    return { outcome: 'declined', endedBy: 'callee', status: 603, fault: 'CALLEE_DECLINED' };
  if (outcomes.includes('busy')) return { outcome: 'busy', endedBy: 'callee', status: 486, fault: 'CALLEE_BUSY' };
  if (outcomes.includes('no-answer')) return { outcome: 'no-answer', endedBy: 'us', status: 480, fault: 'NO_ANSWER' };
  return { outcome: 'unreachable', endedBy: 'us', status: 480, fault: 'CALLEE_UNREACHABLE' };
}

/**
 * A trunk's own answer is the answer, where it speaks of the called number. What
 * speaks of our standing with the carrier is not the caller's affair.
 */
function trunkVerdict(status: number | undefined): Ending {
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
    case 487:
      return { outcome: 'unreachable', endedBy: 'callee', status: 480, fault: 'CALLEE_UNREACHABLE' };
    case 488:
    case 606:
      return { outcome: 'failed', endedBy: 'callee', status: 488, fault: 'NO_COMMON_CODEC' };
    default:
      return { outcome: 'failed', endedBy: 'us', status: 503, fault: 'TRUNK_FAILED' };
  }
}
