import type { FaultCode } from '../faults/catalogue.ts';
import type { DeviceId, TenantId, UserId } from '../directory/types.ts';
import type { Instant } from '../kernel/clock.ts';

/** The call detail record: what remains of a call. Computed once, from the call's own events. */
export interface CallRecord {
  readonly call: string;
  readonly tenant: TenantId | undefined;
  readonly direction: 'internal' | 'inbound' | 'outbound';
  /** Who called, as it stood in the directory: the extension, or the number that the trunk gave. */
  readonly caller: string;
  readonly callerUser: UserId | undefined;
  /** What was dialled, as it came. */
  readonly dialled: string;
  readonly startedAt: Instant;
  readonly ringingAt: Instant | undefined;
  readonly answeredAt: Instant | undefined;
  readonly endedAt: Instant;
  /** When we answered the caller ourselves, to let it hear something: it pays from then on. */
  readonly attendedAt: Instant | undefined;
  /** `voicemail`: it was greeted by somebody's voicemail, whether it said anything or not. */
  readonly outcome:
    'answered' | 'voicemail' | 'no-answer' | 'busy' | 'declined' | 'cancelled' | 'unreachable' | 'refused' | 'failed';
  /** Who answered; undefined: nobody, or only we ourselves. */
  readonly answeredBy: 'party' | 'voicemail' | undefined;
  readonly endedBy: 'caller' | 'callee' | 'us';
  readonly fault: FaultCode | undefined;
  /** The final SIP status that the caller got; 200 for an answered call. */
  readonly status: number;
  /** Plans and users that it has passed through, as `plan main`, `user alice`. */
  readonly chain: readonly string[];
  readonly legs: readonly LegRecord[];
  readonly media: MediaRecord | undefined;
}

export interface LegRecord {
  readonly leg: string;
  readonly target:
    | { readonly kind: 'device'; readonly device: DeviceId; readonly user: UserId }
    | { readonly kind: 'trunk'; readonly trunk: string };
  readonly outcome:
    'answered' | 'answered-elsewhere' | 'busy' | 'declined' | 'no-answer' | 'cancelled' | 'unreachable' | 'failed';
  /** Its final SIP status, when it gave one. */
  readonly status: number | undefined;
}

/** Counted at our relay, per side: what arrived from that party, and what was sent to it. */
export interface MediaRecord {
  readonly caller: MediaCounters;
  readonly callee: MediaCounters;
}

export interface MediaCounters {
  readonly codec: string | undefined;
  readonly packetsReceived: number;
  readonly bytesReceived: number;
  readonly packetsSent: number;
  readonly bytesSent: number;
  /** Packets missing from the party's sequence numbers (RFC 3550 appendix A.3). */
  readonly packetsLost: number;
  /** Interarrival jitter in milliseconds (RFC 3550 §6.4.1). */
  readonly jitterMs: number;
}
