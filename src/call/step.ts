import type { Effect } from './effect.ts';
import type { CallState } from './state.ts';

export interface CallPolicy {
  readonly longestCallMs: number;
  /** How long a trunk that has an alternative may take to say anything at all. */
  readonly trunkAnswerMs: number;
  /** Should outlast a transaction's 64·T1, after which even a silent party has been given up. */
  readonly lingerMs: number;
}

/** What a call has become, and what is to be done about it. */
export type Step = readonly [CallState, readonly Effect[]];

/** Effects that come before those of a step. */
export function withFirst(effects: readonly Effect[], [state, following]: Step): Step {
  return [state, [...effects, ...following]];
}

/** The state of one phase. */
export type In<Phase extends CallState['phase']> = Phase extends unknown ? Extract<CallState, { phase: Phase }> : never;
