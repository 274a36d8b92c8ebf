import { createHash } from 'node:crypto';
import type { DigestCredentials } from '../../directory/types.ts';

/** H(A1) of RFC 7616 §3.4.2, per algorithm: what is kept of a password. It holds for this username and realm only. */
export function hashCredentials(username: string, realm: string, password: string): DigestCredentials {
  const a1 = `${username}:${realm}:${password}`;
  return { realm, md5: hash('md5', a1), sha256: hash('sha256', a1) };
}

function hash(algorithm: 'md5' | 'sha256', text: string): string {
  return createHash(algorithm).update(text, 'utf8').digest('hex');
}
