import type { LiveDialog } from './live-dialog.ts';
import { hangUp } from './hang-up.ts';
import { after, type Surroundings } from './surroundings.ts';

/** RFC 6665 §4.1.2.1 leaves the default to the event package; most say an hour. */
const defaultSeconds = 3600;

/**
 * A subscription ends with its last NOTIFY. Where none comes it is forgotten once it has run out, with the time that
 * a NOTIFY may still take to arrive (RFC 6665 §4.1.2: timer N, 64*T1).
 */
export function watchSubscription(around: Surroundings, live: LiveDialog, expires: string | undefined): void {
  const seconds = expires !== undefined && /^\d{1,9}$/.test(expires.trim()) ? Number(expires) : defaultSeconds;
  live.expiry?.cancel();
  // Timers cannot run longer than 2**31 ms.
  const milliseconds = Math.min(seconds * 1000 + 64 * around.timers.t1, 2 ** 31 - 1);
  live.expiry = after(around, milliseconds, () => {
    hangUp(around, live, 'Subscription expired', 'nobody');
  });
}
