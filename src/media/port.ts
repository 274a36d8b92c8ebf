import type { Fault } from '../faults/fault.ts';
import type { Result } from '../kernel/result.ts';

/** A session description as it stands on the wire (RFC 8866). */
export type SdpText = string;

/**
 * What a call needs from media. The call never learns whether RTP passes through our
 * own relay or through FreeSWITCH. Every operation may fail, and an implementation
 * answers within its own deadline, so that none leaves a call hanging.
 * One contract suite, `test/contract/media-plane.ts`, is run against every implementation.
 */
export interface MediaPlane {
  readonly name: string;
  readonly can: MediaAbilities;

  /** Opens the endpoint that faces a party who made us an offer. */
  answering(spec: EndpointSpec & { readonly offer: SdpText }): Promise<Result<AnsweringEndpoint, Fault>>;

  /**
   * Opens an endpoint that faces a party to whom we make an offer; nobody has answered yet.
   * @param spec.like whose codecs to offer; without it, the plane's own
   */
  offering(spec: EndpointSpec & { readonly like: MediaEndpoint | undefined }): Promise<Result<OfferingEndpoint, Fault>>;

  /** Lets sound pass between the two, both ways, until either is closed or bridged anew. */
  bridge(one: MediaEndpoint, other: MediaEndpoint): Promise<Result<void, Fault>>;

  load(): MediaLoad;
  /** Closes what is open. Safe to call twice. */
  close(): Promise<void>;
}

export interface MediaAbilities {
  readonly transcode: boolean;
  readonly record: boolean;
  readonly play: boolean;
}

export interface EndpointSpec {
  /** The call's id: for logs and for an operator who looks inside. */
  readonly call: string;
  /**
   * The address of ours that the party's signalling goes through; the one that its
   * session descriptions name, unless the configuration names an external one.
   */
  readonly via: string;
  /** Told at most once per kind; never after close(). */
  readonly onEvent: (event: MediaEvent) => void;
}

export type MediaEvent =
  /** Nothing arrived from the party for as long as the configuration allows, and it was not on hold. */
  | { readonly type: 'silent'; readonly milliseconds: number }
  /** The endpoint is gone and will carry nothing any more. */
  | { readonly type: 'lost'; readonly fault: Fault };

export interface MediaEndpoint {
  readonly id: string;
  /**
   * A later offer by the party: hold, resume, a new address, or a mere refresh.
   * A refusal leaves the session as it was (RFC 3261 §14.1).
   * @returns our answer
   */
  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>>;
  /** Counters so far. */
  report(): Promise<MediaReport>;
  /** Frees ports; the last counters. Safe to call twice, and never rejects. */
  close(): Promise<MediaReport>;
}

export interface AnsweringEndpoint extends MediaEndpoint {
  readonly role: 'answering';
  /** Our answer to its offer. Valid once it was bridged: a plane that does not transcode takes the codec from the other side. */
  answer(): Promise<Result<SdpText, Fault>>;
}

export interface OfferingEndpoint extends MediaEndpoint {
  readonly role: 'offering';
  /**
   * Our offer, to be sent to as many phones as ring, until one was accepted.
   * @param via the address of ours that this phone's signalling goes through
   */
  offer(via: string): SdpText;
  /** Takes the answer of the phone that won. */
  accept(answer: SdpText): Promise<Result<void, Fault>>;
}

export interface MediaReport {
  /** As in `a=rtpmap`: `PCMA/8000`; undefined before anything was agreed. */
  readonly codec: string | undefined;
  readonly packetsReceived: number;
  readonly bytesReceived: number;
  readonly packetsSent: number;
  readonly bytesSent: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  /** From a source that the endpoint had not latched on to: RTPbleed attempts and stray packets. */
  readonly packetsRejected: number;
}

export interface MediaLoad {
  readonly endpoints: number;
  readonly portsUsed: number;
  readonly portsFree: number;
}
