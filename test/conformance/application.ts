import { once } from 'node:events';
import Srf from 'drachtio-srf';
import type { Subject } from './subject/subject.ts';

type Fields = Readonly<Record<string, string>>;

/** What these cases use of drachtio-srf 5, whose own type declarations lack some of it and have some of it wrong. */
export interface AppRequest extends NodeJS.EventEmitter {
  readonly method: string;
  readonly uri: string;
  readonly protocol: string;
  readonly source: string;
  readonly source_address: string;
  readonly source_port: string | number;
  readonly stackTime: string;
  readonly body: string;
  readonly raw: string;
  readonly server: { readonly address: string; readonly hostport: string };
  readonly receivedOn: string;
  readonly msg: { readonly headers: Fields };
  get(header: string): string;
  has(header: string): boolean;
  cancel(options?: { headers?: Fields }, done?: () => void): void;
}
export interface AppResponse extends NodeJS.EventEmitter {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
  readonly msg: { readonly body: string };
  get(header: string): string;
  send(
    status: number,
    options?: { headers?: Fields; body?: string },
    sent?: (error: Error | undefined, msg: unknown) => void,
    confirmed?: (prack: unknown) => void,
  ): void;
}
export interface AppDialog extends NodeJS.EventEmitter {
  readonly id: string;
  readonly connected: boolean;
  readonly sip: { readonly callId: string; readonly localTag: string; readonly remoteTag: string };
  readonly local: { readonly uri: string; readonly sdp: string };
  readonly remote: { readonly uri: string; readonly sdp: string };
  modify(sdp: string, options?: { noAck?: boolean }): Promise<string>;
  request(options: { method: string; headers?: Fields; body?: string }): Promise<AppResponse>;
  destroy(options?: { headers?: Fields }): Promise<AppRequest>;
}
interface AnswerOptions {
  readonly localSdp?: string;
  readonly headers?: Fields;
  readonly body?: string;
}
interface CallOptions extends AnswerOptions {
  readonly method?: string;
  readonly proxy?: string;
  readonly noAck?: boolean;
  readonly auth?: { readonly username: string; readonly password: string };
}
interface Progress {
  cbRequest?(error: unknown, req: AppRequest): void;
  cbProvisional?(res: AppResponse): void;
}
export interface ProxyOptions {
  readonly forking?: 'simultaneous' | 'sequential';
  readonly remainInDialog?: boolean;
  readonly followRedirects?: boolean;
  readonly provisionalTimeout?: string;
  readonly finalTimeout?: string;
  readonly headers?: Fields;
}
export interface ProxyResult {
  readonly connected: boolean;
  readonly finalStatus: number;
  readonly responses: readonly { readonly port: number; readonly msgs: readonly { readonly status: number }[] }[];
}
type Handler = (req: AppRequest, res: AppResponse) => void;
export type Verb =
  | 'invite'
  | 'register'
  | 'options'
  | 'subscribe'
  | 'message'
  | 'info'
  | 'publish'
  | 'notify'
  | 'refer'
  | 'update'
  | 'bye'
  | 'prack';
export interface Application extends NodeJS.EventEmitter, Record<Verb, (handler: Handler) => void> {
  connect(options: { host: string; port: number; secret: string; reconnect?: { maxAttempts: number } }): void;
  listen(options: { host?: string; port: number; secret: string }): void;
  disconnect(): void;
  endSession(req: AppRequest): void;
  createUAS(req: AppRequest, res: AppResponse, options: AnswerOptions): Promise<AppDialog>;
  createUAC(uri: string, options: CallOptions, progress?: Progress): Promise<AppDialog>;
  createB2BUA(
    req: AppRequest,
    res: AppResponse,
    uri: string,
    options?: {
      proxyRequestHeaders?: readonly string[];
      proxyResponseHeaders?: readonly string[];
      passFailure?: boolean;
    },
  ): Promise<{ uas: AppDialog; uac: AppDialog }>;
  proxyRequest(req: AppRequest, destination: string | readonly string[], options?: ProxyOptions): Promise<ProxyResult>;
  request(
    uri: string,
    options: { method: string; headers?: Fields; body?: string; proxy?: string },
    sent: (error: (Error & { code?: string }) | null, req: AppRequest) => void,
  ): void;
}

export async function connectApplication({ control }: Subject, tags?: readonly string[]): Promise<Application> {
  const srf = new Srf(tags === undefined ? [] : [...tags]) as unknown as Application;
  // A server that goes away at the end of the last test is no news.
  srf.on('error', () => undefined);
  // To a server that a case brought down it would come back for ever.
  srf.connect({ ...control, reconnect: { maxAttempts: 1 } });
  const [error] = (await once(srf, 'connect')) as [Error | undefined];
  if (error) throw error;
  return srf;
}

/** The answer to a request of the application outside a dialog. Rejects when the server refuses to send it. */
export function asks(
  srf: Application,
  uri: string,
  options: { method: string; headers?: Fields; body?: string; proxy?: string },
): Promise<AppResponse> {
  return new Promise((resolve, reject) => {
    srf.request(uri, options, (error, req) => {
      if (error) reject(error);
      else req.on('response', resolve);
    });
  });
}
