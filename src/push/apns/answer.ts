import { type Attempt, accepted, alarm, refused, serviceFailure, tooMany, unregistered } from '../attempt.ts';
import { excerpt, member, numberOf, readJson, textOf } from '../json.ts';
import type { PushAlarm } from '../port.ts';

/** An answer of APNs to one push. */
export interface ApnsAnswer {
  readonly status: number;
  /** The header `apns-id`. */
  readonly id: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** What to do about an answer: most is an attempt's end or failure; some is for the connection or the token first. */
export type ApnsVerdict =
  | { readonly is: 'attempt'; readonly attempt: Attempt }
  /** The provider token has expired. */
  | { readonly is: 'token-expired' }
  /** The connection is about to be closed: the push goes by another. */
  | { readonly is: 'connection-over'; readonly reason: string };

/** Faults of our settings or of the request, by Apple's words for them: each wants a person. */
const alarms: Readonly<Record<string, PushAlarm>> = {
  BadDeviceToken: 'token',
  MissingDeviceToken: 'token',
  BadPath: 'token',
  DeviceTokenNotForTopic: 'topic',
  BadTopic: 'topic',
  MissingTopic: 'topic',
  TopicDisallowed: 'topic',
  BadCertificate: 'credentials',
  BadCertificateEnvironment: 'credentials',
  Forbidden: 'credentials',
  InvalidProviderToken: 'credentials',
  MissingProviderToken: 'credentials',
  UnrelatedKeyIdInToken: 'credentials',
  BadEnvironmentKeyIdInToken: 'credentials',
  BadCollapseId: 'request',
  BadExpirationDate: 'request',
  BadMessageId: 'request',
  BadPriority: 'request',
  DuplicateHeaders: 'request',
  InvalidPushType: 'request',
  MethodNotAllowed: 'request',
  PayloadEmpty: 'request',
};

/** Reads an answer by Apple's table "Handling notification responses from APNs": the reason first, the status when it says none. */
export function apnsVerdict({ status, id, retryAfterMs, body }: ApnsAnswer): ApnsVerdict {
  const attempt = (attempt: Attempt): ApnsVerdict => ({ is: 'attempt', attempt });
  if (status === 200) return attempt(accepted(id));
  const json = readJson(body);
  const reason = textOf(member(json, 'reason'));
  switch (reason) {
    case 'Unregistered':
    case 'ExpiredToken':
      return attempt(unregistered(reason, numberOf(member(json, 'timestamp'))));
    case 'ExpiredProviderToken':
      return { is: 'token-expired' };
    case 'IdleTimeout':
    case 'Shutdown':
      return { is: 'connection-over', reason };
    case 'PayloadTooLarge':
      return attempt(refused(reason));
    case 'TooManyRequests':
    case 'TooManyProviderTokenUpdates':
      return attempt(tooMany(reason, retryAfterMs));
    case 'InternalServerError':
    case 'ServiceUnavailable':
      return attempt(serviceFailure(reason, retryAfterMs));
    case undefined:
      return attempt(byStatus(status, retryAfterMs, `${status}: ${excerpt(body)}`));
    default: {
      const about = Object.hasOwn(alarms, reason) ? alarms[reason] : undefined;
      return attempt(about === undefined ? byStatus(status, retryAfterMs, excerpt(reason)) : alarm(about, reason));
    }
  }
}

/** A 410 without a word of Apple's removes nothing: something else may have answered. */
function byStatus(status: number, retryAfterMs: number | undefined, reason: string): Attempt {
  if (status === 429) return tooMany(reason, retryAfterMs);
  if (status >= 500) return serviceFailure(reason, retryAfterMs);
  return alarm(status === 403 ? 'credentials' : 'request', reason);
}
