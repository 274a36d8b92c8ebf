import { createHash, randomBytes } from 'node:crypto';
import type { SipResponse } from '../../../src/sip-engine/message/types.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: 'SHA-256' | 'MD5';
  readonly opaque: string | undefined;
  readonly qop: boolean;
  readonly stale: boolean;
  /** Where the answer goes. */
  readonly field: 'Authorization' | 'Proxy-Authorization';
}

/** The challenge to answer: SHA-256 before MD5, else nothing that this phone knows (RFC 8760 §2.4). */
export function challengeOf(response: SipResponse): Challenge | undefined {
  const proxy = response.status === 407;
  const found = response.headers.all(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate').flatMap((value) => {
    const challenge = readChallenge(value, proxy ? 'Proxy-Authorization' : 'Authorization');
    return challenge === undefined ? [] : [challenge];
  });
  return found.find(({ algorithm }) => algorithm === 'SHA-256') ?? found[0];
}

function readChallenge(value: string, field: Challenge['field']): Challenge | undefined {
  if (!/^digest\s/i.test(value)) return undefined;
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain] of value.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    fields.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
  if (algorithm !== 'SHA-256' && algorithm !== 'MD5') return undefined;
  return {
    realm: fields.get('realm') ?? '',
    nonce: fields.get('nonce') ?? '',
    algorithm,
    opaque: fields.get('opaque'),
    qop: (fields.get('qop') ?? '').split(',').some((option) => option.trim() === 'auth'),
    stale: fields.get('stale')?.toLowerCase() === 'true',
    field,
  };
}

/** The value of Authorization or Proxy-Authorization (RFC 7616 §3.4.1). */
export function answerChallenge(
  challenge: Challenge,
  who: Credentials,
  method: string,
  uri: string,
  count = 1,
): string {
  const hash = (text: string): string =>
    createHash(challenge.algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const cnonce = randomBytes(8).toString('hex');
  const nc = count.toString(16).padStart(8, '0');
  const secret = hash(`${who.username}:${challenge.realm}:${who.password}`);
  const subject = hash(`${method}:${uri}`);
  const response = challenge.qop
    ? hash(`${secret}:${challenge.nonce}:${nc}:${cnonce}:auth:${subject}`)
    : hash(`${secret}:${challenge.nonce}:${subject}`);
  const parts = [
    `username="${who.username}"`,
    `realm="${challenge.realm}"`,
    `nonce="${challenge.nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `algorithm=${challenge.algorithm}`,
    ...(challenge.qop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ...(challenge.opaque === undefined ? [] : [`opaque="${challenge.opaque}"`]),
  ];
  return `Digest ${parts.join(', ')}`;
}
