import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface RelayCapacity {
  readonly subject: string;
  /** With less than 0.1 % loss; undefined when the first step was too much already. */
  readonly best:
    { readonly streams: number; readonly p50: string; readonly p99: string; readonly cpu: string } | undefined;
}

export interface MessageRate {
  readonly parsed: number;
  readonly printed: number;
  readonly framed: number;
}

/** `bench/relay-capacity.ts`, of our relay and of rtpengine when that is installed. */
export async function relayCapacities(steps: readonly number[]): Promise<readonly RelayCapacity[]> {
  const rows = (await output('relay-capacity.ts', steps.map(String)))
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , streams = '', loss]) => /^\d+$/.test(streams) && loss?.endsWith('%') === true);
  const subjects = [...new Set(rows.map(([, subject = '']) => subject))];
  return subjects.map((subject) => {
    const clean = rows.filter(([, name, , loss]) => name === subject && Number.parseFloat(loss ?? '') < 0.1);
    const [, , streams, , p50 = '', p99 = '', cpu = ''] = clean.at(-1) ?? [];
    return { subject, best: streams === undefined ? undefined : { streams: Number(streams), p50, p99, cpu } };
  });
}

/** `bench/message-rate.ts`: a second of processor time. */
export async function messageRate(): Promise<MessageRate> {
  const text = await output('message-rate.ts', []);
  const of = (what: string): number => Number(new RegExp(`^${what} +(\\d+)`, 'm').exec(text)?.[1]);
  return { parsed: of('parsed'), printed: of('printed'), framed: of('framed') };
}

async function output(file: string, args: readonly string[]): Promise<string> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${file} ended with exit code ${String(child.exitCode)}`);
  return Buffer.concat(chunks).toString();
}
