import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { ExchangeProcess } from './exchange-process.ts';
import { registerAll } from './registering.ts';

export interface BindingMemory {
  readonly bindings: number;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

const bindings = 10_000;
const warmUp = 1_000;
/** Transactions are forgotten after 64 of these (RFC 3261 §17.2.2), the garbage after them. */
const t1 = 50;
const settlingMs = 64 * t1 + 2000;
/** In every thread of the exchange. */
const collectGarbage = ['--expose-gc', '--import', 'data:text/javascript,setInterval(gc, 500).unref()'];

/** What a process holds for each registered phone: its resident memory with and without 10,000 of them. */
export async function bindingMemory(): Promise<BindingMemory> {
  const exchange = await ExchangeProcess.start({
    ...{ plane: 'bypass', logLevel: 'warn', t1, people: warmUp + bindings },
    nodeOptions: collectGarbage,
  });
  try {
    const local = { address: '127.0.0.3', port: await freePort('127.0.0.3') };
    await registerAll(exchange.sip, local, exchange.accounts.slice(0, warmUp));
    await wait(settlingMs);
    const beforeBytes = residentBytes(exchange.pid);
    await registerAll(exchange.sip, local, exchange.accounts.slice(warmUp));
    await wait(settlingMs);
    const afterBytes = residentBytes(exchange.pid);
    return { bindings, beforeBytes, afterBytes };
  } finally {
    await exchange.stop();
  }
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
}
