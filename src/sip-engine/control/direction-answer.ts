import { err, ok, type Result } from '../../kernel/result.ts';
import type { ProxyDirection } from '../core/direction.ts';

/** Where an application waits for the engine to connect. */
export interface ApplicationPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What a request handler answered. */
export type DirectionAnswer =
  | { readonly type: 'connect'; readonly place: ApplicationPlace }
  | { readonly type: 'tag'; readonly tag: string }
  | { readonly type: 'reject'; readonly status: number; readonly reason: string | undefined }
  | { readonly type: 'redirect'; readonly contacts: readonly string[] }
  | { readonly type: 'proxy'; readonly plan: ProxyDirection };

/** Reads the JSON of a request handler; an error says what was expected. */
export function readDirectionAnswer(text: string): Result<DirectionAnswer, string> {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return err('its answer is not JSON');
  }
  if (!isObject(root) || !isObject(root['data'])) return err('its answer lacks the object "data"');
  const { action, data } = root;
  switch (action) {
    case 'route':
      return routeOf(data);
    case 'reject':
      return rejectOf(data);
    case 'redirect': {
      const contacts = textsOf(data['contact']);
      return contacts === undefined || contacts.length === 0
        ? err('"contact" of a redirect must be a URI or a list of URIs')
        : ok({ type: 'redirect', contacts });
    }
    case 'proxy':
      return proxyOf(data);
    default:
      return err('"action" must be route, reject, redirect or proxy');
  }
}

/** `host:port`, `[address]:port`, either with `;transport=tls`; undefined where that is not what stands there. */
export function readPlace(text: string): ApplicationPlace | undefined {
  const [, bracketed, plain, digits = '', transport] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})(?:;transport=(tcp|tls))?$/i.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port, tls: transport?.toLowerCase() === 'tls' };
}

type Data = Readonly<Record<string, unknown>>;

function routeOf({ uri, tag }: Data): Result<DirectionAnswer, string> {
  if (typeof uri === 'string') {
    const place = readPlace(uri);
    return place === undefined
      ? err('"uri" of a route must be host:port, perhaps with ;transport=tcp or ;transport=tls')
      : ok({ type: 'connect', place });
  }
  return typeof tag === 'string' ? ok({ type: 'tag', tag }) : err('a route needs a "uri" or a "tag", as a text');
}

function rejectOf({ status, reason }: Data): Result<DirectionAnswer, string> {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 300 || status > 699)
    return err('"status" of a reject must be a number from 300 to 699');
  const plain = typeof reason === 'string' ? reason.replace(/[^\x20-\x7e]+/g, ' ').trim() : '';
  return ok({ type: 'reject', status, reason: plain === '' ? undefined : plain });
}

/** As drachtio-server: redirections are followed, and each destination has 5 s to say something, unless said otherwise. */
function proxyOf(data: Data): Result<DirectionAnswer, string> {
  const destinations = textsOf(data['destination']);
  if (destinations === undefined || destinations.length === 0)
    return err('"destination" of a proxy must be a URI or a list of URIs');
  const { provisionalTimeout, finalTimeout } = data;
  return ok({
    type: 'proxy',
    plan: {
      destinations,
      recordRoute: data['recordRoute'] === true,
      followRedirects: data['followRedirects'] !== false,
      simultaneous: data['simultaneous'] === true,
      provisionalTimeout: typeof provisionalTimeout === 'string' ? provisionalTimeout : '5s',
      finalTimeout: typeof finalTimeout === 'string' ? finalTimeout : '60s',
    },
  });
}

/** Texts that may stand in a header field. */
function textsOf(value: unknown): readonly string[] | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = values.filter((text): text is string => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text));
  return texts.length === values.length ? texts : undefined;
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
