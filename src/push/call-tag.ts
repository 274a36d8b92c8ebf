import { createHash } from 'node:crypto';

/**
 * Names a call to a push service, so that a later push for it takes the place of the one before: 32 characters of
 * base64url, which is what RFC 8030 §5.4 allows and Apple and Google allow too, however long the call's own name is.
 */
export function callTag(call: string): string {
  return createHash('sha256').update(call).digest('base64url').slice(0, 32);
}
