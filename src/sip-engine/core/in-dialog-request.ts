import { counted, type Dialog, pathOf } from '../dialog/dialog.ts';
import { Headers } from '../message/headers.ts';
import { isPrivate, parseIp, sameHost } from '../../kernel/ip-address.ts';
import { paramOf } from '../message/params.ts';
import { parseUri } from '../message/uri.ts';
import { uriOf } from '../dialog/dialog.ts';
import type { SipRequest } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import { type Target, targetOf } from '../transport/target.ts';
import { isReliable } from '../transport/transport-name.ts';
import { wireName } from './application-message.ts';
import type { LiveDialog } from './live-dialog.ts';
import { ownHostPort, ownUri, withOwnHost } from './own-uri.ts';
import type { NoWay, Surroundings } from './surroundings.ts';

/** Settled by the dialog, whatever the application says. */
const ofTheDialog: ReadonlySet<string> = new Set(
  'via route record-route max-forwards from to call-id cseq content-length'.split(' '),
);

/** Methods whose Contact moves the peer's idea of where we are (RFC 3261 §12.2, RFC 3311 §5.1, RFC 6665 §4.1.2.2). */
const withContact: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'UPDATE']);

/** Takes the next CSeq of the dialog, or that of the INVITE for an ACK (RFC 3261 §12.2.1.1, §13.2.2.4). */
export function requestInDialog(
  around: Surroundings,
  live: LiveDialog,
  method: string,
  flow: Flow,
  own: { readonly headers?: Headers; readonly body: Buffer; readonly sequence?: number },
): SipRequest {
  if (own.sequence === undefined) live.dialog = counted(live.dialog);
  const { dialog } = live;
  const path = pathOf(dialog);
  const headers = dialogHeaders(dialog, path.routes, method, own.sequence ?? dialog.localSequence);
  if (withContact.has(method) && own.headers?.has('Contact') !== true) {
    headers.append('Contact', `<${ownUri(around.own, flow)}>`);
  }
  for (const [name, value] of own.headers ?? []) {
    if (ofTheDialog.has(name.toLowerCase())) continue;
    headers.append(wireName(name), withOwnHost(value, ownHostPort(around.own, flow)));
  }
  return { kind: 'request', method, uri: path.uri, headers, body: own.body };
}

function dialogHeaders(dialog: Dialog, routes: readonly string[], method: string, sequence: number): Headers {
  const headers = new Headers();
  for (const route of routes) headers.append('Route', route);
  return headers
    .append('Max-Forwards', '70')
    .append('From', dialog.local)
    .append('To', dialog.remote)
    .append('Call-ID', dialog.callId)
    .append('CSeq', `${String(sequence)} ${method}`);
}

/**
 * The next hop of a request in the dialog. Without a route set the peer is met where it was met last: its Contact may
 * be an address that only its own network knows. The same holds for a first route that is a private address.
 */
export function findWay(
  around: Surroundings,
  live: LiveDialog,
  size: number,
  found: (way: Flow | NoWay) => void,
): void {
  const { dialog, flow } = live;
  const [route] = dialog.routes;
  if (flow.open && staysOnFlow(live, route)) {
    found(flow);
    return;
  }
  // A browser that has connected anew has registered anew, under the same contact.
  const again = route === undefined ? around.registered.find(dialog.target, around.clock.now()) : undefined;
  if (again !== undefined && !flow.open) {
    found(again);
    return;
  }
  const target = targetOf(route === undefined ? dialog.target : uriOf(route));
  if (target === undefined || 'unsupported' in target) {
    found(flow.open ? flow : { noWay: 'transport' });
    return;
  }
  around.ways.find(fromTheSameSocket(target, flow), size, found);
}

function staysOnFlow({ dialog, flow }: LiveDialog, route: string | undefined): boolean {
  const uri = parseUri(route === undefined ? dialog.target : uriOf(route));
  if (uri === undefined) return true;
  const there = sameHost(uri.host, flow.remote.address);
  const samePort = (uri.port ?? 5060) === flow.remote.port;
  if (there && samePort) return true;
  if (route !== undefined) return dialog.role === 'uac' && !there && isPrivateHost(uri.host);
  // Their listening port beside the port of the connection that they opened: the connection is there already.
  if (isReliable(flow.transport)) return true;
  const otherTransport = paramOf(uri.params, 'transport')?.toLowerCase() === 'tcp';
  return dialog.role === 'uas' ? !(there && otherTransport) : !there;
}

function fromTheSameSocket(target: Target, flow: Flow): Target {
  if (target.wish.transport !== flow.transport || target.wish.port !== undefined) return target;
  return { ...target, wish: { transport: flow.transport, address: flow.local.address, port: flow.local.port } };
}

function isPrivateHost(host: string): boolean {
  const ip = parseIp(host);
  return ip !== undefined && isPrivate(ip);
}
