export interface BackoffSettings {
  /** Before the second attempt, in milliseconds; doubled for each further one. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export const usualBackoff: BackoffSettings = { firstMs: 200, longestMs: 3_000 };

/**
 * How long to wait, in milliseconds.
 * @param failed attempts so far, from 1
 * @param chance from 0 up to 1: half of the pause is left to it, so that those who failed together do not return together
 * @param atLeastMs what the service asked for in Retry-After
 */
export function backoffMs(failed: number, chance: number, settings: BackoffSettings, atLeastMs = 0): number {
  const full = Math.min(settings.firstMs * 2 ** (failed - 1), settings.longestMs);
  const jittered = full / 2 + (full / 2) * chance;
  return Math.ceil(atLeastMs === 0 ? jittered : atLeastMs + jittered - full / 2);
}
