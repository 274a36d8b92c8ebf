import { Headers } from '../message/headers.ts';
import { tagOf } from '../message/name-addr.ts';
import { canonical } from '../message/headers.ts';
import type { SipRequest } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import { type ApplicationMessage, wireName } from './application-message.ts';
import { bracketed, ownHostPort, ownUri, withOwnHost } from './own-uri.ts';
import type { Surroundings } from './surroundings.ts';

export type ApplicationRequest = ApplicationMessage & { readonly kind: 'request' };

/** Placed by `newRequest` itself; Via and Record-Route are no business of an application. */
const placed: ReadonlySet<string> = new Set(
  'via record-route max-forwards from to call-id cseq contact content-length route'.split(' '),
);

/**
 * A whole request outside a dialog out of what the application said (RFC 3261 §8.1.1). What it gave of From, To,
 * Call-ID, CSeq and Contact is kept: a retry with credentials relies on that.
 */
export function newRequest(around: Surroundings, own: ApplicationRequest, flow: Flow): SipRequest {
  const { ids } = around;
  const hostPort = ownHostPort(around.own, flow);
  const us = `<${ownUri(around.own, flow)}>`;
  const given = (name: string): string | undefined => {
    const value = own.headers.get(name);
    return value === undefined ? undefined : withOwnHost(value, hostPort);
  };
  const headers = new Headers();
  for (const route of own.headers.all('Route')) headers.append('Route', route);
  const from = bracketed(given('From') ?? us);
  headers
    .append('Max-Forwards', given('Max-Forwards') ?? '70')
    .append('From', tagOf(from) === undefined ? `${from};tag=${ids.tag()}` : from)
    .append('To', bracketed(given('To') ?? `<${own.uri}>`))
    .append('Call-ID', given('Call-ID') ?? ids.uuid())
    .append('CSeq', sequenceOf(given('CSeq'), own.method) ?? `${String(ids.sequence())} ${own.method}`);
  appendContact(headers, own, hostPort, us);
  appendOthers(headers, own, hostPort);
  return { kind: 'request', method: own.method, uri: own.uri, headers, body: own.body };
}

function appendContact(headers: Headers, own: ApplicationRequest, hostPort: string, us: string): void {
  const contacts = own.headers.all('Contact');
  for (const contact of contacts) headers.append('Contact', bracketed(withOwnHost(contact, hostPort)));
  const needed = own.method === 'INVITE' || own.method === 'SUBSCRIBE' || own.method === 'REFER';
  if (contacts.length === 0 && needed) headers.append('Contact', us);
}

function appendOthers(headers: Headers, own: ApplicationRequest, hostPort: string): void {
  for (const [name, value] of own.headers) {
    const key = canonical(name);
    if (placed.has(key)) continue;
    headers.append(wireName(name), key === 'p-asserted-identity' ? withOwnHost(value, hostPort) : value);
  }
  if (isUntypedSdp(own)) headers.append('Content-Type', 'application/sdp');
}

/** A body that begins as SDP does needs no Content-Type from the application. */
export function isUntypedSdp({ headers, body }: { headers: Headers; body: Buffer }): boolean {
  return !headers.has('Content-Type') && body.subarray(0, 3).toString('latin1') === 'v=0';
}

function sequenceOf(value: string | undefined, method: string): string | undefined {
  const number = /^\s*(\d{1,10})\b/.exec(value ?? '')?.[1];
  return number === undefined ? undefined : `${number} ${method}`;
}
