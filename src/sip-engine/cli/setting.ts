import type { SessionTimerSettings } from '../dialog/session-timer.ts';
import type {
  ControlAddress,
  EngineOptions,
  EngineTimers,
  EngineLimits,
  ExternalAddress,
  ListenAddress,
  RequestHandler,
} from '../options.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the command line and the file come to, while they are read. */
export interface Draft {
  listen: (ListenAddress & { readonly externalAddress?: string | undefined })[];
  control: { address: string; port: number; tls: boolean }[];
  controlKey: string | undefined;
  controlCertificate: string | undefined;
  tlsKey: string | undefined;
  tlsCertificate: string | undefined;
  secret: string;
  externalAddress: string | undefined;
  localNetworks: string[];
  externalNames: string[];
  dnsServers: string[];
  sessionTimers: Partial<SessionTimerSettings>;
  timers: Partial<Record<keyof EngineTimers, number>>;
  limits: Partial<Record<keyof EngineLimits, number>>;
  exemptNetworks: string[];
  cdrs: boolean;
  requestHandlers: RequestHandler[];
  logLevel: LogLevel;
  logFormat: 'json' | 'text';
  metrics: { address: string; port: number } | undefined;
}

/** One thing that can be said on the command line, or under the same name in the file. */
export interface Setting {
  /** `listen` is `--listen` on the command line and `listen:` in the file. */
  readonly name: string;
  /** The form of its value, for people. */
  readonly form: string;
  /** Whether it may be given more than once. */
  readonly many: boolean;
  readonly help: string;
  /** Puts the value into the draft, or says what was expected. */
  read(text: string, draft: Draft): string | undefined;
}

export function emptyDraft(): Draft {
  return {
    listen: [],
    control: [],
    controlKey: undefined,
    controlCertificate: undefined,
    tlsKey: undefined,
    tlsCertificate: undefined,
    secret: '',
    externalAddress: undefined,
    localNetworks: [],
    externalNames: [],
    dnsServers: [],
    sessionTimers: {},
    timers: {},
    limits: {},
    exemptNetworks: [],
    cdrs: false,
    requestHandlers: [],
    logLevel: 'info',
    logFormat: 'json',
    metrics: undefined,
  };
}

/** What the program runs with. */
export interface RunOptions {
  readonly engine: EngineOptions;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'text';
  readonly metrics: { readonly address: string; readonly port: number } | undefined;
}

/** The draft made whole; the texts say what is missing or does not go together. */
export function finish(draft: Draft): { readonly options: RunOptions; readonly problems: readonly string[] } {
  const problems: string[] = [];
  if (draft.secret === '')
    problems.push(
      'there is no secret: give --secret, or better the environment variable QALLER_SIP_ENGINE_SECRET, which no list of processes shows',
    );
  if (draft.listen.length === 0) problems.push('nothing to listen on: give --listen, as in --listen udp:0.0.0.0:5060');
  const control = draft.control.length > 0 ? draft.control : [{ address: '127.0.0.1', port: 9022, tls: false }];
  const { controlKey: keyFile, controlCertificate: certificateFile } = draft;
  const certified = keyFile !== undefined && certificateFile !== undefined;
  if (!certified && control.some(({ tls }) => tls))
    problems.push('a control port with tls: needs --control-key and --control-certificate, files in PEM');
  const isOutside = [draft, ...draft.listen].some(({ externalAddress }) => externalAddress !== undefined);
  if (!isOutside && draft.localNetworks.length > 0)
    problems.push('--local-network says who is not shown the --external-address: give that too');
  if (!isOutside && draft.externalNames.length > 0)
    problems.push('--external-name is another name of the --external-address: give that too');
  const controlAddresses = control.map(({ address, port, tls }): ControlAddress =>
    tls && certified ? { address, port, tls: { keyFile, certificateFile } } : { address, port },
  );
  const listen = listenersOf(draft, problems);
  const { secret, dnsServers, sessionTimers, timers, cdrs, requestHandlers, logLevel, logFormat, metrics } = draft;
  const limits = { ...draft.limits, exemptNetworks: draft.exemptNetworks };
  const engine: EngineOptions = {
    listen,
    secret,
    control: controlAddresses,
    timers,
    limits,
    cdrs,
    requestHandlers,
    ...(dnsServers.length > 0 ? { dns: { servers: dnsServers } } : {}),
    ...(Object.keys(sessionTimers).length > 0 ? { sessionTimers } : {}),
    ...external(draft.externalAddress, draft),
  };
  return { options: { engine, logLevel, logFormat, metrics }, problems };
}

/** Each with its certificate and its external address. */
function listenersOf(draft: Draft, problems: string[]): readonly ListenAddress[] {
  const { tlsKey: key, tlsCertificate: cert } = draft;
  const shown = key !== undefined && cert !== undefined ? { tls: { key, cert } } : {};
  const listen = draft.listen.map(({ externalAddress, ...place }): ListenAddress => ({
    ...place,
    ...(isSecure(place) ? shown : {}),
    ...external(externalAddress, draft),
  }));
  if (listen.some((address) => isSecure(address) && address.tls === undefined))
    problems.push('a --listen for tls or wss needs --tls-key and --tls-certificate, files in PEM');
  return listen;
}

function isSecure({ transport }: ListenAddress): boolean {
  return transport === 'tls' || transport === 'wss';
}

function external(
  address: string | undefined,
  { localNetworks, externalNames: names }: Draft,
): { readonly external?: ExternalAddress } {
  if (address === undefined) return {};
  return { external: { address, localNetworks, ...(names.length > 0 ? { names } : {}) } };
}
