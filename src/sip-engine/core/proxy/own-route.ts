import { uriOf } from '../../dialog/dialog.ts';
import { printHostPort } from '../../message/host-port.ts';
import { splitList } from '../../message/name-addr.ts';
import { paramOf } from '../../message/params.ts';
import type { SipRequest } from '../../message/types.ts';
import { parseUri } from '../../message/uri.ts';
import type { Flow } from '../../transport/flow.ts';
import type { InboundRequest } from '../inbound.ts';
import { ownHostPort, ownUri } from '../own-uri.ts';
import type { Surroundings } from '../surroundings.ts';

type Here = Pick<Surroundings, 'own' | 'ids'>;

/**
 * By which later requests of a dialog find through us. `pass` is a seal of ours over the Call-ID: without it whoever
 * writes a Route and a To tag could have us send his requests to anybody, with our address on them.
 */
export function routeUri(here: Here, flow: Flow, callId: string): string {
  return `${ownUri(here.own, flow)};lr;pass=${here.ids.seal(`${callId} ${ownHostPort(here.own, flow)}`)}`;
}

/** Whether the URI names one of our sockets. */
export function isOwnUri({ own }: Here, text: string): boolean {
  const uri = parseUri(text);
  if (uri === undefined || uri.scheme === 'tel') return false;
  const { host, port = uri.scheme === 'sips' ? 5061 : 5060 } = uri;
  return own.listeners.some((listener) => own.isOwn(host, port, listener.transport));
}

/** A request inside a dialog that was proxied here, as it goes on. */
export interface Passing {
  readonly request: SipRequest;
  /** Our own Route that was taken off last: the side of us that it leaves by. */
  readonly leaving: string;
}

/**
 * Takes our own Route values off a request (RFC 3261 §16.4): one, or two where a dialog crosses from one socket of ours to
 * another (RFC 5658). A strict router before us has our Route in the request-URI, and the request-URI in the last
 * Route. Undefined where the request is none of a dialog that goes through us.
 */
export function passing(here: Here, { request, callId }: InboundRequest): Passing | undefined {
  let { uri } = request;
  let routes = routesOf(request);
  let leaving: string | undefined;
  if (uri.includes(';pass=') && isOwnRoute(here, uri, callId)) {
    const last = routes.at(-1);
    if (last === undefined) return undefined;
    leaving = uri;
    uri = uriOf(last);
    routes = routes.slice(0, -1);
  }
  for (let taken = 0; taken < 2; taken++) {
    const [first] = routes;
    if (first === undefined || !isOwnRoute(here, uriOf(first), callId)) break;
    leaving = uriOf(first);
    routes = routes.slice(1);
  }
  if (leaving === undefined) return undefined;
  return { request: { ...withRoutes(request, routes), uri }, leaving };
}

/** Some telephones name us in a Route of their first request already: it has done its work (RFC 3261 §16.4). */
export function withoutOwnRoutes(here: Here, request: SipRequest): SipRequest {
  if (!request.headers.has('Route')) return request;
  const routes = routesOf(request);
  const others = routes.findIndex((route) => !isOwnUri(here, uriOf(route)));
  return others === 0 ? request : withRoutes(request, others < 0 ? [] : routes.slice(others));
}

function routesOf({ headers }: SipRequest): string[] {
  return headers.all('Route').flatMap((field) => splitList(field));
}

function withRoutes(request: SipRequest, routes: readonly string[]): SipRequest {
  const headers = request.headers.clone();
  if (routes.length === 0) headers.delete('Route');
  else headers.set('Route', routes.join(', '));
  return { ...request, headers };
}

function isOwnRoute(here: Here, text: string, callId: string): boolean {
  const uri = parseUri(text);
  if (uri === undefined) return false;
  const pass = paramOf(uri.params, 'pass');
  return pass !== undefined && pass === here.ids.seal(`${callId} ${printHostPort(uri)}`) && isOwnUri(here, text);
}
