import { relative } from 'node:path';
import Mocha from 'mocha';
import { closingLine, emptyTally, type Tally, tallyFile, writeTally } from './tally.ts';

/**
 * Mocha's own spec report, with a tally on disk that survives the run, and one closing line.
 * With `--reporter-option file=…` it is one lane of several: the tally goes there, and the closing line is left to whoever sums up.
 */
class TallyReporter {
  #tally: Tally = emptyTally;
  readonly #file: string;

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    new Mocha.reporters.Spec(runner, options);
    const given: unknown = (options.reporterOptions as Readonly<Record<string, unknown>> | undefined)?.['file'];
    this.#file = typeof given === 'string' ? given : tallyFile;
    this.#write();
    runner.on('pass', () => {
      this.#add({ passed: this.#tally.passed + 1 });
    });
    runner.on('fail', (test, error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const failures = [...this.#tally.failures, { title: test.fullTitle(), message }];
      this.#add({ failed: this.#tally.failed + 1, failures });
    });
    runner.on('pending', () => {
      this.#add({ skipped: this.#tally.skipped + 1 });
    });
    // From the end of one test to the end of the next: so the hooks before it count, and those that end a file do for the next.
    let before = performance.now();
    runner.on('test end', ({ file }) => {
      const now = performance.now();
      if (file !== undefined) this.#took(relative(process.cwd(), file), now - before);
      before = now;
    });
    runner.once('end', () => {
      this.#add({ finished: true });
      if (this.#file === tallyFile) console.log(closingLine(this.#tally));
    });
  }

  #add(change: Partial<Tally>): void {
    this.#tally = { ...this.#tally, ...change };
    this.#write();
  }

  #took(file: string, more: number): void {
    const { milliseconds } = this.#tally;
    this.#tally = { ...this.#tally, milliseconds: { ...milliseconds, [file]: (milliseconds[file] ?? 0) + more } };
  }

  #write(): void {
    writeTally(this.#tally, this.#file);
  }
}

// Mocha loads a reporter as the default export of its module.
// eslint-disable-next-line no-restricted-syntax
export default TallyReporter;
