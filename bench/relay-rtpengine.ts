import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { portOf, sdp, type StreamParties } from './relay-subject.ts';

/** Debian's rtpengine in user space with one thread, for comparison; undefined when it is not installed. */
export async function startRtpengine(): Promise<Rtpengine | undefined> {
  if (spawnSync('rtpengine', ['--version']).error !== undefined) return undefined;
  const control = createSocket('udp4');
  control.bind(0, '127.0.0.1');
  await once(control, 'listening');
  const port = 30_000 + (process.pid % 2000);
  const options = [
    '--foreground',
    '--log-stderr',
    '--log-level=2',
    '--table=-1',
    '--num-threads=1',
    '--no-redis-required',
  ];
  const child = spawn(
    'rtpengine',
    [...options, '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`, '--port-min=40000', '--port-max=49999'],
    { stdio: 'ignore' },
  );
  const engine = new Rtpengine(child, control, port);
  for (let tries = 0; tries < 50; tries += 1) {
    if (await engine.alive()) return engine;
  }
  engine.stop();
  return undefined;
}

export class Rtpengine {
  #calls = 0;

  constructor(
    private readonly child: ChildProcess,
    private readonly control: Socket,
    private readonly port: number,
  ) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async alive(): Promise<boolean> {
    return (await this.#ask({ command: 'ping' }, 100)) !== undefined;
  }

  async open(parties: StreamParties): Promise<StreamParties> {
    this.#calls += 1;
    const call = { 'call-id': `bench-${this.#calls}`, 'from-tag': 'caller' };
    const offer = await this.#ask({ ...call, command: 'offer', sdp: sdp(parties.caller) }, 2000);
    const answer = await this.#ask({ ...call, command: 'answer', 'to-tag': 'callee', sdp: sdp(parties.callee) }, 2000);
    if (offer === undefined || answer === undefined) throw new Error('rtpengine did not answer');
    return { caller: portOf(answer), callee: portOf(offer) };
  }

  stop(): void {
    this.child.kill('SIGKILL');
    this.control.close();
  }

  /** The ng protocol: a cookie, a space, a bencoded dictionary, over UDP. */
  async #ask(request: Record<string, string>, deadlineMs: number): Promise<string | undefined> {
    const cookie = Math.random().toString(36).slice(2);
    this.control.send(`${cookie} d${Object.entries(request).map(bencoded).join('')}e`, this.port, '127.0.0.1');
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      for (;;) {
        const [answer] = await once(this.control, 'message', { signal });
        const text = String(answer);
        if (text.startsWith(cookie)) return text;
      }
    } catch {
      return undefined;
    }
  }
}

function bencoded([key, value]: [string, string]): string {
  return `${key.length}:${key}${value.length}:${value}`;
}
