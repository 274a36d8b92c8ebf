import { startEngine } from '../../../src/sip-engine/engine.ts';
import type { ListenAddress, TransportName } from '../../../src/sip-engine/options.ts';
import { Authority } from '../../support/certificates.ts';
import type { Place } from '../../contract/sip-engine/peer.ts';
import { until } from '../../contract/sip-engine/rig.ts';
import type { Ground, Subject, Wanted } from './subject.ts';

/** Our engine, in a worker thread of this process. */
export const embedded: Ground = {
  name: 'the embedded engine',
  kind: 'ours',
  lacks: () => undefined,
  start,
};

async function start({ t1 = 40, external, tls, websocket, cdrs = false, handlers }: Wanted): Promise<Subject> {
  const authority = tls === true ? new Authority() : undefined;
  const certificate = authority?.certificate('IP:127.0.0.1');
  let died: string | undefined;
  const listener = (transport: TransportName): ListenAddress => ({ transport, address: '127.0.0.1', port: 0 });
  const engine = await startEngine(
    {
      listen: [
        listener('udp'),
        listener('tcp'),
        ...(certificate ? [{ ...listener('tls'), tls: certificate }] : []),
        ...(websocket === true ? [listener('ws')] : []),
        ...(websocket === true && certificate ? [{ ...listener('wss'), tls: certificate }] : []),
      ],
      secret: 'geheim',
      timers: { t1 },
      cdrs,
      ...(external && { external }),
      ...(handlers && { requestHandlers: handlers }),
    },
    (event) => {
      if (event.type === 'died') died = event.why;
    },
  );
  const placeOf = (transport: string): Place =>
    engine.listening.find((listener) => listener.transport === transport) ?? { address: '', port: 0 };
  return {
    control: engine.control,
    sip: {
      udp: placeOf('udp'),
      tcp: placeOf('tcp'),
      ...(tls === true && { tls: placeOf('tls') }),
      ...(websocket === true && { ws: placeOf('ws') }),
      ...(tls === true && websocket === true && { wss: placeOf('wss') }),
    },
    alive: () => died === undefined,
    settled: () =>
      until(async () => {
        const { transactions, dialogs, timers, applications } = await engine.stats();
        return Object.values(transactions).reduce((sum, count) => sum + count, dialogs + timers + applications) === 0;
      }, 'a transaction, a dialog, a timer or an application is still there'),
    close: async () => {
      await engine.close();
      authority?.remove();
    },
  };
}
