import Mocha from 'mocha';
import { closingLine, type Tally, writeTally } from './tally.ts';

/** Mocha's own spec report, with a tally on disk that survives the run, and one closing line. */
class TallyReporter {
  #tally: Tally = { passed: 0, failed: 0, skipped: 0, finished: false };

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    new Mocha.reporters.Spec(runner, options);
    writeTally(this.#tally);
    runner.on('pass', () => this.#count('passed'));
    runner.on('fail', () => this.#count('failed'));
    runner.on('pending', () => this.#count('skipped'));
    runner.once('end', () => {
      this.#tally = { ...this.#tally, finished: true };
      writeTally(this.#tally);
      console.log(closingLine(this.#tally));
    });
  }

  #count(kind: 'passed' | 'failed' | 'skipped'): void {
    this.#tally = { ...this.#tally, [kind]: this.#tally[kind] + 1 };
    writeTally(this.#tally);
  }
}

// Mocha loads a reporter as the default export of its module.
// eslint-disable-next-line no-restricted-syntax
export default TallyReporter;
