import { parentPort, workerData } from 'node:worker_threads';
import { Exchange } from './exchange.ts';
import { Metronome } from './metronome.ts';
import { PairPool } from './pair-pool.ts';
import { pairsOf } from './port-range.ts';
import type { Message, Request, Sockets, ThreadSettings } from './protocol.ts';
import { SocketPair } from './socket-pair.ts';
import { Descriptors } from './udp/descriptors.ts';
import { bindNodeUdp } from './udp/node-udp.ts';
import { systemCalls } from './udp/system-calls.ts';
import { SystemUdp } from './udp/system-udp.ts';
import type { BindUdp } from './udp/udp-socket.ts';

/** How long a bound pair waits for its next call. */
const warmMs = 30_000;

/** The relay thread: carries out orders, and looks for silent parties now and then. */
function run(settings: ThreadSettings, orders: NonNullable<typeof parentPort>): void {
  const now = (): number => performance.now();
  const metronome = new Metronome(now);
  const bindUdp = binder(settings.sockets, now, metronome);
  const bind = (port: number): Promise<SocketPair> => SocketPair.bind(bindUdp, settings.bindAddress, port);
  const pool = new PairPool(pairsOf(settings.ports), bind, settings.portRestMs, now);
  const tell = (message: Message): void => {
    orders.postMessage(message);
  };
  const exchange = new Exchange(pool, settings, now, metronome, (side, event) => {
    tell({ type: 'sound', side, event });
  });

  orders.on('message', ({ id, order }: Request) => {
    void exchange.carryOut(order).then((outcome) => {
      tell({ type: 'answer', id, outcome });
    });
  });
  tell({ type: 'ready' });
  setInterval(
    () => {
      pool.cool(warmMs);
      for (const { side, milliseconds } of exchange.silent()) tell({ type: 'silent', side, milliseconds });
    },
    Math.max(10, Math.min(1000, settings.silenceTimeoutMs / 4)),
  );
}

function binder(sockets: Sockets, now: () => number, metronome: Metronome): BindUdp {
  if (sockets.are === 'node') {
    beatByTimer(metronome, now);
    return bindNodeUdp;
  }
  const system = systemCalls();
  if (typeof system === 'string') throw new Error(`no sockets of the system: ${system}`);
  return new SystemUdp(system, new Descriptors(sockets.descriptors), sockets.wake, now, metronome).bind;
}

/** Where the loop of Node is free, a timer of its own is on time. */
function beatByTimer(metronome: Metronome, now: () => number): void {
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    clearTimeout(timer);
    const { dueAt } = metronome;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        metronome.beat();
        arm();
      },
      Math.max(0, dueAt - now()),
    );
  };
  metronome.onSooner = arm;
}

// The two ends of a thread are built together: what arrives is what `thread.ts` sent.
if (parentPort !== null) run(workerData as ThreadSettings, parentPort);
