import { randomUUID } from 'node:crypto';
import { type Attempt, alarm } from '../attempt.ts';
import { callTag } from '../call-tag.ts';
import { Delivery, type DeliverySettings } from '../delivery.ts';
import type { ConnectionPatience } from '../http2-connection.ts';
import { Line, unanswered } from '../http2-line.ts';
import { writtenPayload } from '../payload.ts';
import type { ApnsTarget, PushOutcome, PushService, Wake } from '../port.ts';
import { retryAfterMs } from '../retry-after.ts';
import { ellipticKey } from '../signed-token.ts';
import { apnsVerdict } from './answer.ts';
import { ProviderToken } from './provider-token.ts';

export interface ApnsSettings extends DeliverySettings, ConnectionPatience {
  /** Production by default; tokens of an app that Xcode installed are known at `https://api.sandbox.push.apple.com`. */
  readonly origin?: string;
  /** The app's bundle identifier, as `com.example.qaller`: its topic for calls ends in `.voip`. */
  readonly bundleId: string;
  readonly teamId: string;
  readonly keyId: string;
  /** The key that Apple gave (`AuthKey_….p8`), as PEM. */
  readonly key: string;
  /** PEM of the authorities to believe; undefined: those that node believes. */
  readonly ca?: string;
  /** Names a push, as a UUID. */
  readonly newId?: () => string;
}

/** Wakes iPhones by VoIP pushes of Apple's service. Throws at once when the key is not one that Apple gives. */
export function apnsService(settings: ApnsSettings): PushService<ApnsTarget> {
  const { origin = 'https://api.push.apple.com', clock, newId = randomUUID } = settings;
  const key = ellipticKey(settings.key);
  const token = new ProviderToken((at) =>
    key.token({ kid: settings.keyId }, { iss: settings.teamId, iat: Math.floor(at / 1000) }),
  );
  const delivery = new Delivery(settings);
  const line = new Line({ ...settings, origin, ca: settings.ca });

  async function attempt(wake: Wake<ApnsTarget>, id: string, signal: AbortSignal): Promise<Attempt> {
    const shown = token.current(clock.now());
    const headers = {
      ':method': 'POST',
      ':path': `/3/device/${wake.target.token}`,
      authorization: `bearer ${shown}`,
      'apns-topic': `${settings.bundleId}.voip`,
      'apns-push-type': 'voip',
      'apns-priority': '10',
      'apns-expiration': '0',
      'apns-collapse-id': callTag(wake.payload.call),
      'apns-id': id,
      'content-type': 'application/json',
    };
    const connection = line.connection();
    const sent = await connection.send(headers, JSON.stringify(writtenPayload(wake)), signal);
    if (sent.got === 'nothing') return unanswered(sent);
    const verdict = apnsVerdict({
      status: sent.status,
      id: singleHeader(sent.headers['apns-id']),
      retryAfterMs: retryAfterMs(sent.headers['retry-after'], clock.now()),
      body: sent.body,
    });
    switch (verdict.is) {
      case 'attempt':
        return verdict.attempt;
      case 'connection-over':
        connection.leave(verdict.reason);
        return { came: 'unprocessed', reason: verdict.reason };
      case 'token-expired':
        if (token.expired(shown, clock.now())) return { came: 'unprocessed', reason: 'ExpiredProviderToken' };
        return alarm('credentials', 'ExpiredProviderToken for a new token: set the clock of this machine');
    }
  }

  return {
    async wake(wake): Promise<PushOutcome> {
      if (wake.kind === 'cancel')
        return { outcome: 'refused', reason: 'iOS reports each VoIP push as a call: send INVITE and then CANCEL' };
      if (!/^[0-9a-fA-F]{2,512}$/.test(wake.target.token))
        return { outcome: 'alarm', about: 'token', reason: 'BadDeviceToken: not hexadecimal, so it was not sent' };
      const id = newId();
      return delivery.deliver({
        host: new URL(origin).host,
        deadline: wake.payload.deadline,
        signal: wake.signal,
        attempt: (signal) => attempt(wake, id, signal),
      });
    },
    close() {
      delivery.close();
      line.close();
    },
  };
}

function singleHeader(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
