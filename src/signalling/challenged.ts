import { isIPv6 } from 'node:net';
import { hostInUri } from './addressing.ts';
import type { HeaderFields, SipAnswer } from './srf.ts';

interface Sent {
  readonly uri: string;
  /** Undefined: the request-URI is also the next hop. */
  readonly proxy: string | undefined;
  readonly headers: HeaderFields;
}

/**
 * The same request once more, with credentials (RFC 3261 §22.2): same Call-ID, To and From, the next CSeq. It goes to the
 * very server that challenged: of those that a name stands for, another would not know the nonce.
 */
export function repeated(
  request: Sent,
  sent: { get(header: string): string | undefined },
  challenge: SipAnswer,
  credentials: HeaderFields,
): Pick<Sent, 'headers' | 'proxy'> {
  const [, sequence = '0', method = ''] = /^\s*(\d+)\s+(\S+)/.exec(sent.get('CSeq') ?? '') ?? [];
  return {
    headers: {
      ...request.headers,
      ...credentials,
      From: sent.get('From') ?? '',
      'Call-ID': sent.get('Call-ID') ?? '',
      CSeq: `${String(Number(sequence) + 1)} ${method}`,
    },
    proxy: challenger(request, challenge),
  };
}

function challenger({ uri, proxy }: Sent, { source_address, source_port }: SipAnswer): string | undefined {
  const next = proxy ?? uri;
  const [, host = '', parameters = ''] = /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;?]+)(?::\d+)?([^?]*)/i.exec(next) ?? [];
  const isAddress = host.startsWith('[') || /^[\d.]+$/.test(host);
  // By TLS the name is what its certificate is checked against, and the connection is there already.
  if (isAddress || /;transport=tls/i.test(parameters) || source_address === '') return proxy;
  const address = isIPv6(source_address) ? hostInUri(source_address) : source_address;
  return `sip:${address}:${String(source_port)}${parameters}`;
}
