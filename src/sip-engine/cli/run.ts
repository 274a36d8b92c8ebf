import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type Assembly, assemble } from '../assembly.ts';
import type { Log } from '../core/surroundings.ts';
import { settingsOf } from '../options.ts';
import { readCommandLine } from './command-line.ts';
import { helpText } from './help.ts';
import { isWorth, logLine } from './log-line.ts';
import { serveMetrics } from './metrics.ts';
import type { RunOptions } from './setting.ts';

/** The program, from its arguments on. It has a process for itself, so the engine runs in the main thread. */
export async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const order = readCommandLine(args, environment);
  if (!order.ok) {
    for (const problem of order.error) process.stderr.write(`qaller-sip-engine: ${problem}\n`);
    process.exitCode = 2;
    return;
  }
  switch (order.value.type) {
    case 'help':
      process.stdout.write(helpText());
      return;
    case 'version':
      process.stdout.write(`${version()}\n`);
      return;
    case 'check':
      process.stdout.write('The settings are right.\n');
      return;
    case 'run':
      await serve(order.value.options);
  }
}

async function serve(options: RunOptions): Promise<void> {
  const log = logOf(options);
  const open: { engine?: Assembly; metrics?: Server } = {};
  try {
    open.engine = await assemble(settingsOf(options.engine), log);
    const { engine } = open;
    if (options.metrics !== undefined) open.metrics = await serveMetrics(options.metrics, () => engine.stats());
  } catch (error) {
    process.stderr.write(`qaller-sip-engine cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  const { engine, metrics } = open;
  const end = once(async () => {
    log('info', 'stopping');
    metrics?.close();
    await engine.close();
    log('info', 'stopped');
    // Transactions that would linger for half a minute end here.
    process.exit(0);
  });
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', () => {
    engine.reload();
    log('info', 'certificates were read anew');
  });
  announce(engine, metrics, log);
}

/** Tells where it listens, and warns of what is in clear. */
function announce(engine: Assembly, metrics: Server | undefined, log: Log): void {
  for (const { address, port, tls } of engine.control) {
    if (tls === undefined && !address.startsWith('127.') && address !== '::1')
      log('warn', 'the secret and all calls travel in clear to this control port: use tls:', { address, port });
  }
  const place = ({ address, port }: { readonly address: string; readonly port: number }): string =>
    address.includes(':') ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
  const served = metrics?.address();
  log('info', 'ready', {
    listening: engine.listening.map((listener) => `${listener.transport}:${place(listener)}`),
    control: engine.control.map((listener) => `${listener.tls === undefined ? '' : 'tls:'}${place(listener)}`),
    ...(typeof served === 'object' && served !== null ? { metrics: place(served) } : {}),
  });
}

function once(act: () => Promise<void>): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    void act();
  };
}

function logOf({ logLevel, logFormat }: RunOptions): Log {
  return (level, text, fields = {}) => {
    if (isWorth(level, logLevel)) process.stdout.write(`${logLine(logFormat, new Date(), level, text, fields)}\n`);
  };
}

/** Of the package, whose file stands two folders above both the source and what is built of it. */
function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const [, found] = /"version":\s*"([^"]+)"/.exec(text) ?? [];
  return found ?? 'unknown';
}
