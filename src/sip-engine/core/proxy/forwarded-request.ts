import { canonical, type Headers } from '../../message/headers.ts';
import { splitList } from '../../message/name-addr.ts';
import { parseUri, printUri } from '../../message/uri.ts';
import type { SipRequest, SipResponse } from '../../message/types.ts';
import { contactUri, uriOf } from '../../dialog/dialog.ts';
import { parseNameAddr } from '../../message/name-addr.ts';
import { paramOf } from '../../message/params.ts';
import { wireName } from '../application-message.ts';

/** Settled by the request or by the proxy, whatever the application would add. */
const settled: ReadonlySet<string> = new Set(
  'via route record-route max-forwards from to call-id cseq content-length content-type'.split(' '),
);

/** One value at the most: what the application says takes the place of what was there. Others are added to. */
const single: ReadonlySet<string> = new Set(
  'contact subject user-agent server organization priority date event expires referred-by session-expires min-se'.split(
    ' ',
  ),
);

/** The copy that goes on (RFC 3261 §16.6 steps 1 to 3): everything as it came, but for what each hop must change. */
export function forwardedRequest(request: SipRequest, uri: string, added?: Headers): SipRequest {
  const headers = request.headers.clone();
  const hops = Number(headers.get('Max-Forwards') ?? '71');
  headers.set('Max-Forwards', String(Math.max(hops - 1, 0)));
  for (const [name, value] of added ?? []) {
    const key = canonical(name);
    if (settled.has(key)) continue;
    if (single.has(key)) headers.set(wireName(name), value);
    else headers.append(wireName(name), value);
  }
  return { ...request, uri, headers };
}

/**
 * Puts us on the path of what follows: Record-Route for a dialog (RFC 3261 §16.6 step 4), Path for a registration
 * (RFC 3327 §5.1). `uris` in the order in which they stand: the next hop's side of us first.
 */
export function onPath(request: SipRequest, uris: readonly string[]): SipRequest {
  const headers = request.headers.clone();
  const register = request.method === 'REGISTER';
  for (const uri of uris.toReversed()) headers.prepend(register ? 'Path' : 'Record-Route', `<${uri}>`);
  const requires = headers.all('Require').flatMap((field) => splitList(field));
  if (register && !requires.some((tag) => tag.toLowerCase() === 'path')) headers.append('Require', 'path');
  return { ...request, headers };
}

/** The response without the topmost Via, which was ours; undefined where no other is left (RFC 3261 §16.7 step 3). */
export function backwards(response: SipResponse): SipResponse | undefined {
  const headers = response.headers.clone();
  const [, ...others] = splitList(headers.shift('Via') ?? '');
  if (others.length > 0) headers.prepend('Via', others.join(', '));
  return headers.has('Via') ? { ...response, headers } : undefined;
}

/** The extensions that a proxy would have to know, of which we know none (RFC 3261 §16.3 step 5). */
export function requiredOfProxies(request: SipRequest): string[] {
  return request.headers
    .all('Proxy-Require')
    .flatMap((field) => splitList(field))
    .filter((tag) => tag !== '');
}

/** The targets that a 3xx names, best first (RFC 3261 §8.1.3.4, §16.5), without what a request-URI may not have. */
export function redirectTargets(response: SipResponse): string[] {
  if (contactUri(response) === undefined) return [];
  const contacts = response.headers
    .all('Contact')
    .flatMap((field) => splitList(field))
    .flatMap((value) => {
      const contact = parseNameAddr(value);
      const uri = contact === undefined ? undefined : parseUri(contact.uri);
      if (contact === undefined || uri === undefined || uri.scheme === 'tel') return [];
      const q = Number(paramOf(contact.params, 'q') ?? '1');
      const params = uri.params.filter(({ name }) => name.toLowerCase() !== 'method');
      return [{ q: Number.isNaN(q) ? 0 : q, uri: printUri({ ...uri, params, headers: [] }) }];
    });
  return contacts.toSorted((one, other) => other.q - one.q).map(({ uri }) => uri);
}

/** Where the request goes next: its first Route, before which a strict router must be pleased (RFC 3261 §16.6 step 6). */
export function routed(request: SipRequest): { readonly request: SipRequest; readonly nextHop: string } {
  const [first, ...others] = request.headers.all('Route').flatMap((field) => splitList(field));
  if (first === undefined) return { request, nextHop: request.uri };
  const nextHop = uriOf(first);
  const uri = parseUri(nextHop);
  if (uri === undefined || paramOf(uri.params, 'lr') !== undefined) return { request, nextHop };
  const headers = request.headers.clone().set('Route', [...others, `<${request.uri}>`].join(', '));
  return { request: { ...request, uri: nextHop, headers }, nextHop };
}
