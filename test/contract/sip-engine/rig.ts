import { once } from 'node:events';
import Srf from 'drachtio-srf';
import { type EngineEvent, type EngineOptions, type SipEngine, startEngine } from '../../../src/sip-engine/engine.ts';
import type { TransportName } from '../../../src/sip-engine/transport/transport-name.ts';
import type { Place } from './peer.ts';

/**
 * What these tests use of drachtio-srf, whose own type declarations lack some of it and have some of it wrong.
 */
export interface TestRequest extends NodeJS.EventEmitter {
  readonly protocol: string;
  readonly source_address: string;
  readonly source_port: string | number;
  /** Our own address that it came to. */
  readonly receivedOn: string;
  readonly body: string;
  get(header: string): string;
  cancel(options: { headers?: Record<string, string> }, done: () => void): void;
}
export interface TestResponse {
  readonly status: number;
  send(
    status: number,
    options?: { headers?: Record<string, string>; body?: string },
    sent?: unknown,
    confirmed?: () => void,
  ): void;
}
export interface TestDialog extends NodeJS.EventEmitter {
  readonly connected: boolean;
  modify(sdp: string): Promise<void>;
  request(options: { method: string; headers?: Record<string, string>; body?: string }): Promise<TestResponse>;
  destroy(): Promise<void>;
}
export interface ProxyResult {
  readonly connected: boolean;
  readonly finalStatus?: number;
  readonly responses: readonly {
    readonly address: string;
    readonly port: number;
    readonly msgs: readonly { readonly status: number }[];
  }[];
}
type Handler = (req: TestRequest, res: TestResponse) => void;
type Verb = 'invite' | 'register' | 'options' | 'subscribe' | 'message' | 'info' | 'publish';
export interface TestSrf extends NodeJS.EventEmitter, Record<Verb, (handler: Handler) => void> {
  connect(options: { host: string; port: number; secret: string }): void;
  disconnect(): void;
  createUAS(
    req: TestRequest,
    res: TestResponse,
    options: { localSdp: string; headers?: Record<string, string> },
  ): Promise<TestDialog>;
  createUAC(
    uri: string,
    options: { localSdp: string; headers?: Record<string, string>; auth?: { username: string; password: string } },
    progress?: { cbRequest(error: unknown, req: TestRequest): void },
  ): Promise<TestDialog>;
  createB2BUA(req: TestRequest, res: TestResponse, uri: string): Promise<{ uas: TestDialog; uac: TestDialog }>;
  proxyRequest(
    req: TestRequest,
    destination: string | string[],
    options?: {
      remainInDialog?: boolean;
      followRedirects?: boolean;
      forking?: 'simultaneous' | 'sequential';
      provisionalTimeout?: string;
      finalTimeout?: string;
      headers?: Record<string, string>;
    },
  ): Promise<ProxyResult>;
  request(uri: string, options: { method: string }, sent: (error: unknown, req: TestRequest) => void): void;
}

/** The status that a request of the application is answered with. By callback: the answer may come with the echo. */
export function asks(srf: TestSrf, uri: string, method: string): Promise<number> {
  return new Promise((resolve) => {
    srf.request(uri, { method }, (_, req) => {
      req.on('response', ({ status }: TestResponse) => resolve(status));
    });
  });
}

export function newApplication(): TestSrf {
  return new Srf() as unknown as TestSrf;
}

/** An engine on ports of its own, with one unmodified drachtio-srf application at a time. */
export interface Rig {
  readonly engine: SipEngine;
  /** The application of this test. */
  srf: TestSrf;
  readonly udp: Place;
  readonly tcp: Place;
  readonly tls: Place;
  readonly ws: Place;
  readonly wss: Place;
  readonly events: EngineEvent[];
  /** Waits until the engine knows that the application wants these. */
  routed(...methods: string[]): Promise<void>;
  /** Puts a new application, that wants nothing yet, in the place of the old. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

export const sdp =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

export async function startRig(options: Partial<EngineOptions> = {}): Promise<Rig> {
  const events: EngineEvent[] = [];
  const engine = await startEngine(
    {
      listen: [
        { transport: 'udp', address: '127.0.0.1', port: 0 },
        { transport: 'tcp', address: '127.0.0.1', port: 0 },
      ],
      secret: 'geheim',
      timers: { t1: 20 },
      ...options,
    },
    (event) => events.push(event),
  );
  const placeOf = (transport: TransportName): Place =>
    engine.listening.find((listener) => listener.transport === transport) ?? { address: '', port: 0 };
  const leave = async (srf: TestSrf): Promise<void> => {
    if ((await engine.stats()).applications > 0) srf.disconnect();
    await until(async () => (await engine.stats()).applications === 0, 'the application is still there');
  };
  const rig: Rig = {
    engine,
    srf: await connectApplication(newApplication(), engine),
    udp: placeOf('udp'),
    tcp: placeOf('tcp'),
    tls: placeOf('tls'),
    ws: placeOf('ws'),
    wss: placeOf('wss'),
    events,
    routed: (...methods) =>
      until(
        async () => {
          const { routed } = await engine.stats();
          return methods.every((method) => routed.includes(method));
        },
        `no application wants ${methods.join(', ')}`,
      ),
    renew: async () => {
      await leave(rig.srf);
      rig.srf = await connectApplication(newApplication(), engine);
    },
    close: async () => {
      // An engine that is left open keeps the whole test run from ending.
      try {
        await leave(rig.srf);
      } finally {
        await engine.close();
      }
    },
  };
  return rig;
}

export async function connectApplication(srf: TestSrf, engine: SipEngine): Promise<TestSrf> {
  srf.connect(engine.control);
  const [error] = (await once(srf, 'connect')) as [Error | undefined];
  if (error) throw error;
  return srf;
}

/** Everything that a call leaves behind is gone; polls, as the last timers are the engine's own. */
export async function settled(engine: SipEngine): Promise<void> {
  await until(async () => {
    const { transactions, dialogs, timers } = await engine.stats();
    return Object.values(transactions).reduce((sum, count) => sum + count, dialogs + timers) === 0;
  }, 'something of the call is still there');
}

export async function until(holds: () => Promise<boolean> | boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + 4000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`after 4 s ${otherwise}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
