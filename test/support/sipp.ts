import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { listening } from './listening.ts';
import type { Endpoint } from './phone/link.ts';

/** A row of the injection file: who calls, with which password, whom. */
export interface SippUser {
  readonly username: string;
  readonly password: string;
  /** Whom the `uac-` scenarios call. */
  readonly target?: string;
}

export interface SippOptions {
  /** The name of a file in `sipp-scenarios/`, without `.xml`. */
  readonly scenario: string;
  /** Where its first message goes; absent for the `uas-` scenarios. */
  readonly server?: Endpoint;
  readonly transport?: 'udp' | 'tcp';
  /** A loopback address of its own; default 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Used in turn, one per call. */
  readonly users?: readonly SippUser[];
  /** Values of `[domain]`, `[expires]`, `[caller]` and `[number]`, where the scenario has them. */
  readonly keys?: Readonly<Record<string, string>>;
  /** How many calls in all, and how many of them begin in a second. Default 1, 10. */
  readonly calls?: number;
  readonly rate?: number;
  /** How long `<pause />` lasts, ms: of the talk in `uac-`, of the ringing in `uas-` scenarios. Default 200. */
  readonly pauseMs?: number;
  /** Sends RTP back to where it comes from. */
  readonly echo?: boolean;
  /** Kills it after so long, ms. Default 20 000. */
  readonly timeoutMs?: number;
  /** What `uac-media` plays: 8000 bytes of A-law a second. */
  readonly sound?: Buffer;
  readonly extra?: readonly string[];
}

export interface SippReport {
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly unexpectedMessages: number;
  /** Every SIP message, as SIPp logged it. */
  readonly messages: string;
  /** The last line of SIPp's statistics, by its own column names. */
  readonly columns: ReadonlyMap<string, string>;
}

const scenarios = fileURLToPath(new URL('../../sipp-scenarios/', import.meta.url));

/** One SIPp process; started and listening. */
export class Sipp {
  readonly #exited: Promise<void>;
  #code: number | undefined;
  #stopped: 'no' | 'by us' | 'too late' = 'no';
  #output = '';

  private constructor(
    private readonly scenario: string,
    readonly local: Endpoint,
    private readonly folder: string,
    private readonly child: ChildProcess,
    timeoutMs: number,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-4000)));
    }
    const late = setTimeout(() => {
      this.#stopped = 'too late';
      child.kill('SIGKILL');
    }, timeoutMs);
    this.#exited = once(child, 'close').then(() => {
      clearTimeout(late);
      this.#code = child.exitCode ?? undefined;
    });
  }

  static async start(options: SippOptions): Promise<Sipp> {
    const address = options.address ?? '127.0.0.1';
    const port = options.port ?? (await freePort(address));
    const folder = await mkdtemp(join(tmpdir(), 'sipp-'));
    const args = await argumentsOf(options, { address, port }, folder);
    const child = spawn('sipp', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const sipp = new Sipp(options.scenario, { address, port }, folder, child, options.timeoutMs ?? 20_000);
    const protocol = options.transport ?? 'udp';
    // A TCP caller listens nowhere; and a short run may be over before one looks.
    if (options.server === undefined) {
      await Promise.race([listening(protocol, port, 5000), sipp.#exited]);
    }
    return sipp;
  }

  /** @throws unless every call went as the scenario says; the error holds SIPp's own error log and the last messages */
  async finished(): Promise<SippReport> {
    await this.#exited;
    try {
      const report = await this.#report();
      if (this.#code === 0 && report.failed === 0 && report.succeeded > 0) return report;
      throw new Error(await this.#story(report));
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  /** Ends it, however far it is; safe to call twice. For the end of a test that failed. */
  async close(): Promise<void> {
    if (this.#code === undefined && this.#stopped === 'no') {
      this.#stopped = 'by us';
      this.child.kill('SIGKILL');
    }
    await this.#exited;
    await rm(this.folder, { recursive: true, force: true });
  }

  async #report(): Promise<SippReport> {
    const lines = (await this.#read('statistics.csv')).trim().split('\n');
    const names = (lines[0] ?? '').split(';');
    const values = (lines.length > 1 ? (lines.at(-1) ?? '') : '').split(';');
    const columns = new Map(names.map((name, index) => [name, values[index] ?? '']));
    const count = (name: string): number => Number(columns.get(name) ?? 0);
    return {
      succeeded: count('SuccessfulCall(C)'),
      failed: count('FailedCall(C)'),
      retransmissions: count('Retransmissions(C)'),
      unexpectedMessages: count('FailedUnexpectedMessage(C)'),
      messages: await this.#read('messages.log'),
      columns,
    };
  }

  async #story(report: SippReport): Promise<string> {
    const outcome =
      this.#stopped === 'too late' ? 'was killed: it took too long' : `exit code ${this.#code ?? 'none (killed)'}`;
    const parts = [
      `SIPp ${this.scenario}: ${outcome}; ${report.succeeded} calls succeeded, ${report.failed} failed`,
      ['its errors', (await this.#read('errors.log')).slice(0, 3000)],
      ['the last messages', report.messages.slice(-5000)],
      ['what it printed', report.succeeded + report.failed === 0 ? this.#output.slice(-1500) : ''],
    ];
    return parts
      .map((part) => (typeof part === 'string' ? part : part[1] === '' ? '' : `── ${part.join(' ──\n')}`))
      .join('\n');
  }

  async #read(file: string): Promise<string> {
    try {
      return await readFile(join(this.folder, file), 'utf8');
    } catch {
      return '';
    }
  }
}

/** Runs one from beginning to end. */
export async function runSipp(options: SippOptions): Promise<SippReport> {
  const sipp = await Sipp.start(options);
  return sipp.finished();
}

/**
 * Registers users from the port at which a `uas-` scenario will listen right after:
 * a server that keeps to the flow calls them there. UDP only.
 */
export async function registerFrom(local: Endpoint, server: Endpoint, users: readonly SippUser[]): Promise<void> {
  await runSipp({ scenario: 'register', server, users, calls: users.length, ...local });
}

async function argumentsOf(options: SippOptions, local: Endpoint, folder: string): Promise<string[]> {
  const { server, users = [], calls = 1, rate = 10, pauseMs = 200, transport = 'udp' } = options;
  const keys = { domain: server?.address ?? local.address, expires: '300', ...options.keys };
  const injection = join(folder, 'users.csv');
  if (users.length > 0) await writeFile(injection, injectionFile(users));
  if (options.sound !== undefined) await writeFile(join(folder, 'tone.alaw'), options.sound);
  const rtpPort = String(await freePort(local.address));
  return [
    ...['-sf', join(scenarios, `${options.scenario}.xml`), '-i', local.address, '-p', String(local.port)],
    ...['-t', transport === 'udp' ? 'u1' : 't1', '-mi', local.address, '-mp', rtpPort],
    ...['-m', String(calls), '-l', String(calls), '-r', String(rate), '-d', String(pauseMs)],
    ...(users.length > 0 ? ['-inf', injection] : []),
    ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
    ...['-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-trace_err', '-error_file', 'errors.log'],
    ...['-trace_msg', '-message_file', 'messages.log', '-nostdin', '-skip_rlimit'],
    ...(options.echo === true ? ['-rtp_echo'] : []),
    ...(options.extra ?? []),
    ...(server === undefined ? [] : [`${server.address}:${server.port}`]),
  ];
}

/** SIPp expands `[authentication …]` inside a field of the file; fields are parted by semicolons. */
function injectionFile(users: readonly SippUser[]): string {
  const rows = users.map(
    ({ username, password, target }) =>
      `${username};[authentication username=${username} password=${password}];${target ?? ''}`,
  );
  return `SEQUENTIAL\n${rows.join('\n')}\n`;
}
