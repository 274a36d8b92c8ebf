import { parseCSeq } from '../message/cseq.ts';
import { Headers } from '../message/headers.ts';
import { printMessage } from '../message/print.ts';
import { responseTo } from '../message/respond.ts';
import type { SipRequest } from '../message/types.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import { clientKey } from '../transaction/key.ts';
import type { Flow } from '../transport/flow.ts';
import { isReliable } from '../transport/transport-name.ts';
import type { InboundResponse } from './inbound.ts';
import { ownHostPort } from './own-uri.ts';
import type { Surroundings } from './surroundings.ts';

/** A request that is ready for the wire. */
export interface Departure {
  readonly request: SipRequest;
  readonly bytes: Buffer;
  readonly flow: Flow;
  readonly branch: string;
}

export interface ExchangeUser {
  /** Each response but a repeated one; where nobody answers, a 408 or 503 that we made (RFC 3261 §8.1.3.1). */
  response(inbound: InboundResponse): void;
  ended?(): void;
}

/** Our own Via on top of the request (RFC 3261 §8.1.1.7), asking for the port that we are seen from (RFC 3581 §3). */
export function depart(around: Surroundings, request: SipRequest, flow: Flow, branch = around.ids.branch()): Departure {
  const rport = isReliable(flow.transport) ? '' : ';rport';
  const hostPort = ownHostPort(around.own, flow);
  request.headers.prepend('Via', `SIP/2.0/${flow.transport.toUpperCase()} ${hostPort}${rport};branch=${branch}`);
  return { request, bytes: printMessage(request), flow, branch };
}

/** Opens the client transaction of a departure; its caller starts it. */
export function exchange(
  around: Surroundings,
  { request, bytes, flow, branch }: Departure,
  user: ExchangeUser,
): ClientTransaction<InboundResponse> {
  const kind = request.method === 'INVITE' ? 'invite' : 'non-invite';
  const transaction = around.transactions.newClient(
    clientKey(branch, request.method),
    kind,
    isReliable(flow.transport),
    {
      send: (again) => {
        if (again) around.counters.retransmissionsSent++;
        put(around, flow, bytes, () => {
          transaction.transportFailed();
        });
      },
      acknowledge: ({ response }) => {
        put(around, flow, printMessage(ackOf(request, response.headers.get('To') ?? '')));
      },
      deliver: (inbound) => user.response(inbound),
      report: (problem) => {
        user.response(
          problem === 'timeout'
            ? madeHere(around, request, 408, 'Request Timeout', flow)
            : madeHere(around, request, 503, 'Service Unavailable', flow),
        );
      },
      ended: () => user.ended?.(),
    },
  );
  return transaction;
}

export function put(around: Surroundings, flow: Flow, bytes: Uint8Array, failed?: (why: string) => void): void {
  around.counters.messagesSent++;
  flow.send(bytes, failed);
}

/** A response in the place of a peer who gave none. */
export function madeHere(
  around: Surroundings,
  request: SipRequest,
  status: number,
  reason: string,
  flow: Flow | undefined,
): InboundResponse {
  const toTag = around.ids.tag();
  const response = responseTo(request, status, reason, { toTag });
  return { status, response, bytes: printMessage(response), flow, toTag, madeHere: true };
}

/** The ACK of a final response other than 2xx: part of the INVITE's own transaction (RFC 3261 §17.1.1.3). */
function ackOf(invite: SipRequest, to: string): SipRequest {
  const headers = sameHop(invite, 'ACK');
  headers.set('To', to);
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: empty };
}

/** What CANCEL and such an ACK share with the INVITE: the way, and everything that tells them belonging (RFC 3261 §9.1). */
export function sameHop(invite: SipRequest, method: string): Headers {
  const headers = new Headers();
  const via = invite.headers.get('Via');
  if (via !== undefined) headers.append('Via', via);
  headers.append('Max-Forwards', '70');
  for (const route of invite.headers.all('Route')) headers.append('Route', route);
  for (const name of ['From', 'To', 'Call-ID']) headers.append(name, invite.headers.get(name) ?? '');
  const sequence = parseCSeq(invite.headers.get('CSeq') ?? '')?.number ?? 0;
  return headers.append('CSeq', `${String(sequence)} ${method}`);
}

export const empty = Buffer.alloc(0);
