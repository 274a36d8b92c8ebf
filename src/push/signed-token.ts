import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

/** A private key that JSON Web Tokens are signed with. */
export interface TokenKey {
  /** A token in compact form (RFC 7515, RFC 7519); `alg` is put into the header. */
  token(header: Readonly<Record<string, string>>, claims: object): string;
  readonly publicKey: JsonWebKey;
}

/** A key for ES256: PEM, on P-256. Throws when it is none. */
export function ellipticKey(pem: string): TokenKey {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error('this key cannot sign for ES256: give a private key on the curve P-256, as PEM');
  // The two numbers side by side (RFC 7518 §3.4), not the DER that OpenSSL writes by itself.
  return tokenKey('ES256', key, (content) => sign('sha256', content, { key, dsaEncoding: 'ieee-p1363' }));
}

/** A key for RS256: PEM, of RSA. Throws when it is none. */
export function rsaKey(pem: string): TokenKey {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa')
    throw new Error('this key cannot sign for RS256: give a private key of RSA, as PEM');
  return tokenKey('RS256', key, (content) => sign('sha256', content, key));
}

function tokenKey(alg: string, key: KeyObject, signature: (content: Buffer) => Buffer): TokenKey {
  return {
    token(header, claims) {
      const content = `${encoded({ alg, ...header })}.${encoded(claims)}`;
      return `${content}.${signature(Buffer.from(content)).toString('base64url')}`;
    },
    publicKey: createPublicKey(key).export({ format: 'jwk' }),
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
