import type { Via } from '../message/via.ts';
import { paramOf } from '../message/params.ts';

/** Every branch of RFC 3261 begins so; without it the peer speaks RFC 2543. */
export const magicCookie = 'z9hG4bK';

/** A response belongs to the request with its branch and the method in its CSeq (RFC 3261 §17.1.3). */
export function clientKey(branch: string, method: string): string {
  return `${method} ${branch}`;
}

/** What tells one request of an RFC 2543 peer from another. */
export interface OldIdentity {
  readonly callId: string;
  readonly cseq: number;
  readonly fromTag: string;
}

/**
 * The server transaction that a request belongs to (RFC 3261 §17.2.3): branch, sent-by and method, where an ACK
 * and, for its search, a CANCEL belong to the INVITE. Without the cookie the branch says nothing, so the message's
 * own identity stands in for it; the request-URI and To tag, which may differ in an ACK, are left out.
 */
export function serverKey(via: Via, method: string, old: OldIdentity): string {
  const of = method === 'ACK' ? 'INVITE' : method;
  const branch = paramOf(via.params, 'branch');
  // Nor does a branch that is the cookie and no more (RFC 4475 §3.2.1).
  if (branch?.startsWith(magicCookie) !== true || branch === magicCookie) {
    return `${of} 2543 ${old.callId} ${old.fromTag} ${String(old.cseq)} ${via.host}`;
  }
  return `${of} ${branch} ${via.host.toLowerCase()}:${String(via.port ?? 0)}`;
}

/**
 * One request that reached us by two ways has two branches and one of these (RFC 3261 §8.2.2.2).
 */
export function mergeKey(method: string, { callId, cseq, fromTag }: OldIdentity): string {
  return `${callId} ${fromTag} ${String(cseq)} ${method}`;
}
