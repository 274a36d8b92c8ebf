import { Headers } from './headers.ts';
import { parseNameAddr } from './name-addr.ts';
import { hasParam } from './params.ts';
import { reasonPhrase } from './reason-phrase.ts';
import type { SipRequest, SipResponse } from './types.ts';

export interface ResponseParts {
  /** Ours for this dialog: goes on To unless To has a tag already, or the status is 100. */
  readonly toTag?: string;
  /** After the copied ones, in this order. */
  readonly headers?: Iterable<readonly [name: string, value: string]>;
  readonly body?: Buffer;
}

const empty = Buffer.alloc(0);

/**
 * The response to a request: Via, From, To, Call-ID and CSeq as they came (RFC 3261 §8.2.6.2), Timestamp in
 * a 100 (§8.2.6.1), Record-Route in a provisional other than 100 and in a 2xx (§12.1.1). What the request lacks,
 * the response lacks too: that is how a malformed one is answered.
 */
export function responseTo(
  request: SipRequest,
  status: number,
  reason: string = reasonPhrase(status),
  parts: ResponseParts = {},
): SipResponse {
  const headers = new Headers();
  copy(request.headers, headers, 'Via');
  if (status > 100 && status < 300) copy(request.headers, headers, 'Record-Route');
  copyFirst(request.headers, headers, 'From');
  const to = request.headers.get('To');
  if (to !== undefined) headers.append('To', status === 100 ? to : withTag(to, parts.toTag));
  copyFirst(request.headers, headers, 'Call-ID');
  copyFirst(request.headers, headers, 'CSeq');
  if (status === 100) copyFirst(request.headers, headers, 'Timestamp');
  for (const [name, value] of parts.headers ?? []) headers.append(name, value);
  return { kind: 'response', status, reason, headers, body: parts.body ?? empty };
}

/** A To that cannot be read goes back untouched: its sender knows it by its text. */
function withTag(to: string, tag: string | undefined): string {
  if (tag === undefined) return to;
  const address = parseNameAddr(to);
  return address === undefined || hasParam(address.params, 'tag') ? to : `${to};tag=${tag}`;
}

function copy(from: Headers, to: Headers, name: string): void {
  for (const value of from.all(name)) to.append(name, value);
}

function copyFirst(from: Headers, to: Headers, name: string): void {
  const value = from.get(name);
  if (value !== undefined) to.append(name, value);
}
