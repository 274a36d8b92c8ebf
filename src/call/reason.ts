/** The Reason header field of RFC 3326: why a CANCEL or BYE is sent. */
export interface Reason {
  readonly protocol: 'SIP' | 'Q.850';
  readonly cause: number;
  readonly text: string;
}

/**
 * For the losers of a fork, and for nobody else: a phone that reads it shows no
 * missed call (RFC 3326 §3.1). Sent when nobody answered, it would hide true ones.
 */
export const answeredElsewhere: Reason = { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' };

/** The party sent no sound for longer than the configuration allows: Q.850 cause 31, normal, unspecified. */
export const mediaSilent: Reason = { protocol: 'Q.850', cause: 31, text: 'No media received' };

/** Q.850 cause 102, recovery on timer expiry. */
export const tooLong: Reason = { protocol: 'Q.850', cause: 102, text: 'Maximum call duration reached' };

/** Q.850 cause 41, temporary failure. */
export const exchangeFailed: Reason = { protocol: 'Q.850', cause: 41, text: 'Temporary failure' };

/** @returns the header's value, as `SIP;cause=200;text="Call completed elsewhere"` */
export function printReason(reason: Reason): string {
  return `${reason.protocol};cause=${String(reason.cause)};text="${reason.text}"`;
}
