import Srf from 'drachtio-srf';

/**
 * The part of drachtio-srf that is used here, typed as it behaves; its own types leave
 * out half of it. Callbacks are preferred to its promises: they run in the turn in which
 * the message came, so that a BYE right behind a 200 finds its handler in place.
 */
export interface SipApplication {
  connect(options: { host: string; port: number; secret: string }): void;
  disconnect(): void;
  on(event: 'connect', listener: (error: Error | null, hostports: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  /** The connection is gone; it is made anew by itself. */
  on(event: 'close', listener: () => void): void;
  invite(handler: RequestHandler): void;
  register(handler: RequestHandler): void;
  options(handler: RequestHandler): void;
  info(handler: RequestHandler): void;
  message(handler: RequestHandler): void;
  notify(handler: RequestHandler): void;
  publish(handler: RequestHandler): void;
  refer(handler: RequestHandler): void;
  subscribe(handler: RequestHandler): void;
  createUAS(
    req: SipRequest,
    res: SipResponder,
    options: { localSdp: string; headers: HeaderFields },
    done: (error: Error | null, dialog?: SipDialog) => void,
  ): void;
  createUAC(
    uri: string,
    options: {
      localSdp: string;
      headers: HeaderFields;
      proxy?: string;
    },
    progress: {
      cbRequest: (error: Error | null, request?: SentInvite) => void;
      cbProvisional: (response: SipAnswer) => void;
    },
    done: (error: (Error & { status?: number; res?: SipAnswer }) | null, dialog?: SipDialog) => void,
  ): void;
  /** A request outside dialogs. The answer comes as the event `response` of what was sent. */
  request(
    uri: string,
    options: { method: 'OPTIONS' | 'REGISTER'; headers: HeaderFields; proxy?: string },
    done: (error: Error | null, sent?: SentRequest) => void,
  ): void;
}

export type RequestHandler = (req: SipRequest, res: SipResponder) => void;
export type HeaderFields = Record<string, string>;

export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly body: string | undefined;
  readonly protocol: string;
  readonly source_address: string;
  readonly source_port: number | string;
  /** `host:port` of our listener; undefined for a server that does not tell. */
  readonly receivedOn: string | undefined;
  get(header: string): string | undefined;
  has(header: string): boolean;
  on(event: 'cancel', listener: (cancel: unknown) => void): void;
}

export interface SipResponder {
  send(status: number, options?: { headers?: HeaderFields; body?: string }): void;
  send(status: number, reason: string, options?: { headers?: HeaderFields; body?: string }): void;
}

/** A request of ours, as it went out. */
export interface SentRequest {
  get(header: string): string | undefined;
  on(event: 'response', listener: (response: SipAnswer) => void): void;
}

export interface SentInvite {
  get(header: string): string | undefined;
  cancel(options: { headers: HeaderFields }, done: (error: Error | null) => void): void;
}

export interface SipAnswer {
  readonly status: number;
  readonly source_address: string;
  readonly source_port: number | string;
  get(header: string): string | undefined;
}

export interface SipDialog {
  readonly connected: boolean;
  readonly remote: { readonly sdp: string | undefined };
  readonly local: { sdp: string };
  /** With these drachtio-srf answers challenges of later requests in the dialog, by MD5. */
  auth?: { readonly username: string; readonly password: string };
  on(event: 'ack', listener: () => void): void;
  on(event: 'destroy', listener: (request: unknown, reason: string) => void): void;
  /** `modify` is a re-INVITE. What nobody listens to is answered with 200. */
  on(
    event: 'modify' | 'update' | 'info' | 'notify' | 'options' | 'refer' | 'message' | 'publish',
    listener: RequestHandler,
  ): void;
  /** `ENODIALOG`: the server knows no such dialog any more. */
  destroy(options: { headers: HeaderFields }, done: (error: (Error & { code?: string }) | null) => void): void;
}

export function sipApplication(): SipApplication {
  // The one boundary to its looser types.
  return new Srf() as unknown as SipApplication;
}
