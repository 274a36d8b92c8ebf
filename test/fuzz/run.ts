import { Chance } from '../simulation/chance.ts';
import { converse } from './conversation.ts';
import { mutated } from './mutation.ts';
import { targets } from './targets.ts';

/** What broke, with all that is needed to see it again. */
export interface Breakage {
  readonly target: string;
  readonly seed: number;
  /** Of a conversation there is only its seed. */
  readonly bytes: Buffer | undefined;
  readonly why: string;
}

/** Milliseconds of processor time for one input; the first runs are compiled yet. */
const slow = 100;
const warmUp = 2000;

/** Every input of the corpus as it is. */
export function replay(corpus: readonly Buffer[]): Breakage | undefined {
  for (const bytes of corpus) {
    const broken = tried(bytes, 1, false);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** Seeds from `first` on, for as long as `goesOn` says, each a mutated input or a conversation; how many ran. */
export function run(
  first: number,
  corpus: readonly Buffer[],
  goesOn: (runs: number) => boolean,
): { readonly runs: number; readonly broken: Breakage | undefined } {
  let runs = 0;
  for (; goesOn(runs); runs++) {
    const seed = first + runs;
    const broken = seed % 20 === 0 ? talked(seed, corpus) : tried(inputOf(seed, corpus), seed, runs > warmUp);
    if (broken !== undefined) return { runs, broken };
  }
  return { runs, broken: undefined };
}

export function inputOf(seed: number, corpus: readonly Buffer[]): Buffer {
  const chance = new Chance(seed);
  let bytes = chance.pick(corpus);
  for (let left = chance.between(1, 5); left > 0; left--) bytes = mutated(bytes, corpus, chance);
  return bytes;
}

function tried(bytes: Buffer, seed: number, timed: boolean): Breakage | undefined {
  for (const [target, exercise] of Object.entries(targets)) {
    // Processor time: another program's turn is no slowness of ours.
    const before = process.cpuUsage();
    try {
      exercise(bytes, new Chance(seed));
    } catch (thrown) {
      return { target, seed, bytes, why: told(thrown) };
    }
    const ms = process.cpuUsage(before).user / 1000;
    if (timed && ms > slow + bytes.length / 500) return { target, seed, bytes, why: `it took ${ms.toFixed(0)} ms` };
  }
  return undefined;
}

function talked(seed: number, corpus: readonly Buffer[]): Breakage | undefined {
  try {
    converse(seed, corpus);
    return undefined;
  } catch (thrown) {
    return { target: 'conversation', seed, bytes: undefined, why: told(thrown) };
  }
}

function told(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const where = (thrown.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return `${thrown.message.slice(0, 1500)}\n${where.slice(0, 8).join('\n')}`;
}
