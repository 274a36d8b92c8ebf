import { parseCSeq } from '../message/cseq.ts';
import { tagOf } from '../message/name-addr.ts';
import { withParam } from '../message/params.ts';
import type { SipRequest, SipResponse } from '../message/types.ts';
import { replaceTopVia, topVia, type Via } from '../message/via.ts';
import type { Flow } from '../transport/flow.ts';
import { mergeKey, serverKey } from '../transaction/key.ts';

/** A request from the network, with what is looked at again and again read once. */
export interface InboundRequest {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Bytes that came. */
  readonly size: number;
  readonly via: Via;
  readonly callId: string;
  readonly fromTag: string;
  /** '' when To has none. */
  readonly toTag: string;
  readonly sequence: number;
  /** Of the server transaction. */
  readonly key: string;
}

/** A response from the network. */
export interface InboundResponse {
  readonly status: number;
  readonly response: SipResponse;
  readonly bytes: Buffer;
  /** Undefined for a response that we made ourselves, in the place of a peer who could not be reached. */
  readonly flow: Flow | undefined;
  readonly toTag: string;
  /** In the place of a peer who gave none. */
  readonly madeHere?: true;
}

/**
 * Notes in the topmost Via where the request came from: always, for half of all telephones sit behind an address
 * translator and do not say so (RFC 3261 §18.2.1, RFC 3581 §4).
 */
export function received(request: SipRequest, flow: Flow, size: number): InboundRequest | undefined {
  const top = topVia(request.headers);
  const { address, port } = flow.remote;
  if (top === undefined) return undefined;
  const params = withParam(withParam(top.params, 'rport', String(port)), 'received', address);
  const via = { ...top, params };
  replaceTopVia(request.headers, via);
  const { headers } = request;
  const identity = {
    callId: headers.get('Call-ID') ?? '',
    cseq: parseCSeq(headers.get('CSeq') ?? '')?.number ?? 0,
    fromTag: tagOf(headers.get('From') ?? '') ?? '',
  };
  return {
    request,
    flow,
    size,
    via,
    callId: identity.callId,
    fromTag: identity.fromTag,
    toTag: tagOf(headers.get('To') ?? '') ?? '',
    sequence: identity.cseq,
    key: serverKey(top, request.method, identity),
  };
}

/** Under which an INVITE is searched for by the ACK or CANCEL that belongs to it. */
export function inviteKey({ via, callId, sequence, fromTag }: InboundRequest): string {
  return serverKey(via, 'INVITE', { callId, cseq: sequence, fromTag });
}

export function mergeKeyOf({ request, callId, sequence, fromTag }: InboundRequest): string {
  return mergeKey(request.method, { callId, cseq: sequence, fromTag });
}
