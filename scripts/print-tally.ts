/** The last word of a run: what failed and why, what it came to on a line of its own, and an exit code. */
import { closingLine, lanes, laneTallyFile, readTally, slowestFiles, sumOf } from './tally.ts';

/** Of a failure's message: the rest is in the report of the run. */
const mostLines = 25;

const tally = sumOf(Object.keys(lanes).map((lane) => readTally(laneTallyFile(lane))));
for (const { title, message } of tally.failures) {
  console.error(`\nFAILED: ${title}\n${message.split('\n').slice(0, mostLines).join('\n')}`);
}
// `SLOWEST=10 npm test` tells which files to make quicker.
const slowest = slowestFiles(tally, Number(process.env['SLOWEST'] ?? 0));
if (slowest.length > 0) console.log(`\nThe slowest files:\n${slowest.join('\n')}`);
console.log(`\n${closingLine(tally)}`);
process.exitCode = tally.failed > 0 ? 1 : 0;
