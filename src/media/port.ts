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
  /**
   * `silent` and `lost` are told at most once. After close() only the end of a recording is told, and that before
   * close() resolves.
   */
  readonly onEvent: (event: MediaEvent) => void;
}

export type MediaEvent =
  /** Nothing arrived from the party for as long as the configuration allows, and it was not on hold. */
  | { readonly type: 'silent'; readonly milliseconds: number }
  /** The endpoint is gone and will carry nothing any more. */
  | { readonly type: 'lost'; readonly fault: Fault }
  /** What was to be played once has been played to its end; not told of what was replaced, silenced or bridged away. */
  | { readonly type: 'played' }
  /**
   * The party pressed a key (RFC 4733): once for each press. Only while it speaks with us: what it presses in a
   * conversation with another party passes, and is nobody else's business.
   */
  | { readonly type: 'key'; readonly key: Key }
  | Recorded;

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#' | 'A' | 'B' | 'C' | 'D';

/** A recording is over, and its file is complete. Told once for each recording. */
export interface Recorded {
  readonly type: 'recorded';
  /** How long the file is; the silence at its end is cut off, so 0 means that nothing was said. */
  readonly milliseconds: number;
  /**
   * `silence` and `full`: the limits that were set; `stopped`: by finishRecording() or close(); `failed`: it could not be
   * written on, or the endpoint was lost: what was written until then stays.
   */
  readonly why: 'silence' | 'full' | 'stopped' | 'failed';
}

/** Something to be heard by a party. */
export type Playable =
  /** A WAV file: 8000 samples a second, mono, 16-bit linear or G.711. */
  | { readonly is: 'file'; readonly path: string }
  /** One turn of its cadence (ETSI TR 101 041-2 for the Netherlands); `ringback` is a second of sound and four of silence. */
  | { readonly is: 'tone'; readonly tone: ToneName }
  /** The tune that the configuration names. */
  | { readonly is: 'music' }
  | { readonly is: 'pause'; readonly milliseconds: number };

export type ToneName = 'ringback' | 'beep' | 'busy' | 'congestion';

/** The exchange's own spoken sounds, as files of `sounds/<language>/`; beside them `digit-0` to `digit-9`. */
export const spokenSounds = [
  'voicemail-greeting',
  'nobody-available',
  'number-not-in-use',
  'cannot-be-reached',
  'closed',
  'not-understood',
  'goodbye',
  'your-code-is',
] as const;
export type SpokenSound = (typeof spokenSounds)[number];

export type Language = 'nl' | 'en';

/** Finds what is to be heard: a tenant's own recording, or else the exchange's own sound of that name. */
export interface SoundLibrary {
  /**
   * Never rejects, and never leads to silence by itself: what is missing or cannot be played is told to the log, and
   * `nobody-available` stands in for it.
   * @param wanted.name of a file without its `.wav`; what is no such name is treated as missing
   * @param wanted.tenant whose recordings are looked at first
   */
  find(wanted: {
    readonly name: string;
    readonly language: Language;
    readonly tenant: string | undefined;
  }): Promise<readonly Playable[]>;
  /** Digits as they are read out, one by one; other characters are left out. */
  digits(text: string, language: Language): readonly Playable[];
}

export interface RecordingOptions {
  /** Path of the WAV file; its folder is made when missing, and what has that name is overwritten. */
  readonly file: string;
  readonly maximumSeconds: number;
  /** It ends by itself when nothing was said for so long. */
  readonly silenceSeconds: number;
}

export interface MediaEndpoint {
  readonly id: string;
  /**
   * A later offer by the party: hold, resume, a new address, or a mere refresh.
   * A refusal leaves the session as it was (RFC 3261 §14.1). Where the plane can play, whoever is bridged to a party that
   * holds hears music from then on, until the party wants to hear it again.
   * @returns our answer
   */
  renegotiate(offer: SdpText): Promise<Result<SdpText, Fault>>;
  /**
   * Lets the party hear these, one after the other, in place of what it heard until now; `played` tells the natural end.
   * It waits while the party is on hold, and stops when the endpoint is bridged. Playing anew what is being repeated
   * already changes nothing. Wants a party to which something was answered, or that answered.
   * @returns CANNOT_PLAY by a plane that cannot, or while bridged; NO_COMMON_CODEC when no G.711 was agreed;
   * SOUND_UNREADABLE, and what was heard until now goes on
   */
  play(what: readonly Playable[], options: { readonly repeat: boolean }): Promise<Result<void, Fault>>;
  /** Ends what is played. Never rejects. */
  silence(): Promise<void>;
  /**
   * Writes what the party says to a file, piece by piece; `recorded` tells the end. One at a time.
   * @returns CANNOT_PLAY by a plane that cannot; NO_COMMON_CODEC when no G.711 was agreed; RECORDING_FAILED when the file
   * cannot be made, or another is being made. A disk that fills up later ends the recording, and never the call.
   */
  record(options: RecordingOptions): Promise<Result<void, Fault>>;
  /** Ends the recording if there is one; `recorded` was told when this resolves. Never rejects. */
  finishRecording(): Promise<void>;
  /** Counters so far. */
  report(): Promise<MediaReport>;
  /** Frees ports, and ends a recording; the last counters. Safe to call twice, and never rejects. */
  close(): Promise<MediaReport>;
}

export interface AnsweringEndpoint extends MediaEndpoint {
  readonly role: 'answering';
  /**
   * Our answer to its offer. Valid once it was bridged: a plane that does not transcode takes the codec from the other side.
   * After attend(): the answer that it has.
   */
  answer(): Promise<Result<SdpText, Fault>>;
  /**
   * Our answer to its offer while there is no other party: from then on we speak with it ourselves. The codec is settled
   * (G.711, and key presses where it knows them), and holds for every party that it is bridged to later.
   * @returns CANNOT_PLAY by a plane that cannot; NO_COMMON_CODEC when it offered no G.711
   */
  attend(): Promise<Result<SdpText, Fault>>;
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
