/** How much one message may hold before it is refused with 513 (RFC 3261 §21.5.14). */
export interface Limits {
  /** Of the whole message, start line to end of body. */
  readonly bytes: number;
  /** Header fields. */
  readonly fields: number;
}

/** The largest message that fits a UDP datagram's length field, on every transport alike. */
export const defaultLimits: Limits = { bytes: 65_535, fields: 256 };
