import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { listening } from '../test/support/listening.ts';

/** A drachtio-server that applications may connect to. */
export interface DrachtioServer {
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
  /** Whose processor time is its; undefined for one that was started elsewhere. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/**
 * How to get at the drachtio-server that the environment names: DRACHTIO_COMMAND, a program that is started with a SIP port and
 * a control port and stays in the foreground under its own process id, or DRACHTIO_ADDRESS, host:port of one that runs.
 * DRACHTIO_SECRET is the secret of either. Undefined when neither is set.
 */
export function drachtioOf(env: NodeJS.ProcessEnv): (() => Promise<DrachtioServer>) | undefined {
  const secret = env['DRACHTIO_SECRET'] ?? 'cymru';
  const command = env['DRACHTIO_COMMAND'];
  if (command !== undefined) return () => started(command, secret);
  const [, host, port] = /^(.+):(\d+)$/.exec(env['DRACHTIO_ADDRESS'] ?? '') ?? [];
  if (host === undefined) return undefined;
  const control = { host, port: Number(port), secret };
  return () => Promise.resolve({ control, pid: undefined, stop: () => Promise.resolve() });
}

async function started(command: string, secret: string): Promise<DrachtioServer> {
  const host = '127.0.0.1';
  const [sip, control] = [await freePort(host), await freePort(host)];
  const child: ChildProcess = spawn(command, [String(sip), String(control)], {
    stdio: 'ignore',
    env: { ...process.env, DRACHTIO_SECRET: secret },
  });
  await listening('udp', sip, 10_000);
  // It says on its control port what it listens on, and that is empty for a moment after the sockets are there.
  await wait(500);
  return {
    control: { host, port: control, secret },
    pid: child.pid,
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
