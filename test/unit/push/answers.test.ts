import assert from 'node:assert/strict';
import { apnsVerdict } from '../../../src/push/apns/answer.ts';
import type { Attempt } from '../../../src/push/attempt.ts';
import { fcmVerdict } from '../../../src/push/fcm/answer.ts';
import { webPushAttempt } from '../../../src/push/webpush/answer.ts';

/** An attempt in a word: `answer alarm token`, `failure service`. */
function inAWord(attempt: Attempt): string {
  if (attempt.came === 'unprocessed') return 'unprocessed';
  if (attempt.came === 'failure') return `failure ${attempt.of}`;
  const { outcome } = attempt;
  return outcome.outcome === 'alarm' ? `alarm ${outcome.about}` : outcome.outcome;
}

describe('an answer of APNs', () => {
  // Apple's table, whole: "Handling notification responses from APNs".
  const table: readonly (readonly [number, string, string])[] = [
    [400, 'BadCollapseId', 'alarm request'],
    [400, 'BadDeviceToken', 'alarm token'],
    [400, 'BadExpirationDate', 'alarm request'],
    [400, 'BadMessageId', 'alarm request'],
    [400, 'BadPriority', 'alarm request'],
    [400, 'BadTopic', 'alarm topic'],
    [400, 'DeviceTokenNotForTopic', 'alarm topic'],
    [400, 'DuplicateHeaders', 'alarm request'],
    [400, 'IdleTimeout', 'connection-over'],
    [400, 'InvalidPushType', 'alarm request'],
    [400, 'MissingDeviceToken', 'alarm token'],
    [400, 'MissingTopic', 'alarm topic'],
    [400, 'PayloadEmpty', 'alarm request'],
    [400, 'TopicDisallowed', 'alarm topic'],
    [403, 'BadCertificate', 'alarm credentials'],
    [403, 'BadCertificateEnvironment', 'alarm credentials'],
    [403, 'ExpiredProviderToken', 'token-expired'],
    [403, 'Forbidden', 'alarm credentials'],
    [403, 'InvalidProviderToken', 'alarm credentials'],
    [403, 'MissingProviderToken', 'alarm credentials'],
    [403, 'UnrelatedKeyIdInToken', 'alarm credentials'],
    [403, 'BadEnvironmentKeyIdInToken', 'alarm credentials'],
    [404, 'BadPath', 'alarm token'],
    [405, 'MethodNotAllowed', 'alarm request'],
    [410, 'ExpiredToken', 'unregistered'],
    [410, 'Unregistered', 'unregistered'],
    [413, 'PayloadTooLarge', 'refused'],
    [429, 'TooManyProviderTokenUpdates', 'failure push'],
    [429, 'TooManyRequests', 'failure push'],
    [500, 'InternalServerError', 'failure service'],
    [503, 'ServiceUnavailable', 'failure service'],
    [503, 'Shutdown', 'connection-over'],
    // Words that it may learn later, and an inherited name.
    [400, 'SomethingNew', 'alarm request'],
    [403, 'SomethingNew', 'alarm credentials'],
    [429, 'SomethingNew', 'failure push'],
    [502, 'SomethingNew', 'failure service'],
    [400, 'constructor', 'alarm request'],
  ];
  const verdictOf = (status: number, body: string): string => {
    const verdict = apnsVerdict({ status, id: undefined, retryAfterMs: undefined, body });
    return verdict.is === 'attempt' ? inAWord(verdict.attempt) : verdict.is;
  };
  for (const [status, reason, means] of table) {
    it(`${status} ${reason} means: ${means}`, () => {
      assert.equal(verdictOf(status, JSON.stringify({ reason })), means);
    });
  }

  it('removes no token without a word of Apple for it', () => {
    for (const body of ['', '<html>', 'null', '[]', '{"reason":410}', '{"reason":null}'])
      assert.equal(verdictOf(410, body), 'alarm request');
  });
});

describe('an answer of FCM', () => {
  const error = (code: number, status?: string, errorCode?: string): string =>
    JSON.stringify({ error: { code, status, details: errorCode === undefined ? undefined : [null, { errorCode }] } });
  const cases: readonly (readonly [string, number, string, string])[] = [
    ['UNREGISTERED', 404, error(404, 'NOT_FOUND', 'UNREGISTERED'), 'unregistered'],
    ['404 NOT_FOUND', 404, error(404, 'NOT_FOUND'), 'unregistered'],
    ['a 404 that is not of Google', 404, '<html>', 'alarm request'],
    ['INVALID_ARGUMENT', 400, error(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'), 'alarm token'],
    ['SENDER_ID_MISMATCH', 403, error(403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'), 'alarm credentials'],
    ['PERMISSION_DENIED', 403, error(403, 'PERMISSION_DENIED'), 'alarm credentials'],
    ['THIRD_PARTY_AUTH_ERROR', 401, error(401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR'), 'alarm credentials'],
    ['UNAUTHENTICATED', 401, error(401, 'UNAUTHENTICATED'), 'access-refused'],
    ['a 401 that is not of Google', 401, '', 'access-refused'],
    ['QUOTA_EXCEEDED', 429, error(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'), 'failure push'],
    ['UNAVAILABLE', 503, error(503, 'UNAVAILABLE', 'UNAVAILABLE'), 'failure service'],
    ['INTERNAL', 500, error(500, 'INTERNAL', 'INTERNAL'), 'failure service'],
    ['a 502 of a proxy', 502, 'bad gateway', 'failure service'],
    ['a 403 of a proxy', 403, '', 'alarm credentials'],
    ['a 429 of a proxy', 429, '', 'failure push'],
  ];
  for (const [what, status, body, means] of cases) {
    it(`${what} means: ${means}`, () => {
      const verdict = fcmVerdict({ status, retryAfterMs: undefined, body });
      assert.equal(verdict.is === 'attempt' ? inAWord(verdict.attempt) : verdict.is, means);
    });
  }
});

describe("an answer of a browser's push service", () => {
  const cases = {
    200: 'accepted',
    201: 'accepted',
    202: 'accepted',
    307: 'alarm request',
    400: 'alarm request',
    401: 'alarm credentials',
    403: 'alarm credentials',
    404: 'unregistered',
    410: 'unregistered',
    413: 'refused',
    429: 'failure push',
    500: 'failure service',
    503: 'failure service',
  };
  for (const [status, means] of Object.entries(cases)) {
    it(`${status} means: ${means}`, () => {
      const attempt = webPushAttempt({
        status: Number(status),
        location: undefined,
        retryAfterMs: undefined,
        body: '',
      });
      assert.equal(inAWord(attempt), means);
    });
  }
});
