import { ECDH } from 'node:crypto';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { WebPushTarget } from '../port.ts';
import type { BrowserKeys } from './encrypt.ts';

/** The push services of the browsers. Others are not asked: a subscription is a text of a stranger's, and may name any machine. */
export const browserPushHosts: readonly string[] = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
];

export interface Subscription extends BrowserKeys {
  readonly endpoint: URL;
}

/** Reads what a browser gave; the error says what is wrong with it. */
export function readSubscription(target: WebPushTarget, hosts: readonly string[]): Result<Subscription, string> {
  if (target.endpoint.length > 2048 || !URL.canParse(target.endpoint)) return err('the endpoint is no URL');
  const endpoint = new URL(target.endpoint);
  if (endpoint.protocol !== 'https:') return err('the endpoint is not https:');
  if (endpoint.username !== '' || endpoint.password !== '') return err('the endpoint has a name in front of its host');
  if (!hosts.some((host) => matches(host, endpoint.hostname)))
    return err('the endpoint is at no push service of a browser');
  const p256dh = Buffer.from(target.p256dh, 'base64url');
  if (p256dh.length !== 65 || !isPoint(p256dh)) return err('p256dh is no point of P-256');
  const auth = Buffer.from(target.auth, 'base64url');
  if (auth.length !== 16) return err('auth is not 16 bytes');
  return ok({ endpoint, p256dh, auth });
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

function isPoint(bytes: Buffer): boolean {
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return true;
  } catch {
    return false;
  }
}
