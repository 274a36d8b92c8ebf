import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from '../test/support/free-port.ts';
import type { Endpoint } from '../test/support/phone/link.ts';
import { type Account, makeCompany, realm } from './company.ts';

export interface ExchangeOptions {
  readonly plane: 'relay' | 'bypass';
  readonly logLevel: 'warn' | 'info';
  /** How many people the company has, each with a desk phone. Default 1. */
  readonly people?: number;
  /** RFC 3261 T1 in ms, where transactions must be forgotten soon. Default 500. */
  readonly t1?: number;
  readonly nodeOptions?: readonly string[];
}

/** Calls from here are a carrier's: no password is asked. */
export const trunkAddress = '127.0.0.2';
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The built exchange as a process of its own, as it runs in production, with a store in a file. */
export class ExchangeProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly sip: Endpoint,
    private readonly http: string,
    readonly accounts: readonly Account[],
  ) {}

  static async start(options: ExchangeOptions): Promise<ExchangeProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const store = join(folder, 'store.db');
    const accounts = await makeCompany(store, options.people ?? 1);
    const address = '127.0.0.1';
    // Its own word of its ports is a line of level info.
    const [port, httpPort] = [await freePort(address), await freePort(address)];
    const file = join(folder, 'config.yaml');
    await writeFile(file, stringify(configuration(options, { store, port, httpPort })));
    const log = openSync(join(folder, 'log'), 'w');
    const child = spawn(process.execPath, [...(options.nodeOptions ?? []), program, '--config', file], {
      stdio: ['ignore', log, log],
    });
    const exchange = new ExchangeProcess(
      child,
      folder,
      { address, port },
      `http://${address}:${String(httpPort)}`,
      accounts,
    );
    await exchange.#ready();
    return exchange;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Messages that our engine sent or saw twice. */
  async retransmissions(): Promise<number> {
    const metrics = await (await fetch(`${this.http}/metrics`)).text();
    const [sent, received] = ['sent', 'received'].map(
      (way) => new RegExp(`^qaller_engine_retransmissions_${way} (\\d+)`, 'm').exec(metrics)?.[1],
    );
    if (sent === undefined || received === undefined) throw new Error('/metrics does not count retransmissions');
    return Number(sent) + Number(received);
  }

  async stop(): Promise<void> {
    // What calls hold is no matter any more.
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + 30_000;
    while (performance.now() < deadline && this.child.exitCode === null) {
      await wait(100);
      const ready = await fetch(`${this.http}/readyz`).catch(() => undefined);
      if (ready?.ok === true) return;
    }
    const log = await readFile(join(this.folder, 'log'), 'utf8');
    await this.stop();
    throw new Error(`the exchange did not start; try npm run build. Its log:\n${log}`);
  }
}

function configuration(
  { plane, logLevel, t1 = 500 }: ExchangeOptions,
  { store, port, httpPort }: { readonly store: string; readonly port: number; readonly httpPort: number },
): unknown {
  const unlimited = 1_000_000;
  return {
    sip: {
      realm,
      listen: [`udp:127.0.0.1:${String(port)}`],
      timers: { t1, t2: 8 * t1, t4: 10 * t1 },
      limits: { requestsPerSecondPerAddress: unlimited, calls: unlimited, callsPerTenant: unlimited },
    },
    // A port rests for five seconds after a call, so that hundreds of short calls a second need many.
    media: plane === 'relay' ? { plane, ports: { from: 10_000, to: 32_000 } } : { plane },
    store: { file: store },
    http: { port: httpPort },
    api: { port: 0 },
    log: { level: logLevel },
    trunks: [{ id: 'carrier', host: trunkAddress, sources: [`${trunkAddress}/32`] }],
    demoCompany: 'never',
  };
}
