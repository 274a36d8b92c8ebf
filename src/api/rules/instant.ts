import { Fault } from '../../faults/fault.ts';
import type { Instant } from '../../kernel/clock.ts';

/** As RFC 3339 writes it, in UTC. */
export function instant(at: Instant): string {
  return new Date(at).toISOString();
}

/** @throws Fault BAD_REQUEST for a day that no calendar has */
export function readInstant(text: string): Instant {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Fault('BAD_REQUEST', `${text} is not a time, such as 2026-11-20T17:00:00Z`);
  return at;
}
