import { type Attempt, accepted, alarm, refused, serviceFailure, tooMany, unregistered } from '../attempt.ts';
import { excerpt } from '../json.ts';

/** An answer of a browser's push service to one push. */
export interface WebPushAnswer {
  readonly status: number;
  /** The URL of the message (RFC 8030 §5). */
  readonly location: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** What to do about an answer (RFC 8030 §5, §7.3, §8.4; RFC 8292 §4.2). */
export function webPushAttempt({ status, location, retryAfterMs, body }: WebPushAnswer): Attempt {
  const reason = `${status}: ${excerpt(body)}`;
  if (status >= 200 && status < 300) return accepted(location);
  switch (status) {
    case 404:
    case 410:
      return unregistered(reason);
    case 413:
      return refused(reason);
    case 429:
      return tooMany(reason, retryAfterMs);
    case 401:
    case 403:
      return alarm('credentials', reason);
    default:
      return status >= 500 ? serviceFailure(reason, retryAfterMs) : alarm('request', reason);
  }
}
