import type { Branch, Leg } from './branch.ts';
import type { Forking, ForkingAction, ForkingRules, ForkingTimer, Search } from './forking.ts';

/** A step in the making: it collects what is to be done, so that the parts of a step read as what they decide. */
export interface Draft {
  branches: readonly Branch[];
  queue: readonly number[];
  search: Search;
  readonly actions: ForkingAction[];
}

export function draftOf({ branches, queue, search }: Forking): Draft {
  return { branches, queue, search, actions: [] };
}

export function put(draft: Draft, branch: number, leg: Leg): void {
  const old = draft.branches[branch];
  if (old !== undefined) draft.branches = draft.branches.with(branch, { ...old, leg });
}

export function send(draft: Draft, branch: number, rules: ForkingRules): void {
  put(draft, branch, { phase: 'calling' });
  const arm = (timer: ForkingTimer, ms: number | undefined): void => {
    if (ms !== undefined) draft.actions.push({ do: 'arm', branch, timer, ms });
  };
  if (rules.kind === 'invite') {
    arm('provisional', rules.provisionalTimeout);
    arm('C', rules.timerC);
  }
  arm('final', rules.finalTimeout);
  // Last: a transport that fails at once is heard of in the same breath.
  draft.actions.push({ do: 'send', branch });
}

/** Nobody waits for it any more. */
export function abandon(
  draft: Draft,
  branch: number,
  leg: Leg,
  status: 408 | 487,
  rules: ForkingRules,
  why: number | undefined,
): void {
  draft.actions.push({ do: 'disarm', branch, timer: 'all' });
  if (rules.kind === 'non-invite') put(draft, branch, { phase: 'abandoned', status, cancel: 'pointless' });
  else if (leg.phase === 'calling') put(draft, branch, { phase: 'abandoned', status, cancel: 'wanted' });
  else {
    put(draft, branch, { phase: 'abandoned', status, cancel: 'sent' });
    cancel(draft, branch, rules, why);
  }
}

export function cancel(draft: Draft, branch: number, rules: ForkingRules, why: number | undefined): void {
  draft.actions.push({ do: 'cancel', branch, why }, { do: 'arm', branch, timer: 'cancel', ms: rules.cancelTimeout });
}

/** No branch begins any more, and those under way are ended (RFC 3261 §16.7 steps 5 and 10, §16.10). */
export function close(draft: Draft, search: Search, rules: ForkingRules, why: number | undefined): void {
  draft.search = search;
  draft.queue = [];
  draft.branches.forEach(({ leg }, branch) => {
    if (leg.phase === 'queued' || leg.phase === 'starting') put(draft, branch, { phase: 'skipped' });
    else if (leg.phase === 'proceeding' && rules.kind === 'invite') {
      draft.actions.push({ do: 'disarm', branch, timer: 'all' });
      put(draft, branch, { phase: 'cancelling' });
      cancel(draft, branch, rules, why);
    } else if (leg.phase === 'calling' || leg.phase === 'proceeding') abandon(draft, branch, leg, 487, rules, why);
  });
}
