import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listening } from '../test/support/listening.ts';
import type { Endpoint } from '../test/support/phone/link.ts';
import { processTimeIfAlive } from './processor-time.ts';

export interface CallLoad {
  readonly server: Endpoint;
  /** The address that calls come from. */
  readonly from: string;
  readonly number: string;
  /** Calls a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly talkMs: number;
}

export interface LoadReport {
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Processor time of the callers. */
  readonly cpuMs: number;
}

const scenarios = fileURLToPath(new URL('../sipp-scenarios/', import.meta.url));
const common = ['-t', 'u1', '-nostdin', '-skip_rlimit'];

/** Phones that ring, answer at once, and are hung up by the other side. */
export class SippPhone {
  private constructor(private readonly child: ChildProcess) {}

  static async start({ address, port }: Endpoint): Promise<SippPhone> {
    const place = ['-i', address, '-p', String(port), '-mi', address];
    const child = spawn('sipp', ['-sf', join(scenarios, 'uas-answered.xml'), ...common, ...place, '-d', '0'], {
      stdio: 'ignore',
    });
    await listening('udp', port, 5000);
    return new SippPhone(child);
  }

  /** Processor time so far, in ms. */
  get cpuMs(): number {
    return processTimeIfAlive(this.child.pid ?? 0) ?? 0;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

/** Places calls at a steady rate and waits until all are over, or clearly late. */
export async function placeCalls({ server, from, number, rate, seconds, talkMs }: CallLoad): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-sipp-'));
  const calls = rate * seconds;
  const keys = ['-key', 'domain', server.address, '-key', 'number', number, '-key', 'caller', '+31612345678'];
  const amount = ['-m', String(calls), '-r', String(rate), '-l', String(calls), '-d', String(talkMs)];
  const statistics = ['-trace_stat', '-stf', 'statistics.csv', '-fd', '1'];
  const child = spawn(
    'sipp',
    [
      ...['-sf', join(scenarios, 'trunk-in.xml'), ...common, '-i', from, '-mi', from, ...keys, ...amount],
      ...[...statistics, `${server.address}:${String(server.port)}`],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  let cpuMs = 0;
  const sampling = setInterval(() => {
    cpuMs = processTimeIfAlive(child.pid ?? 0) ?? cpuMs;
  }, 50);
  const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + talkMs + 3000);
  await once(child, 'exit');
  clearTimeout(late);
  clearInterval(sampling);
  const counted = statisticsIn(await readFile(join(folder, 'statistics.csv'), 'utf8').catch(() => ''));
  await rm(folder, { recursive: true, force: true });
  const succeeded = counted('SuccessfulCall(C)');
  return { succeeded, failed: calls - succeeded, retransmissions: counted('Retransmissions(C)'), cpuMs };
}

/** SIPp's statistics: a line of names, and a line of values every second. */
function statisticsIn(text: string): (name: string) => number {
  const lines = text.trim().split('\n');
  const [names, values] = [lines[0] ?? '', lines.at(-1) ?? ''].map((line) => line.split(';'));
  return (name) => Number(values?.[names?.indexOf(name) ?? -1] ?? 0);
}
