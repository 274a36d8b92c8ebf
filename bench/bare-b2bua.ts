/**
 * What drachtio-srf costs by itself: every call is sent on to one address, SDP and all, with no
 * routing, no store and no media. Run by `bench/main.ts` as a process of its own.
 */
import { once } from 'node:events';
import Srf from 'drachtio-srf';
import type { SipEngine, startEngine as StartEngine } from '../src/sip-engine/engine.ts';
import type { Endpoint } from '../test/support/phone/link.ts';

export interface BareWish {
  /** `address:port` that calls are sent on to. */
  readonly callee: string;
  /** A drachtio-server's control port; without it, our own engine is started. */
  readonly server?: { readonly host: string; readonly port: number; readonly secret: string };
}

export interface BareReady {
  readonly sip: Endpoint;
}

export interface BareStats {
  readonly retransmissions: number;
}

const secret = 'bench';

async function run({ callee, server }: BareWish): Promise<void> {
  const engine = server === undefined ? await builtEngine() : undefined;
  const control = server ?? engine?.control;
  const srf = new Srf();
  void srf.connect(control);
  const [, hostports] = (await once(srf, 'connect')) as [unknown, string];
  srf.invite((req, res) => {
    void srf.createB2BUA(req, res, `sip:callee@${callee}`, { localSdpB: req.body }).then(
      ({ uas, uac }) => {
        uas.on('destroy', () => uac.destroy({ headers: {} }, () => undefined));
        uac.on('destroy', () => uas.destroy({ headers: {} }, () => undefined));
      },
      // The caller has its answer from drachtio-srf, and counts the call as failed.
      () => undefined,
    );
  });
  process.on('message', () => void engineRetransmissions(engine).then((retransmissions) => tell({ retransmissions })));
  const [, address = '', port = ''] = /udp\/([^:,]+):(\d+)/.exec(hostports) ?? [];
  tell({ sip: { address, port: Number(port) } });
}

/** The built one: it shall not be slower than in the exchange for how it was loaded. */
async function builtEngine(): Promise<SipEngine> {
  const built = new URL('../dist/sip-engine/engine.js', import.meta.url).href;
  const { startEngine } = (await import(built)) as { readonly startEngine: typeof StartEngine };
  return startEngine({ secret, listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }] }, () => undefined);
}

async function engineRetransmissions(engine: SipEngine | undefined): Promise<number> {
  const stats = await engine?.stats();
  return (stats?.retransmissionsSent ?? 0) + (stats?.retransmissionsReceived ?? 0);
}

function tell(message: BareReady | BareStats): void {
  process.send?.(message);
}

process.once('message', (wish: BareWish) => void run(wish));
