import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a run of the tests has come to so far. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** False until mocha said that it was done: a run that was killed never becomes a success. */
  readonly finished: boolean;
  /** How long each file of tests took, its hooks included. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** One test that failed, kept so that it can be said again where nobody misses it: at the end. */
export interface Failure {
  readonly title: string;
  readonly message: string;
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], finished: false, milliseconds: {} };

/** The whole run, when it is one process. */
export const tallyFile = 'coverage/tally.json';

/** The runs beside each other that a whole run is made of. */
export const lanes = {
  machines: 'test/{unit,scenario,contract,torture}/**/*.test.ts',
  wire: 'test/{live,conformance,simulation}/**/*.test.ts',
} as const;

export function laneTallyFile(lane: string): string {
  return `coverage/tally-${lane}.json`;
}

export function writeTally(tally: Tally, file: string = tallyFile): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(tally)}\n`);
}

/** A run that left no tally, or did not finish, counts as one failure more. */
export function readTally(file: string = tallyFile): Tally {
  const unfinished = (tally: Tally, message: string): Tally => ({
    ...tally,
    failed: tally.failed + 1,
    failures: [...tally.failures, { title: file, message }],
  });
  if (!existsSync(file)) return unfinished(emptyTally, 'the run left no tally: it did not start, or could not write');
  try {
    const tally = JSON.parse(readFileSync(file, 'utf8')) as Tally;
    return tally.finished
      ? tally
      : unfinished(tally, 'the run did not finish: it was ended from outside, or it crashed');
  } catch (thrown) {
    return unfinished(emptyTally, `its tally cannot be read: ${String(thrown)}`);
  }
}

/** The sum of the runs beside each other. */
export function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, tally) => ({
      passed: sum.passed + tally.passed,
      failed: sum.failed + tally.failed,
      skipped: sum.skipped + tally.skipped,
      failures: [...sum.failures, ...tally.failures],
      finished: sum.finished && tally.finished,
      milliseconds: { ...sum.milliseconds, ...tally.milliseconds },
    }),
    { ...emptyTally, finished: true },
  );
}

/** A line for each of the files that took longest, the longest first. */
export function slowestFiles({ milliseconds }: Tally, count: number): readonly string[] {
  return Object.entries(milliseconds)
    .sort(([, one], [, other]) => other - one)
    .slice(0, count)
    .map(([file, took]) => `${(took / 1000).toFixed(1).padStart(7)} s  ${file}`);
}

export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}
