import type { Verdict } from './best-response.ts';
import type { Branch } from './branch.ts';

/** What one proxied request is to be done with. Times in milliseconds. */
export interface ForkingRules {
  readonly kind: 'invite' | 'non-invite';
  readonly order: 'serial' | 'simultaneous';
  /** Until anything is heard of an INVITE. */
  readonly provisionalTimeout: number | undefined;
  /** Until a final response. */
  readonly finalTimeout: number | undefined;
  /** RFC 3261 §16.6 step 11. */
  readonly timerC: number;
  /** After a CANCEL, until the INVITE counts as cancelled (RFC 3261 §9.1: 64*T1). */
  readonly cancelTimeout: number;
  readonly followRedirects: boolean;
  /** Branches in all, redirections included. */
  readonly mostBranches: number;
}

/** Where the whole stands: `closing` starts nothing new, and waits for what was cancelled. */
export type Search =
  | { readonly at: 'open' }
  | { readonly at: 'closing'; readonly why: 'caller' | 'declined' | 'challenged' }
  | { readonly at: 'over'; readonly as: 'success' | 'failure' };

/** The response context of RFC 3261 §16.7. */
export interface Forking {
  /** Known by their place. */
  readonly branches: readonly Branch[];
  /** Those not begun, in the order in which they will be. */
  readonly queue: readonly number[];
  readonly search: Search;
}

export type ForkingTimer = 'provisional' | 'final' | 'C' | 'cancel';

export type ForkingEvent =
  | { readonly type: 'start' }
  /** The way to the target is there. */
  | { readonly type: 'ready'; readonly branch: number }
  | { readonly type: 'unsendable'; readonly branch: number }
  /** `contacts`: the targets that a 3xx names, best first. */
  | {
      readonly type: 'response';
      readonly branch: number;
      readonly status: number;
      readonly contacts?: readonly string[];
    }
  /** Nobody answered (408), or the transport gave up (503). */
  | { readonly type: 'failed'; readonly branch: number; readonly status: number }
  | { readonly type: 'timer'; readonly branch: number; readonly timer: ForkingTimer }
  /** The caller took the request back, or is gone. */
  | { readonly type: 'cancel' };

export type ForkingAction =
  /** Look for the way to the branch's target. */
  | { readonly do: 'find'; readonly branch: number }
  | { readonly do: 'send'; readonly branch: number }
  /** `why`: the winner's or the refusal's status; undefined where the caller's own CANCEL says why. */
  | { readonly do: 'cancel'; readonly branch: number; readonly why: number | undefined }
  /** End the branch's transaction: nothing comes any more. */
  | { readonly do: 'give-up'; readonly branch: number }
  | { readonly do: 'arm'; readonly branch: number; readonly timer: ForkingTimer; readonly ms: number }
  | { readonly do: 'disarm'; readonly branch: number; readonly timer: ForkingTimer | 'all' }
  /** Pass the response that just came to the caller. */
  | { readonly do: 'forward' }
  /** Show the final response that just came to the application. */
  | { readonly do: 'report' }
  | { readonly do: 'answer'; readonly verdict: Verdict }
  /** Nothing could be sent at all. */
  | { readonly do: 'refuse' }
  | { readonly do: 'done' };

export function newForking(targets: readonly string[]): Forking {
  const branches = targets.map((target): Branch => ({ target, leg: { phase: 'queued' } }));
  return { branches, queue: [...branches.keys()], search: { at: 'open' } };
}
