import { splitList } from '../../message/name-addr.ts';
import { paramOf } from '../../message/params.ts';
import type { SipRequest } from '../../message/types.ts';
import { parseVia } from '../../message/via.ts';
import type { Identifiers } from '../identifiers.ts';

/**
 * What of a request decides about its way, as it came (RFC 5393 §4.2.1): our branches carry it, and a request that comes back with a
 * branch of ours and the same way before it would go round and round. One that comes back with another way is a spiral.
 */
export function wayMark(ids: Identifiers, { method, uri, headers }: SipRequest): string {
  const fields = ['Call-ID', 'From', 'CSeq', 'Route', 'Proxy-Require', 'Proxy-Authorization', 'Authorization'];
  return ids.seal([method, uri, ...fields.flatMap((name) => headers.all(name))].join('\n'));
}

export function markedBranch(ids: Identifiers, mark: string): string {
  return `${ids.branch()}.${mark}`;
}

export function isLoop({ headers }: SipRequest, mark: string): boolean {
  return headers
    .all('Via')
    .flatMap((field) => splitList(field))
    .some((value) => paramOf(parseVia(value)?.params ?? [], 'branch')?.endsWith(`.${mark}`) === true);
}
