import { unreachable } from '../../../kernel/unreachable.ts';
import { bestResponse, isChallenge, verdictOfCancelled } from './best-response.ts';
import { type Branch, isLive, type Leg } from './branch.ts';
import { abandon, cancel, close, type Draft, draftOf, put, send } from './draft.ts';
import type { Forking, ForkingAction, ForkingEvent, ForkingRules, ForkingTimer } from './forking.ts';

type Next = readonly [state: Forking, actions: readonly ForkingAction[]];

const nothing: readonly ForkingAction[] = [];

/** RFC 3261 §16.6 to §16.10, over branches that are transactions of their own. */
export function stepForking(state: Forking, event: ForkingEvent, rules: ForkingRules): Next {
  if (event.type === 'start') return settled(draftOf(state), rules);
  if (event.type === 'cancel') {
    if (rules.kind === 'non-invite' || state.search.at === 'over') return [state, nothing];
    const draft = draftOf(state);
    close(draft, { at: 'closing', why: 'caller' }, rules, undefined);
    return settled(draft, rules);
  }
  const leg = state.branches[event.branch]?.leg;
  if (leg === undefined) return [state, nothing];
  const draft = draftOf(state);
  switch (event.type) {
    case 'ready':
      if (leg.phase === 'starting') send(draft, event.branch, rules);
      break;
    case 'unsendable':
      if (leg.phase === 'starting') put(draft, event.branch, { phase: 'unsendable' });
      break;
    case 'response':
      onResponse(draft, event, leg, rules);
      break;
    case 'failed':
      onFailed(draft, event.branch, leg, event.status);
      break;
    case 'timer':
      onTimer(draft, event.branch, leg, event.timer, rules);
      break;
    default:
      return unreachable(event);
  }
  return settled(draft, rules);
}

function onResponse(
  draft: Draft,
  event: ForkingEvent & { readonly type: 'response' },
  leg: Leg,
  rules: ForkingRules,
): void {
  if (!hasLeft(leg)) return;
  if (event.status < 200) onProvisional(draft, event.branch, event.status, leg, rules);
  else if (event.status < 300) onSuccess(draft, event.branch, leg, event.status, rules);
  else if (leg.phase !== 'failed' && leg.phase !== 'answered')
    onRefusal(draft, event, leg.phase === 'abandoned', rules);
}

function hasLeft({ phase }: Leg): boolean {
  return phase !== 'queued' && phase !== 'starting' && phase !== 'unsendable' && phase !== 'skipped';
}

function onProvisional(draft: Draft, branch: number, status: number, leg: Leg, rules: ForkingRules): void {
  if (leg.phase === 'abandoned' && leg.cancel === 'wanted') {
    cancel(draft, branch, rules, undefined);
    put(draft, branch, { ...leg, cancel: 'sent' });
  }
  if (leg.phase !== 'calling' && leg.phase !== 'proceeding') return;
  if (leg.phase === 'calling') {
    put(draft, branch, { phase: 'proceeding' });
    draft.actions.push({ do: 'disarm', branch, timer: 'provisional' });
  }
  // A 100 is of one hop (RFC 3261 §16.7 step 5), and starts timer C no anew (step 2).
  if (status === 100) return;
  if (rules.kind === 'invite') draft.actions.push({ do: 'arm', branch, timer: 'C', ms: rules.timerC });
  draft.actions.push({ do: 'forward' });
}

/** Every 2xx to an INVITE is passed on at once, whoever answered before; anything else has one answer (§16.7 step 5). */
function onSuccess(draft: Draft, branch: number, leg: Leg, status: number, rules: ForkingRules): void {
  const first = draft.search.at !== 'over';
  if (leg.phase !== 'answered') {
    put(draft, branch, { phase: 'answered' });
    draft.actions.push({ do: 'disarm', branch, timer: 'all' });
  }
  if (first || rules.kind === 'invite') draft.actions.push({ do: 'forward' });
  if (!first) return;
  draft.actions.push({ do: 'report' }, { do: 'done' });
  close(draft, { at: 'over', as: 'success' }, rules, status);
}

/** @param late nobody waited for it any more: it is heard, but steers nothing */
function onRefusal(
  draft: Draft,
  { branch, status, contacts = [] }: ForkingEvent & { readonly type: 'response' },
  late: boolean,
  rules: ForkingRules,
): void {
  draft.actions.push({ do: 'disarm', branch, timer: 'all' });
  // The 487 that our own CANCEL brought about is not what the caller is to hear of it.
  put(draft, branch, {
    phase: 'failed',
    ...(late && status === 487 ? { status: 408, heard: false } : { status, heard: true }),
  });
  if (draft.search.at === 'over') return;
  draft.actions.push({ do: 'report' });
  if (draft.search.at !== 'open' || late) return;
  if (status < 400 && rules.followRedirects) redirect(draft, branch, contacts, rules);
  else if (status >= 600) close(draft, { at: 'closing', why: 'declined' }, rules, status);
  // Who is asked for credentials is asked before the next destination rings, as with drachtio-server.
  else if (isChallenge(status) && rules.order === 'serial') {
    close(draft, { at: 'closing', why: 'challenged' }, rules, status);
  }
}

/** Contacts that were tried already are not tried again (RFC 3261 §16.5, last paragraphs). */
function redirect(draft: Draft, branch: number, contacts: readonly string[], rules: ForkingRules): void {
  const room = Math.max(rules.mostBranches - draft.branches.length, 0);
  const known = new Set(draft.branches.map(({ target }) => target));
  const fresh = [...new Set(contacts)].filter((target) => !known.has(target)).slice(0, room);
  if (fresh.length === 0) return;
  put(draft, branch, { phase: 'redirected' });
  const first = draft.branches.length;
  draft.branches = [...draft.branches, ...fresh.map((target): Branch => ({ target, leg: { phase: 'queued' } }))];
  draft.queue = [...fresh.map((_, at) => first + at), ...draft.queue];
}

function onFailed(draft: Draft, branch: number, leg: Leg, status: number): void {
  if (!isLive({ leg }) && leg.phase !== 'abandoned') return;
  draft.actions.push({ do: 'disarm', branch, timer: 'all' });
  if (leg.phase !== 'abandoned')
    put(draft, branch, { phase: 'failed', status: leg.phase === 'cancelling' ? 487 : status, heard: false });
}

function onTimer(draft: Draft, branch: number, leg: Leg, timer: ForkingTimer, rules: ForkingRules): void {
  if (timer === 'cancel') {
    draft.actions.push({ do: 'give-up', branch });
    if (leg.phase === 'cancelling') put(draft, branch, { phase: 'failed', status: 487, heard: false });
    return;
  }
  if (leg.phase === 'calling' || (leg.phase === 'proceeding' && timer !== 'provisional')) {
    abandon(draft, branch, leg, 408, rules, undefined);
  }
}

/** Starts what is due, and answers the caller when nothing is left to wait for. */
function settled(draft: Draft, rules: ForkingRules): Next {
  if (draft.search.at === 'open') startDue(draft, rules);
  if (draft.search.at !== 'over' && !draft.branches.some(isLive)) finish(draft);
  const { branches, queue, search, actions } = draft;
  return [{ branches, queue, search }, actions];
}

function startDue(draft: Draft, rules: ForkingRules): void {
  while (rules.order === 'simultaneous' || !draft.branches.some(isLive)) {
    const [branch, ...others] = draft.queue;
    if (branch === undefined) return;
    draft.queue = others;
    put(draft, branch, { phase: 'starting' });
    draft.actions.push({ do: 'find', branch });
  }
}

function finish(draft: Draft): void {
  const { branches, search } = draft;
  draft.search = { at: 'over', as: 'failure' };
  if (search.at === 'closing' && search.why === 'caller') {
    draft.actions.push({ do: 'answer', verdict: verdictOfCancelled(branches) }, { do: 'done' });
  } else if (branches.every(({ leg }) => leg.phase === 'unsendable')) draft.actions.push({ do: 'refuse' });
  else draft.actions.push({ do: 'answer', verdict: bestResponse(branches) }, { do: 'done' });
}
