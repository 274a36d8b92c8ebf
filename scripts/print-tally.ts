/** The last word of a run: what it came to, on a line of its own, and as an exit code. */
import { closingLine, readTally } from './tally.ts';

const tally = readTally();
if (!tally.finished) console.error('The run of the tests did not finish; that is counted as one failure.');
console.log(closingLine(tally));
process.exitCode = tally.failed > 0 ? 1 : 0;
