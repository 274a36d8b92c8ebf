import type { Branch } from './branch.ts';

/** What the caller is told when nobody took the request (RFC 3261 §16.7 steps 6 and 7). */
export type Verdict =
  /** That branch's own response, with the challenges of the others in it. */
  | { readonly from: 'branch'; readonly branch: number; readonly challenges: readonly number[] }
  | { readonly from: 'here'; readonly status: number };

interface Candidate {
  readonly branch: number;
  readonly status: number;
  readonly heard: boolean;
}

/**
 * The best of what the branches came to: a 6xx, else the lowest class; within 4xx what tells the caller how to try again,
 * and last what says no more than that nobody answered. Of equals the first. A 503 would say that we are overloaded
 * ourselves, so the caller gets 500 in its place.
 */
export function bestResponse(branches: readonly Branch[]): Verdict {
  let best: Candidate | undefined;
  for (const candidate of candidates(branches)) {
    if (best === undefined || rank(candidate) < rank(best)) best = candidate;
  }
  if (best === undefined) return { from: 'here', status: 408 };
  if (best.status === 503) return { from: 'here', status: 500 };
  if (!best.heard) return { from: 'here', status: best.status };
  const { branch } = best;
  return { from: 'branch', branch, challenges: isChallenge(best.status) ? otherChallenges(branches, branch) : [] };
}

/** The verdict over a request that its caller took back: the 487 of a branch, or one of ours. */
export function verdictOfCancelled(branches: readonly Branch[]): Verdict {
  const branch = branches.findIndex(({ leg }) => leg.phase === 'failed' && leg.heard && leg.status === 487);
  return branch < 0 ? { from: 'here', status: 487 } : { from: 'branch', branch, challenges: [] };
}

export function isChallenge(status: number): boolean {
  return status === 401 || status === 407;
}

function candidates(branches: readonly Branch[]): Candidate[] {
  return branches.flatMap(({ leg }, branch): Candidate[] => {
    switch (leg.phase) {
      case 'failed':
        return [{ branch, status: leg.status, heard: leg.heard }];
      case 'abandoned':
        return [{ branch, status: leg.status, heard: false }];
      case 'unsendable':
        // RFC 3261 §16.9
        return [{ branch, status: 503, heard: false }];
      default:
        return [];
    }
  });
}

function rank({ status }: Candidate): number {
  if (status >= 600) return 0;
  const order = Math.floor(status / 100) * 10;
  if (isChallenge(status)) return order;
  if (status === 415 || status === 420 || status === 484) return order + 1;
  return status === 408 || status === 487 || status === 503 ? order + 3 : order + 2;
}

function otherChallenges(branches: readonly Branch[], best: number): number[] {
  return branches.flatMap(({ leg }, branch) =>
    branch !== best && leg.phase === 'failed' && leg.heard && isChallenge(leg.status) ? [branch] : [],
  );
}
