import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import { Chronicle } from './phone/chronicle.ts';
import type { Endpoint, Transport } from './phone/link.ts';
import { Timers } from './phone/timers.ts';

const Address = z.object({ address: z.string(), port: z.number() });
const Line = z.looseObject({ level: z.string(), msg: z.string() });
const Ready = z.object({
  msg: z.literal('ready'),
  sip: z.array(z.object({ transport: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']), ...Address.shape })),
  http: Address,
});
export type LogLine = z.infer<typeof Line>;

/** One of the phones of the demonstration company. */
export interface Account {
  readonly extension: string;
  readonly kind: string;
  readonly username: string;
  readonly password: string;
}

export interface ServerOptions {
  /** The configuration file, over what a test needs: free ports on 127.0.0.1, a store in memory. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** In place of `node --import tsx src/main.ts`: the built program, for instance. */
  readonly command?: readonly [program: string, ...args: string[]];
  readonly readyWithinMs?: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const fromSource = ['--import', 'tsx', '--enable-source-maps', join(root, 'src/main.ts')];

/** The exchange as a process of its own, ready to be called. */
export class ServerProcess {
  /** Its log, line by line. */
  readonly lines: Chronicle<LogLine>;
  #errors = '';
  #ready: z.infer<typeof Ready> | undefined;
  readonly #exited: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly timers: Timers,
  ) {
    this.lines = new Chronicle<LogLine>(timers, ({ level, msg }) => `${level}: ${msg}`);
    this.#exited = once(child, 'close');
    child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    if (child.stdout === null) throw new Error('the child has no standard output');
    createInterface({ input: child.stdout }).on('line', (text) => {
      this.#read(text);
    });
  }

  static async start({ config = {}, command, readyWithinMs = 20_000 }: ServerOptions = {}): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'exchange-'));
    const file = join(folder, 'config.yaml');
    await writeFile(file, stringify(overTests(config)));
    const [program, ...args] = command ?? [process.execPath, ...fromSource];
    const child = spawn(program, [...args, '--config', file], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const server = new ServerProcess(child, folder, new Timers());
    try {
      const early = server.#exited.then(() => Promise.reject(new Error('it ended before it was ready')));
      await Promise.race([server.lines.first('ready', readyWithinMs, ({ msg }) => msg === 'ready'), early]);
      await server.#answersReady(readyWithinMs);
    } catch (error) {
      await server.close();
      throw new Error(`the exchange did not start\n${server.story()}`, { cause: error });
    }
    return server;
  }

  /** Where phones reach it. @throws when it does not listen on that transport */
  sip(transport: Transport = 'udp'): Endpoint & { readonly transport: Transport } {
    const found = this.#ready?.sip.find((listener) => listener.transport === transport);
    if (found === undefined) throw new Error(`the exchange does not listen on ${transport}`);
    return { address: found.address, port: found.port, transport };
  }

  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  get http(): string {
    const { address = '', port = 0 } = this.#ready?.http ?? {};
    return `http://${address}:${port}`;
  }

  /** The phones of the demonstration company, as it printed them at its first start. */
  get accounts(): readonly Account[] {
    const rows = this.#errors.matchAll(/ (\d{3}) +((\d{3})-(\w+)) +(\S+)$/gm);
    return [...rows].map(([, extension = '', username = '', , kind = '', password = '']) => ({
      extension,
      kind,
      username,
      password,
    }));
  }

  /** @throws when there is none */
  account(username: string): Account {
    const found = this.accounts.find((account) => account.username === username);
    if (found === undefined) throw new Error(`no account ${username} was printed\n${this.story()}`);
    return found;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Log lines of that level. */
  logged(level: 'warn' | 'error' | 'fatal'): LogLine[] {
    return this.lines.items.filter((line) => line.level === level);
  }

  /** For a failing test's reader: its last log lines, and what it wrote to standard error. */
  story(): string {
    const last = this.lines.items.slice(-60).map((line) => JSON.stringify(line));
    return [...last, this.#errors].join('\n');
  }

  /** SIGTERM. @throws unless it ends by itself with exit code 0 in that time */
  async stop({ withinMs = 10_000 }: { withinMs?: number } = {}): Promise<void> {
    this.child.kill('SIGTERM');
    await this.#end(withinMs);
    const { exitCode, signalCode } = this.child;
    if (exitCode === 0) return;
    throw new Error(`the exchange ended with ${exitCode ?? signalCode ?? 'nothing'}, not with 0\n${this.story()}`);
  }

  /** Sends a signal and does not wait for what comes of it. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Its exit code once it has ended. @throws when it was killed, by this too where it took longer than that */
  async ended({ withinMs }: { withinMs: number }): Promise<number> {
    await this.#end(withinMs);
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null) return exitCode;
    throw new Error(`the exchange did not end by itself but by ${signalCode ?? 'nothing'}\n${this.story()}`);
  }

  /** The end of a failed test: kills what still runs. Safe to call twice, and after `stop`. */
  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.#end(1000);
  }

  async #end(withinMs: number): Promise<void> {
    const late = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    await this.#exited;
    clearTimeout(late);
    this.timers.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #read(text: string): void {
    const json = decoded(text);
    const ready = Ready.safeParse(json);
    if (ready.success) this.#ready = ready.data;
    const line = Line.safeParse(json);
    this.lines.push(line.success ? line.data : { level: 'none', msg: text });
  }

  async #answersReady(withinMs: number): Promise<void> {
    const response = await fetch(`${this.http}/readyz`, { signal: AbortSignal.timeout(withinMs) });
    if (!response.ok) throw new Error(`/readyz says ${response.status}: ${await response.text()}`);
  }
}

const forTests: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
  store: { file: ':memory:' },
  http: { port: 0 },
  api: { port: 0 },
};

/** Laid over section by section, so that a test which sets one thing of a section keeps loopback and free ports. */
function overTests(config: Readonly<Record<string, unknown>>): object {
  const merged = Object.entries(config).map(([name, section]) => {
    const isSection = typeof section === 'object' && section !== null && !Array.isArray(section);
    return [name, isSection ? { ...forTests[name], ...section } : section] as const;
  });
  return { ...forTests, ...Object.fromEntries(merged) };
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
