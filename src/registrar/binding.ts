import type { DeviceId } from '../directory/types.ts';
import type { Instant } from '../kernel/clock.ts';

/**
 * The path a REGISTER came by. Only it is sure to reach the phone: behind a NAT,
 * or over TCP, the address in Contact leads nowhere (RFC 5626 §1).
 */
export interface Flow {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Our end: a NAT lets answers in from there only. */
  readonly localAddress: string;
  readonly localPort: number;
}

/** One way to reach a device: an address of record bound to a contact (RFC 3261 §10). */
export interface Binding {
  readonly device: DeviceId;
  /** What makes two registrations the same one: instance and reg-id, else the contact's URI (RFC 5626 §6). */
  readonly key: string;
  /** The Contact URI as the phone wrote it: the request-URI of calls to it. */
  readonly contact: string;
  readonly instance: string | undefined;
  readonly flow: Flow;
  /** Call-ID and CSeq of the REGISTER that wrote it: an older one must not overwrite (RFC 3261 §10.3 step 7). */
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string | undefined;
  readonly registeredAt: Instant;
  readonly expiresAt: Instant;
}
