import { once } from 'node:events';
import Srf from 'drachtio-srf';
import { type EngineEvent, type EngineOptions, type SipEngine, startEngine } from '../../../src/sip-engine/engine.ts';
import type { Place } from './peer.ts';

/** An engine with one unmodified drachtio-srf application, on ports of their own. */
export interface Rig {
  readonly engine: SipEngine;
  readonly srf: Srf;
  readonly udp: Place;
  readonly tcp: Place;
  readonly events: EngineEvent[];
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
  const srf = new Srf();
  await connectApplication(srf, engine);
  const placeOf = (transport: 'udp' | 'tcp'): Place =>
    engine.listening.find((listener) => listener.transport === transport) ?? { address: '', port: 0 };
  return {
    engine,
    srf,
    udp: placeOf('udp'),
    tcp: placeOf('tcp'),
    events,
    close: async () => {
      srf.disconnect();
      await engine.close();
    },
  };
}

export async function connectApplication(srf: Srf, engine: SipEngine): Promise<void> {
  srf.connect(engine.control);
  const [error] = (await once(srf, 'connect')) as [Error | undefined];
  if (error) throw error;
}

/** Everything that a call leaves behind is gone; polls, as the last timers are the engine's own. */
export async function settled(engine: SipEngine, patience = 4000): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const stats = await engine.stats();
    const { transactions, dialogs, timers } = stats;
    const left = Object.values(transactions).reduce((sum, count) => sum + count, dialogs + timers);
    if (left === 0) return;
    if (Date.now() > deadline) throw new Error(`still there after ${String(patience)} ms: ${JSON.stringify(stats)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
