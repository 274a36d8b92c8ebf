import { createECDH, randomBytes } from 'node:crypto';
import type { Attempt } from '../attempt.ts';
import { callTag } from '../call-tag.ts';
import { Delivery, type DeliverySettings } from '../delivery.ts';
import { https } from '../https-post.ts';
import { writtenPayload } from '../payload.ts';
import type { PushOutcome, PushService, WebPushTarget } from '../port.ts';
import { retryAfterMs } from '../retry-after.ts';
import { ellipticKey } from '../signed-token.ts';
import { webPushAttempt } from './answer.ts';
import { encryptPush, longestPlaintext, type Nonce } from './encrypt.ts';
import { browserPushHosts, readSubscription, type Subscription } from './subscription.ts';
import { Vapid } from './vapid.ts';

export interface WebPushSettings extends DeliverySettings {
  /** A private key on P-256, as PEM. Browsers subscribe to its public half, so it is for life. */
  readonly key: string;
  /** Whom a push service may write to when it has a complaint: `mailto:` or `https:`. */
  readonly subject: string;
  /** Which hosts may be pushed to, as `push.example.com` or `*.push.example.com`; those of the browsers by default. */
  readonly hosts?: readonly string[];
  /** PEM of the authorities to believe; undefined: those that node believes. */
  readonly ca?: string;
  /** Chance for one message. */
  readonly newNonce?: () => Nonce;
}

/** Wakes browsers whose tab is closed, by encrypted web push. Throws at once when the key cannot be read. */
export function webPushService(settings: WebPushSettings): PushService<WebPushTarget> {
  const { clock, hosts = browserPushHosts, newNonce = freshNonce } = settings;
  const vapid = new Vapid(ellipticKey(settings.key), settings.subject);
  const web = https({ ca: settings.ca });
  const delivery = new Delivery(settings);

  async function attempt(to: Subscription, topic: string, plaintext: Buffer, signal: AbortSignal): Promise<Attempt> {
    const headers = {
      authorization: vapid.authorization(to.endpoint.origin, clock.now()),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: '0',
      urgency: 'high',
      topic,
    };
    const body = encryptPush(plaintext, to, newNonce());
    const posted = await web.post({ url: to.endpoint, headers, body, signal });
    if (posted.got === 'nothing') return posted.attempt;
    return webPushAttempt({
      status: posted.status,
      location: posted.headers.location,
      retryAfterMs: retryAfterMs(posted.headers['retry-after'], clock.now()),
      body: posted.body,
    });
  }

  return {
    async wake(wake): Promise<PushOutcome> {
      const read = readSubscription(wake.target, hosts);
      if (!read.ok) return { outcome: 'alarm', about: 'token', reason: read.error };
      const plaintext = Buffer.from(JSON.stringify(writtenPayload(wake)));
      if (plaintext.length > longestPlaintext)
        return { outcome: 'refused', reason: 'the payload is too long for web push' };
      const topic = callTag(wake.payload.call);
      return delivery.deliver({
        host: read.value.endpoint.host,
        deadline: wake.payload.deadline,
        signal: wake.signal,
        attempt: (signal) => attempt(read.value, topic, plaintext, signal),
      });
    },
    close() {
      delivery.close();
      web.close();
    },
  };
}

function freshNonce(): Nonce {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return { privateKey: pair.getPrivateKey(), salt: randomBytes(16) };
}
