import type { Instant } from '../kernel/clock.ts';

/** Retry-After in milliseconds from now (RFC 9110 §10.2.3): seconds or a date; undefined: none, or not understood. */
export function retryAfterMs(value: string | undefined, now: Instant): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
