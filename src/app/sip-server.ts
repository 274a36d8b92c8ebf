import type { Config } from '../config/schema.ts';
import { type EngineStats, type ListenAddress, type ListenerTls, startEngine } from '../sip-engine/engine.ts';
import type { Log } from '../telemetry/port.ts';

/** Whatever terminates SIP: to the application both are a drachtio-server at an address. */
export interface SipServer {
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
  /** Known for the embedded engine only. */
  readonly listening: readonly ListenAddress[];
  readonly stats: (() => Promise<EngineStats>) | undefined;
  close(): Promise<void>;
}

/**
 * @param secret guards the embedded engine's control port on loopback
 * @param onDeath the engine is gone and no call is handled any more
 */
export async function startSipServer(
  sip: Config['sip'],
  secret: string,
  log: Log,
  onDeath: (why: string) => void,
): Promise<SipServer> {
  if (sip.server === 'drachtio') {
    const control = { host: sip.host, port: sip.port, secret: sip.secret.reveal() };
    return { control, listening: [], stats: undefined, close: () => Promise.resolve() };
  }
  const { messageBytes, connections, connectionsPerAddress, requestsPerSecondPerAddress } = sip.limits;
  const { requestBurstPerAddress, exemptNetworks } = sip.limits;
  const engine = await startEngine(
    {
      listen: listenersOf(sip),
      tls: { verifyPeers: sip.tls.verifyPeers, trusted: sip.tls.trusted },
      secret,
      timers: sip.timers,
      limits: {
        ...{ messageBytes, connections, connectionsPerAddress },
        ...{ requestsPerSecondPerAddress, requestBurstPerAddress, exemptNetworks },
      },
      ...(sip.external === undefined ? {} : { external: sip.external }),
    },
    (event) => {
      if (event.type === 'died') onDeath(event.why);
      else log[event.level]({ part: 'sip-engine', ...event.fields }, event.text);
    },
  );
  return {
    control: engine.control,
    listening: engine.listening,
    stats: () => engine.stats(),
    close: () => engine.close(),
  };
}

function listenersOf({ listen, tls }: Extract<Config['sip'], { server: 'embedded' }>): ListenAddress[] {
  const { certificate, servers, clientAuthorities, origins } = tls;
  const shown: ListenerTls | undefined = certificate && {
    ...certificate,
    servers,
    ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities, requestClientCertificate: true }),
  };
  return listen.map((address) => ({
    ...address,
    ...(shown === undefined ? {} : { tls: shown }),
    ...(origins === undefined ? {} : { origins }),
  }));
}
