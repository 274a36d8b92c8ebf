import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a run of the tests has come to so far. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** False until mocha said that it was done: a run that was killed never becomes a success. */
  readonly finished: boolean;
}

export const tallyFile = 'coverage/tally.json';

export function writeTally(tally: Tally, file: string = tallyFile): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(tally)}\n`);
}

/** A run that left no tally, or did not finish, counts as one failure more. */
export function readTally(file: string = tallyFile): Tally {
  try {
    const tally = JSON.parse(readFileSync(file, 'utf8')) as Tally;
    return tally.finished ? tally : { ...tally, failed: tally.failed + 1 };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, finished: false };
  }
}

export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
}
