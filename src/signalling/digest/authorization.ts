export type DigestAlgorithm = 'SHA-256' | 'MD5';

/** The credentials of one Authorization header field (RFC 7616 §3.4), decoded. */
export interface Authorization {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  /** Absent: a client of RFC 2069, which counts nothing. */
  readonly counted: { readonly qop: 'auth'; readonly nc: string; readonly cnonce: string } | undefined;
}

/**
 * @param header one or more Digest credentials; drachtio joins repeated fields with commas
 * @returns those that are complete and of an algorithm and qop that we offered
 */
export function parseAuthorization(header: string): readonly Authorization[] {
  return digestParameters(header).flatMap((credentials) => decode(credentials) ?? []);
}

/** The parameters of each Digest scheme in a header field, challenge or credentials; names in lower case. */
export function digestParameters(header: string): readonly ReadonlyMap<string, string>[] {
  return header
    .split(/(?:^|,\s*)Digest\s+/i)
    .slice(1)
    .map(parameters);
}

function parameters(credentials: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name, quoted, token] of credentials.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    if (name !== undefined) found.set(name.toLowerCase(), token ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return found;
}

function decode(given: ReadonlyMap<string, string>): Authorization | undefined {
  const [username, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map((name) =>
    given.get(name),
  );
  const algorithm = algorithmNamed(given.get('algorithm'));
  if (
    username === undefined ||
    realm === undefined ||
    nonce === undefined ||
    uri === undefined ||
    response === undefined
  )
    return undefined;
  if (algorithm === undefined) return undefined;
  const base = { username, realm, nonce, uri, response: response.toLowerCase(), algorithm };
  const qop = given.get('qop');
  if (qop === undefined) return { ...base, counted: undefined };
  const nc = given.get('nc');
  const cnonce = given.get('cnonce');
  if (qop.toLowerCase() !== 'auth' || nc === undefined || cnonce === undefined || !/^[0-9a-f]{8}$/i.test(nc))
    return undefined;
  return { ...base, counted: { qop: 'auth', nc: nc.toLowerCase(), cnonce } };
}

/** MD5 where none is named (RFC 7616 §3.3); undefined: one that we do not speak. */
export function algorithmNamed(name: string | undefined): DigestAlgorithm | undefined {
  switch (name?.toUpperCase()) {
    case undefined:
    case 'MD5':
      return 'MD5';
    case 'SHA-256':
      return 'SHA-256';
    default:
      return undefined;
  }
}
