import { type Attempt, accepted, alarm, serviceFailure, tooMany, unregistered } from '../attempt.ts';
import { excerpt, member, readJson, textOf } from '../json.ts';

/** An answer of FCM to one message. */
export interface FcmAnswer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** What to do about an answer; `access-refused`: the access token is not, or no longer, taken. */
export type FcmVerdict =
  { readonly is: 'attempt'; readonly attempt: Attempt } | { readonly is: 'access-refused'; readonly reason: string };

/**
 * Reads an answer of `messages:send`: FCM's own error code first, then the code that all of Google's services have,
 * and the status alone when the answer is not Google's.
 */
export function fcmVerdict({ status, retryAfterMs, body }: FcmAnswer): FcmVerdict {
  const attempt = (attempt: Attempt): FcmVerdict => ({ is: 'attempt', attempt });
  const json = readJson(body);
  if (status === 200) {
    const name = textOf(member(json, 'name'));
    // Somebody on the way answered for Google: nobody will be woken.
    return attempt(name === undefined ? serviceFailure(`200 without a name: ${excerpt(body)}`) : accepted(name));
  }
  const error = member(json, 'error');
  const code = fcmCode(error) ?? textOf(member(error, 'status'));
  const reason = code === undefined ? `${status}: ${excerpt(body)}` : said(code, error);
  switch (code) {
    case 'UNREGISTERED':
    case 'NOT_FOUND':
      return attempt(status === 404 ? unregistered(reason) : alarm('request', reason));
    case 'INVALID_ARGUMENT':
      return attempt(alarm('token', reason));
    case 'SENDER_ID_MISMATCH':
    case 'THIRD_PARTY_AUTH_ERROR':
    case 'PERMISSION_DENIED':
      return attempt(alarm('credentials', reason));
    case 'UNAUTHENTICATED':
      return { is: 'access-refused', reason };
    case 'QUOTA_EXCEEDED':
    case 'RESOURCE_EXHAUSTED':
      return attempt(tooMany(reason, retryAfterMs));
    case 'UNAVAILABLE':
    case 'INTERNAL':
      return attempt(serviceFailure(reason, retryAfterMs));
    default:
      return byStatus(status, retryAfterMs, reason);
  }
}

/** A 404 without a word of Google's removes nothing: the address may be wrong. */
function byStatus(status: number, retryAfterMs: number | undefined, reason: string): FcmVerdict {
  if (status === 401) return { is: 'access-refused', reason };
  if (status === 429) return { is: 'attempt', attempt: tooMany(reason, retryAfterMs) };
  if (status >= 500) return { is: 'attempt', attempt: serviceFailure(reason, retryAfterMs) };
  return { is: 'attempt', attempt: alarm(status === 403 ? 'credentials' : 'request', reason) };
}

function fcmCode(error: unknown): string | undefined {
  const details = member(error, 'details');
  if (!Array.isArray(details)) return undefined;
  return details.map((detail) => textOf(member(detail, 'errorCode'))).find((code) => code !== undefined);
}

function said(code: string, error: unknown): string {
  const message = textOf(member(error, 'message'));
  return message === undefined ? excerpt(code) : `${excerpt(code)}: ${excerpt(message)}`;
}
