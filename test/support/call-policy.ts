import type { CallPolicy } from '../../src/call/step.ts';

/** As the exchange has it by default. */
export const policy: CallPolicy = { longestCallMs: 4 * 3_600_000, lingerMs: 40_000, trunkAnswerMs: 6_000 };
