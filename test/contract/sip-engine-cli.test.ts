import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Peer } from './sip-engine/peer.ts';
import { newApplication } from './sip-engine/rig.ts';

const program = new URL('../../src/sip-engine/cli.ts', import.meta.url).pathname;

interface Line {
  readonly text: string;
  readonly listening?: readonly string[];
  readonly control?: readonly string[];
  readonly metrics?: string;
}

/** The engine's own program in a process of its own. */
class Program {
  readonly lines: string[] = [];
  stderr = '';
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #waiting: (() => void)[] = [];

  constructor(args: readonly string[], secret?: string) {
    const { QALLER_SIP_ENGINE_SECRET: _, ...rest } = process.env;
    const env = secret === undefined ? rest : { ...rest, QALLER_SIP_ENGINE_SECRET: secret };
    this.#process = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#process, 'close');
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.lines.push(line);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.#process.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** The first line of the log with that text. */
  async says(text: string): Promise<Line> {
    for (;;) {
      const found = this.lines.map((line) => JSON.parse(line) as Line).find((line) => line.text === text);
      if (found !== undefined) return found;
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        this.#exit.then(() => Promise.reject(new Error(`it ended: ${this.stderr}${this.lines.join('\n')}`))),
      ]);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async code(): Promise<unknown> {
    return (await this.#exit)[0];
  }
}

function place(text: string): { address: string; port: number } {
  const at = text.lastIndexOf(':');
  return { address: text.slice(text.lastIndexOf(':', at - 1) + 1, at), port: Number(text.slice(at + 1)) };
}

describe('the engine as a program of its own', function () {
  this.timeout(20_000);
  let folder: string;
  const programs: Program[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'qaller-engine-'));
  });
  afterEach(async () => {
    for (const one of programs.splice(0)) {
      one.signal('SIGKILL');
      await one.code();
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const start = (args: readonly string[], secret?: string): Program => {
    const one = new Program(args, secret);
    programs.push(one);
    return one;
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`serves an application, and ends with code 0 by ${signal}`, async () => {
      const engine = start(
        ['--listen', 'udp:127.0.0.1:0', '--control', '127.0.0.1:0', '--metrics', '127.0.0.1:0'],
        'geheim',
      );
      const ready = await engine.says('ready');
      const [[listening] = [], [control] = []] = [ready.listening, ready.control];
      const srf = newApplication();
      srf.options((_, res) => res.send(200, { headers: { 'X-From': 'application' } }));
      srf.connect({ host: '127.0.0.1', port: place(control ?? '').port, secret: 'geheim' });
      await once(srf, 'connect');
      const alice = await Peer.udp('alice');
      const to = place(listening ?? '');
      // The route may still be under way.
      for (let status = 503; status === 503;) {
        const options = alice.request('OPTIONS', `sip:127.0.0.1:${String(to.port)}`);
        alice.send(options, to);
        status = await Promise.race([alice.takes(200, 'OPTIONS', options), alice.takes(503, 'OPTIONS', options)]).then(
          (response) => response.status,
        );
      }
      const metrics = await (await fetch(`http://${String(ready.metrics)}/metrics`)).text();
      assert.match(
        metrics,
        /^# TYPE sip_engine_requests_received_total counter\nsip_engine_requests_received_total [1-9]/m,
      );
      assert.match(metrics, /^sip_engine_applications 1$/m);
      assert.match(metrics, /^sip_engine_transactions\{kind="serverNonInvite"\} [1-9]/m);
      srf.disconnect();
      await alice.close();
      engine.signal(signal);
      assert.equal(await engine.code(), 0, engine.stderr);
      assert.equal(engine.stderr, '');
      assert.ok(!engine.lines.join('\n').includes('geheim'));
    });
  }

  it('stays up through SIGHUP', async () => {
    const engine = start(['--listen', 'udp:127.0.0.1:0', '--control', '127.0.0.1:0'], 'geheim');
    await engine.says('ready');
    engine.signal('SIGHUP');
    await engine.says('certificates were read anew');
    engine.signal('SIGTERM');
    assert.equal(await engine.code(), 0);
  });

  it('refuses to start without a secret, with code 2', async () => {
    const engine = start(['--listen', 'udp:127.0.0.1:0']);
    assert.equal(await engine.code(), 2);
    assert.match(engine.stderr, /^qaller-sip-engine: there is no secret/);
  });

  it('ends with code 1 where a port cannot be had, and says which', async () => {
    const taken = await Peer.udp('taken');
    const engine = start(['--listen', `udp:127.0.0.1:${String(taken.port)}`, '--control', '127.0.0.1:0'], 'geheim');
    assert.equal(await engine.code(), 1);
    assert.match(engine.stderr, new RegExp(`cannot start: .*127\\.0\\.0\\.1:${String(taken.port)}`));
    await taken.close();
  });

  it('checks settings without starting', async () => {
    const file = join(folder, 'engine.yaml');
    writeFileSync(file, 'listen: udp:127.0.0.1:0\nsecret: geheim\n');
    const right = start(['--config', file, '--check']);
    assert.equal(await right.code(), 0);
    assert.deepEqual(right.lines, ['The settings are right.']);
    const wrong = start(['--config', file, '--check', '--timer', 'never']);
    assert.equal(await wrong.code(), 2);
    assert.match(wrong.stderr, /--timer never: expected name=number/);
  });

  it('tells its version and its flags', async () => {
    const [version, help] = [start(['--version']), start(['--help'])];
    assert.equal(await version.code(), 0);
    assert.match(version.lines.join('\n'), /^\d+\.\d+\.\d+$/);
    assert.equal(await help.code(), 0);
    assert.match(help.lines.join('\n'), /--listen transport:address:port/);
  });
});
