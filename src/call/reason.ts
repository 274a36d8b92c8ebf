import type { FaultCode } from '../faults/catalogue.ts';

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

/** For a caller that we had answered ourselves, and that learns only now how its call ended (RFC 3398 §8.2.6.1 in reverse). */
export function reasonOf(fault: FaultCode | undefined): Reason {
  const [cause, text] = q850[fault ?? 'INTERNAL'] ?? [exchangeFailed.cause, exchangeFailed.text];
  return { protocol: 'Q.850', cause, text };
}

const q850: Readonly<Partial<Record<FaultCode, readonly [cause: number, text: string]>>> = {
  NO_SUCH_NUMBER: [1, 'Unallocated number'],
  CALLEE_BUSY: [17, 'User busy'],
  NO_ANSWER: [19, 'No answer from user'],
  CALLEE_UNREACHABLE: [20, 'Subscriber absent'],
  CALLEE_DECLINED: [21, 'Call rejected'],
  NOT_ALLOWED: [21, 'Call rejected'],
  LOOP: [25, 'Exchange routing error'],
  NUMBER_INCOMPLETE: [28, 'Invalid number format'],
  TRUNK_FAILED: [38, 'Network out of order'],
  NO_TRUNK: [38, 'Network out of order'],
  NO_COMMON_CODEC: [88, 'Incompatible destination'],
};
