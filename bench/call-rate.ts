import type { CallSubject } from './call-subject.ts';
import { machineTime, type PartTimes } from './processor-time.ts';
import { placeCalls } from './sipp-load.ts';

export interface CallStep {
  readonly rate: number;
  readonly failed: number;
  /** Seen by SIPp or by our engine. */
  readonly retransmissions: number;
  /** Milliseconds of processor time per call; undefined for a program that is not ours. */
  readonly cost: PartTimes | undefined;
  /** The same, of SIPp on both ends. */
  readonly loadCost: number;
  /** What other programs took of one core meanwhile, where that can be told. */
  readonly foreign: number | undefined;
}

export interface Climb {
  /** The highest step on which no call failed and nothing was sent twice. */
  readonly best: CallStep | undefined;
  readonly steps: readonly CallStep[];
}

export interface ClimbOptions {
  /** Of calls beginning, per step. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

export const firstRate = 200;
const highestRate = 1200;
const talkMs = 1000;
/** What other programs take of one core, above which the first step that fails is tried once more. */
const disturbing = 0.2;

/** Doubles the rate until something fails, then halves the gap. It goes on with a fresh subject then. */
export async function climb(start: () => Promise<CallSubject>, { seconds, say }: ClimbOptions): Promise<Climb> {
  const steps: CallStep[] = [];
  let [good, bad] = [0, Infinity];
  let mayRetry = true;
  let subject: CallSubject | undefined;
  try {
    for (let rate = firstRate; rate > good && rate < bad && rate <= highestRate; rate = next(good, bad)) {
      subject ??= await warm(start);
      const step = await callStep(subject, rate, seconds);
      steps.push(step);
      say(lineOf(step));
      if (isClean(step)) {
        good = rate;
        continue;
      }
      if (mayRetry && disturbed(step)) mayRetry = false;
      else bad = rate;
      await subject.stop();
      subject = undefined;
    }
  } finally {
    await subject?.stop();
  }
  return { best: steps.filter(isClean).sort((one, other) => other.rate - one.rate)[0], steps };
}

/** A fresh subject, once its code is compiled: that takes hundreds of calls. */
export async function warm(start: () => Promise<CallSubject>): Promise<CallSubject> {
  const subject = await start();
  await callStep(subject, 200, 4);
  return subject;
}

export async function callStep(subject: CallSubject, rate: number, seconds: number): Promise<CallStep> {
  const { sip: server, from, number, phone } = subject;
  const readings = async () => ({
    times: subject.times(),
    phone: phone.cpuMs,
    machine: machineTime(),
    retransmissions: await subject.retransmissions(),
    at: performance.now(),
  });
  const before = await readings();
  const load = await placeCalls({ server, from, number, rate, seconds, talkMs });
  const after = await readings();
  const calls = rate * seconds;
  const cost =
    after.times === undefined || before.times === undefined ? undefined : per(calls, before.times, after.times);
  const loadMs = load.cpuMs + after.phone - before.phone;
  const others = after.machine - before.machine - loadMs - calls * (cost === undefined ? 0 : sum(cost));
  return {
    ...{ rate, failed: load.failed, cost, loadCost: loadMs / calls },
    retransmissions: load.retransmissions + after.retransmissions - before.retransmissions,
    foreign: cost === undefined ? undefined : Math.max(0, others / (after.at - before.at)),
  };
}

function isClean({ failed, retransmissions }: CallStep): boolean {
  return failed === 0 && retransmissions === 0;
}

function disturbed({ foreign }: CallStep): boolean {
  return foreign !== undefined && foreign > disturbing;
}

/** A step that was taken already when the gap is narrow enough. */
function next(good: number, bad: number): number {
  if (bad === Infinity) return Math.max(firstRate, Math.min(2 * good, highestRate));
  const fineness = bad > 400 ? 100 : 50;
  return Math.floor((good + bad) / 2 / fineness) * fineness;
}

function per(calls: number, before: PartTimes, after: PartTimes): PartTimes {
  return {
    application: (after.application - before.application) / calls,
    engine: (after.engine - before.engine) / calls,
    relay: (after.relay - before.relay) / calls,
    rest: (after.rest - before.rest) / calls,
  };
}

export function sum({ application, engine, relay, rest }: PartTimes): number {
  return application + engine + relay + rest;
}

function lineOf({ rate, failed, retransmissions, cost, loadCost, foreign }: CallStep): string {
  const parts =
    cost === undefined
      ? ''
      : ` application ${ms(cost.application)}, engine ${ms(cost.engine)}, relay ${ms(cost.relay)}, rest ${ms(cost.rest)},`;
  const others = foreign === undefined ? '' : `; other programs ${(100 * foreign).toFixed(0)} % of a core`;
  return (
    `${String(rate)} calls/s: ${String(failed)} failed, ${String(retransmissions)} retransmissions; ` +
    `ms per call:${parts} SIPp ${ms(loadCost)}${others}`
  );
}

function ms(value: number): string {
  return value.toFixed(2);
}
