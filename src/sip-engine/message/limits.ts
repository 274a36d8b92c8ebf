/** How much one message may hold before it is refused (RFC 3261 §21.5.14, and §21.4.12 for the URI). Lengths in characters. */
export interface Limits {
  /** Of the whole message, start line to end of body. */
  readonly bytes: number;
  /** Header fields. */
  readonly fields: number;
  /** Of one header field, with the lines folded under it. */
  readonly fieldLength: number;
  /** Of the request-URI. */
  readonly uriLength: number;
  /** Hops in Via: Max-Forwards begins at 70, so more are nobody's honest way. */
  readonly vias: number;
}

/** The largest message that fits a UDP datagram's length field, on every transport alike. */
export const defaultLimits: Limits = { bytes: 65_535, fields: 256, fieldLength: 16_384, uriLength: 4096, vias: 100 };
