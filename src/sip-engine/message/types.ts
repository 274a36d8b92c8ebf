import type { Headers } from './headers.ts';

/**
 * A SIP message as it came or will go (RFC 3261 §7). Header fields are kept in
 * order and verbatim; what they mean is parsed when somebody asks.
 */
export type SipMessage = SipRequest | SipResponse;

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  /** The request-URI, verbatim. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Why bytes are not a message, and what its sender is to be told. */
export interface Malformed {
  /** A final status for a request that can still be answered; undefined: drop it silently. */
  readonly status: number | undefined;
  /** For the response's reason phrase and our log: what is wrong, in a few words. */
  readonly why: string;
  /** It may be good SIP, and is more of it than is read here. */
  readonly overLimit: boolean;
  /** What could be read of it: enough to build the answer. */
  readonly partial: SipRequest | undefined;
}
