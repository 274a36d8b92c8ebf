import { type Attempt, alarm, serviceFailure } from '../attempt.ts';
import { callTag } from '../call-tag.ts';
import { Delivery, type DeliverySettings } from '../delivery.ts';
import type { ConnectionPatience } from '../http2-connection.ts';
import { Line, unanswered } from '../http2-line.ts';
import { https } from '../https-post.ts';
import { unlessAborted } from '../patience.ts';
import { payloadOfTexts } from '../payload.ts';
import type { FcmTarget, PushService, Wake } from '../port.ts';
import { retryAfterMs } from '../retry-after.ts';
import { rsaKey } from '../signed-token.ts';
import { AccessToken } from './access-token.ts';
import { type FcmVerdict, fcmVerdict } from './answer.ts';

export interface FcmSettings extends DeliverySettings, ConnectionPatience {
  /** `https://fcm.googleapis.com` by default. */
  readonly origin?: string;
  /** `token_uri` of the service account; `https://oauth2.googleapis.com/token` by default. */
  readonly tokenUrl?: string;
  /** `project_id`, `client_email`, `private_key_id` and `private_key` of the service account. */
  readonly projectId: string;
  readonly clientEmail: string;
  readonly keyId: string;
  readonly key: string;
  /** PEM of the authorities to believe; undefined: those that node believes. */
  readonly ca?: string;
}

/** Wakes Android phones by data messages of Firebase Cloud Messaging, HTTP v1. Throws at once when the key cannot be read. */
export function fcmService(settings: FcmSettings): PushService<FcmTarget> {
  const { origin = 'https://fcm.googleapis.com', tokenUrl = 'https://oauth2.googleapis.com/token', clock } = settings;
  const path = `/v1/projects/${encodeURIComponent(settings.projectId)}/messages:send`;
  const line = new Line({ ...settings, origin, ca: settings.ca });
  const web = https({ ca: settings.ca });
  const delivery = new Delivery(settings);
  const access = new AccessToken({
    https: web,
    clock,
    tokenUrl,
    clientEmail: settings.clientEmail,
    keyId: settings.keyId,
    key: rsaKey(settings.key),
    patienceMs: 5_000,
  });

  async function send(token: string, body: string, signal: AbortSignal): Promise<FcmVerdict> {
    const headers = {
      ':method': 'POST',
      ':path': path,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    };
    const sent = await line.connection().send(headers, body, signal);
    if (sent.got === 'nothing') return { is: 'attempt', attempt: unanswered(sent) };
    const { status, headers: theirs, body: answer } = sent;
    return fcmVerdict({ status, retryAfterMs: retryAfterMs(theirs['retry-after'], clock.now()), body: answer });
  }

  /** @param before the token that was refused a moment ago: a second refusal is not the token's age */
  async function attempt(body: string, signal: AbortSignal, before?: string): Promise<Attempt> {
    const given = await unlessAborted(signal, access.current());
    if (given === undefined) return serviceFailure('no access token in time');
    if (given.is === 'not-granted') return given.attempt;
    const verdict = await send(given.token, body, signal);
    if (verdict.is === 'attempt') return verdict.attempt;
    access.refused(given.token);
    return before === undefined ? attempt(body, signal, given.token) : alarm('credentials', verdict.reason);
  }

  return {
    async wake(wake) {
      const body = JSON.stringify(messageOf(wake));
      return delivery.deliver({
        host: new URL(origin).host,
        deadline: wake.payload.deadline,
        signal: wake.signal,
        attempt: (signal) => attempt(body, signal),
      });
    },
    close() {
      delivery.close();
      access.close();
      line.close();
      web.close();
    },
  };
}

/** Data only, so that the app is started and shows the call itself; now or never, so that no call rings an hour late. */
function messageOf(wake: Wake<FcmTarget>) {
  return {
    message: {
      token: wake.target.token,
      data: payloadOfTexts(wake),
      android: { priority: 'HIGH', ttl: '0s', collapse_key: callTag(wake.payload.call) },
    },
  };
}
