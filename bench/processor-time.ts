import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds of processor time since the start, by part of a program that runs our engine. */
export interface PartTimes {
  /** The main thread: drachtio-srf, and everything from signalling to the store. */
  readonly application: number;
  /** The SIP server: our engine's thread, or another program. */
  readonly engine: number;
  readonly relay: number;
  /** The garbage collector's and the compiler's own threads. */
  readonly rest: number;
}

/** The threads of one process that have an event loop of their own. */
export interface LoopThreads {
  readonly pid: number;
  readonly engine: number;
  readonly relays: readonly number[];
}

const msPerTick = 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Finds the worker threads of an idle process: those that wait in epoll, in the order in which they were started.
 * Node 20 gives them no names. Node's own timer thread comes first; ours come last, the relay before the engine.
 * @param relays how many of them there are
 */
export async function findLoopThreads(pid: number, relays: number): Promise<LoopThreads> {
  for (let tries = 0; tries < 50; tries += 1) {
    const workers = readdirSync(`/proc/${String(pid)}/task`)
      .map(Number)
      .filter((thread) => thread !== pid && waitsForEvents(pid, thread))
      .sort((one, other) => one - other);
    const engine = workers.pop();
    if (engine !== undefined && workers.length > relays) {
      return { pid, engine, relays: relays === 0 ? [] : workers.slice(-relays) };
    }
    await wait(100);
  }
  throw new Error('the threads of the program cannot be told apart: is it idle?');
}

export function partTimes({ pid, engine, relays }: LoopThreads): PartTimes {
  const whole = processTime(pid);
  const application = threadTime(pid, pid);
  const engineTime = threadTime(pid, engine);
  const relay = relays.reduce((sum, thread) => sum + threadTime(pid, thread), 0);
  return { application, engine: engineTime, relay, rest: whole - application - engineTime - relay };
}

/** Of an application and of the SIP server in a process beside it. */
export function timesBeside(application: number, server: number): PartTimes {
  const [whole, main] = [processTime(application), threadTime(application, application)];
  return { application: main, engine: processTime(server), relay: 0, rest: whole - main };
}

/** Of all threads of a process, ended ones too; undefined when it is gone. */
export function processTimeIfAlive(pid: number): number | undefined {
  try {
    return processTime(pid);
  } catch {
    return undefined;
  }
}

export function processTime(pid: number): number {
  return timeIn(`/proc/${String(pid)}/stat`);
}

/** Busy time of all processors, of whatever process. */
export function machineTime(): number {
  const [, user, nice, system, , , irq, softirq] = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '').split(
    /\s+/,
  );
  return [user, nice, system, irq, softirq].reduce((sum, ticks) => sum + Number(ticks), 0) * msPerTick;
}

function threadTime(pid: number, thread: number): number {
  return timeIn(`/proc/${String(pid)}/task/${String(thread)}/stat`);
}

function timeIn(file: string): number {
  const fields = readFileSync(file, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

function waitsForEvents(pid: number, thread: number): boolean {
  try {
    return /epoll|ep_poll/.test(readFileSync(`/proc/${String(pid)}/task/${String(thread)}/wchan`, 'latin1'));
  } catch {
    return false;
  }
}
