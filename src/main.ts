#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { Command } from 'commander';
import { startExchange, type Exchange } from './app/exchange.ts';
import { printLogins } from './app/first-logins.ts';
import { printAccounts } from './app/print-accounts.ts';
import { loadConfig } from './config/load.ts';
import { printProblems } from './config/problem.ts';
import type { Config } from './config/schema.ts';
import { systemClock } from './kernel/system-clock.ts';
import { createLogger } from './telemetry/logger.ts';
import type { Log } from './telemetry/port.ts';

interface Options {
  readonly config?: string;
  readonly check?: boolean;
}

const program = new Command('qaller-pbx')
  .description('A SIP B2BUA and media relay for business mobile telephony.')
  .option('-c, --config <file>', 'the YAML file with the configuration; without one, defaults and the environment')
  .option('--check', 'only say what is wrong with the configuration')
  .action((options: Options) => run(options));

await program.parseAsync();

async function run(options: Options): Promise<void> {
  const loaded = loadConfig({ file: options.config });
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.error)}\n`);
    process.exitCode = 2;
    return;
  }
  if (options.check === true) {
    process.stdout.write('The configuration is right.\n');
    return;
  }
  await serve(loaded.value);
}

async function serve(config: Config): Promise<void> {
  const log = createLogger(config.log);
  let exchange: Exchange | undefined;
  let ending = false;
  try {
    exchange = await startExchange(config, {
      clock: systemClock,
      random: (count) => randomBytes(count),
      log,
      onFatal: (why) => {
        log.fatal({ detail: why }, 'the SIP engine died; stopping, so that a supervisor starts this program anew');
        void end(1);
      },
    });
  } catch (thrown) {
    process.stderr.write(`qaller-pbx cannot start: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
    return;
  }
  welcome(exchange, log);
  // More than one may come: a Ctrl-C reaches both us and npm, which sends it on. Calls are hung up all the same.
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  // One call's broken promise must not take the others along.
  process.on('unhandledRejection', (reason) => {
    log.error(
      { detail: reason instanceof Error ? reason.stack : String(reason) },
      'a promise was rejected and nobody looked: this is a bug, please report it',
    );
  });

  async function end(code: number): Promise<void> {
    if (ending) return;
    ending = true;
    log.info({}, 'stopping');
    try {
      await exchange?.stop();
      log.info({}, 'stopped');
    } catch (thrown) {
      log.error({ detail: thrown instanceof Error ? thrown.stack : String(thrown) }, 'could not stop in good order');
      process.exit(1);
    }
    process.exit(code);
  }
}

function welcome({ newAccounts, newLogins, sip, http, api }: Exchange, log: Log): void {
  if (newAccounts.length > 0)
    process.stderr.write(`\n${printAccounts(newAccounts, sip, addresses())}\n${printLogins(newLogins, api)}\n`);
  log.info({ sip, http: place(http), api: place(api) }, 'ready');
}

function place({ address, port }: { readonly address: string; readonly port: number }) {
  return { address, port };
}

function addresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
