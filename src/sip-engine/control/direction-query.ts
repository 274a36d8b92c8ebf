import type { InboundRequest } from '../core/inbound.ts';
import { parseNameAddr } from '../message/name-addr.ts';
import { parseUri } from '../message/uri.ts';

/**
 * The address of a request handler with what it is asked: a few words of the request, and every parameter of its URI.
 * Throws a TypeError where `handler` is no URL.
 */
export function directionUrl(handler: string, { request, flow }: InboundRequest): URL {
  const url = new URL(handler);
  const asked = parseUri(request.uri);
  const contentType = request.headers.get('Content-Type');
  const items: (readonly [string, string])[] = [
    ['method', request.method],
    ['domain', asked?.host ?? ''],
    ['protocol', flow.transport],
    ['source_address', flow.remote.address],
    ['fromUser', userOf(request.headers.get('From'))],
    ['toUser', userOf(request.headers.get('To'))],
    ['uriUser', asked?.user ?? ''],
  ];
  if (contentType !== undefined) items.push(['contentType', contentType]);
  items.push(['uri', request.uri]);
  for (const { name, value } of asked?.params ?? []) items.push([name, value ?? '']);
  const query = items.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  url.search = url.search === '' ? query : `${url.search}&${query}`;
  return url;
}

function userOf(field: string | undefined): string {
  const address = field === undefined ? undefined : parseNameAddr(field);
  return address === undefined ? '' : (parseUri(address.uri)?.user ?? '');
}
