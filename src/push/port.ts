import type { Instant } from '../kernel/clock.ts';

/** A phone by its token of Apple's push service, as hexadecimal digits: `pn-provider=apns` (RFC 8599). */
export interface ApnsTarget {
  readonly service: 'apns';
  readonly token: string;
}

/** A phone by its registration token of Firebase Cloud Messaging: `pn-provider=fcm`. */
export interface FcmTarget {
  readonly service: 'fcm';
  readonly token: string;
}

/** A browser by its push subscription (RFC 8030), as JavaScript's `PushSubscription.toJSON()` has it. */
export interface WebPushTarget {
  readonly service: 'webpush';
  readonly endpoint: string;
  /** The browser's public key on P-256, uncompressed, base64url (RFC 8291 §2). */
  readonly p256dh: string;
  /** Sixteen bytes of the browser's, base64url. */
  readonly auth: string;
}

export type PushTarget = ApnsTarget | FcmTarget | WebPushTarget;

/** What the phone shows before it has connected. */
export type CallerDisplay =
  | { readonly kind: 'shown'; readonly prefix: string | undefined; readonly number: string }
  | { readonly kind: 'anonymous' };

/** All that a push service, and whoever reads along with it, gets to know of a call. */
export interface PushPayload {
  /** By which the phone knows the INVITE that follows, and a second push for the same call. */
  readonly call: string;
  readonly display: CallerDisplay;
  /** When waking has become useless: for the phone, and for retries of ours. */
  readonly deadline: Instant;
}

export interface Wake<Target extends PushTarget = PushTarget> {
  readonly target: Target;
  readonly payload: PushPayload;
  /** `cancel`: what an earlier push announced is over. Not for iOS, which must report every push as a call. */
  readonly kind: 'call' | 'cancel';
  /** Aborted when waking is no longer wanted. */
  readonly signal?: AbortSignal;
}

/** What an operator must mend before more such pushes can arrive; it is never a reason to remove a token. */
export type PushAlarm = 'token' | 'topic' | 'credentials' | 'certificate' | 'request';

/** What became of a push. `reason` is the service's own word where it gave one, for the log. */
export type PushOutcome =
  /** The service has it: the phone may still be off. `id` is the service's, for asking it what became of the push. */
  | { readonly outcome: 'accepted'; readonly id: string | undefined }
  /** The app is gone from the phone. Remove the token, unless the phone registered it again after `since`. */
  | { readonly outcome: 'unregistered'; readonly since: Instant | undefined; readonly reason: string }
  | { readonly outcome: 'alarm'; readonly about: PushAlarm; readonly reason: string }
  /** No push will come of it: go on to the next step of the call. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Nobody accepted it before the deadline, or before the signal; known as soon as no retry fits before the deadline. */
  | { readonly outcome: 'too-late'; readonly reason: string };

/** Wakes sleeping phones through one outside service. */
export interface PushService<Target extends PushTarget = PushTarget> {
  /** Never rejects. Retries what may be retried, and settles by the payload's deadline. */
  wake(wake: Wake<Target>): Promise<PushOutcome>;
  /** Ends connections, and the wakes in progress as refused. Safe to call twice. */
  close(): void;
}

/** `closed`: pushes go out. `open`: the service is ill and left alone. `half-open`: one push tries whether it is well again. */
export type CircuitName = 'closed' | 'open' | 'half-open';

/** Told when a circuit changes; `host` is the service's, as there are several for web push. */
export type CircuitObserver = (host: string, circuit: CircuitName) => void;
