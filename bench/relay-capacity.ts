/**
 * How many streams of two-way G.711 (50 packets a second each way, 172 bytes) one relay thread carries
 * with less than 0.1 % loss: `node --import tsx bench/relay-capacity.ts [streams…]`.
 * The load comes from another process; both need a core, so run it on a machine that does nothing else.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { LoadMessage, LoadOrder, LoadResult } from './relay-load.ts';
import { startRtpengine } from './relay-rtpengine.ts';
import type { StreamParties, SubjectMessage } from './relay-subject.ts';

interface Subject {
  readonly name: string;
  readonly pid: number;
  open(streams: readonly StreamParties[]): Promise<readonly StreamParties[]>;
  stop(): void;
}

const acceptableLoss = 0.001;
const steps = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [200, 400, 500, 600, 650, 700, 800, 1000];
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

async function relay(): Promise<Subject> {
  const child = fork(new URL('./relay-subject.ts', import.meta.url));
  await once(child, 'message');
  return {
    name: 'relay',
    pid: child.pid ?? 0,
    open: async (streams) => {
      child.send({ streams });
      const [message] = (await once(child, 'message')) as [SubjectMessage];
      return message.type === 'opened' ? message.streams : [];
    },
    stop: () => void child.kill(),
  };
}

async function rtpengine(): Promise<Subject | undefined> {
  const engine = await startRtpengine();
  if (engine === undefined) return undefined;
  return {
    name: 'rtpengine',
    pid: engine.pid,
    open: async (streams) => {
      const opened: StreamParties[] = [];
      for (const parties of streams) opened.push(await engine.open(parties));
      return opened;
    },
    stop: () => engine.stop(),
  };
}

/** Goes up the steps until too much is lost. @returns the highest step that was carried */
async function climb(subject: Subject): Promise<number> {
  const load = fork(new URL('./relay-load.ts', import.meta.url));
  const [first] = (await once(load, 'message')) as [LoadMessage];
  const ports = first.type === 'ports' ? first.ports : [];
  const streams: StreamParties[] = [];
  let best = 0;
  for (const step of steps) {
    const more = Array.from({ length: step - streams.length }, (_, index) => partiesOf(streams.length + index, ports));
    streams.push(...(await subject.open(more)));
    const before = { cpu: cpuSeconds(subject.pid), at: performance.now() };
    const result = await measure(load, { streams, warmUpMs: 1000, measureMs: 4000 });
    const cpu = ((cpuSeconds(subject.pid) - before.cpu) / (performance.now() - before.at)) * 100_000;
    row(subject.name, step, result, cpu);
    if (1 - result.received / result.sent >= acceptableLoss) break;
    best = step;
  }
  load.kill();
  return best;
}

function partiesOf(stream: number, ports: readonly number[]): StreamParties {
  return { caller: ports[(2 * stream) % ports.length]!, callee: ports[(2 * stream + 1) % ports.length]! };
}

async function measure(load: ChildProcess, order: LoadOrder): Promise<LoadResult> {
  load.send(order);
  const [message] = (await once(load, 'message')) as [LoadMessage];
  if (message.type !== 'result') throw new Error('the load generator lost count');
  return message;
}

/** Of all threads of a process. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function row(...[name, streams, result, cpu]: [string, number, LoadResult, number]): void {
  const loss = (100 * (result.sent - result.received)) / result.sent;
  const cells = [name.padEnd(10), String(streams).padStart(7), `${loss.toFixed(3)} %`.padStart(9)];
  const delays = [result.p50Ms, result.p99Ms].map((milliseconds) => `${milliseconds.toFixed(2)} ms`.padStart(9));
  console.log(`| ${[...cells, ...delays, `${cpu.toFixed(0)} %`.padStart(5)].join(' | ')} |`);
}

console.log(`load of the machine before: ${loadavg()[0]?.toFixed(2)}`);
console.log('| subject    | streams |      loss |       p50 |       p99 |   CPU |');
console.log('|------------|---------|-----------|-----------|-----------|-------|');
for (const start of [relay, rtpengine]) {
  const subject = await start();
  if (subject === undefined) {
    console.log('| rtpengine  | not installed: apt-get install rtpengine-daemon |');
    continue;
  }
  const best = await climb(subject);
  subject.stop();
  console.log(
    `| ${subject.name.padEnd(10)} | ${String(best).padStart(7)} | streams with less than ${acceptableLoss * 100} % loss`,
  );
}
