import { startEngine } from '../../../src/sip-engine/engine.ts';
import type { Place } from '../../contract/sip-engine/peer.ts';
import { until } from '../../contract/sip-engine/rig.ts';
import type { Feature, Ground, Subject, Wanted } from './subject.ts';

/** Features that are being built: a suite that needs one of these waits for it. */
const notYet: readonly Feature[] = ['cdr', 'proxy', 'session timers', 'tls', 'websocket', 'outbound connections'];

/** Our engine, in a worker thread of this process. */
export const embedded: Ground = {
  name: 'the embedded engine',
  kind: 'ours',
  lacks: (feature) => (notYet.includes(feature) ? `the embedded engine has no ${feature} yet` : undefined),
  start,
};

async function start({ t1 = 20, external }: Wanted): Promise<Subject> {
  const engine = await startEngine(
    {
      listen: [
        { transport: 'udp', address: '127.0.0.1', port: 0 },
        { transport: 'tcp', address: '127.0.0.1', port: 0 },
      ],
      secret: 'geheim',
      timers: { t1 },
      ...(external && { external }),
    },
    () => undefined,
  );
  const placeOf = (transport: string): Place =>
    engine.listening.find((listener) => listener.transport === transport) ?? { address: '', port: 0 };
  return {
    control: engine.control,
    sip: { udp: placeOf('udp'), tcp: placeOf('tcp') },
    settled: () =>
      until(async () => {
        const { transactions, dialogs, timers, applications } = await engine.stats();
        return Object.values(transactions).reduce((sum, count) => sum + count, dialogs + timers + applications) === 0;
      }, 'a transaction, a dialog, a timer or an application is still there'),
    close: () => engine.close(),
  };
}
