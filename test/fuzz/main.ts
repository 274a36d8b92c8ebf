/**
 * Throws mutated inputs at all that reads bytes from strangers, and has a whole engine talk with mannerless parties.
 * Run: npm run fuzz -- --minutes 10 --seed 1
 * What breaks it ends it with exit code 1, is kept in `corpus/`, and is seen again with `--seed` and the number that is told.
 */
import { parseArgs } from 'node:util';
import { keep, readCorpus } from './corpus.ts';
import { replay, run } from './run.ts';

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
});
const seed = options.seed === undefined ? Date.now() % 1_000_000_000 : Number(options.seed);
const until = Date.now() + Number(options.minutes) * 60_000;
const corpus = readCorpus();
const replayed = replay(corpus);
const { runs, broken } =
  replayed === undefined ? run(seed, corpus, () => Date.now() < until) : { runs: 0, broken: replayed };
if (broken === undefined) {
  const megabytes = process.memoryUsage().rss / 1024 / 1024;
  console.log(`${String(runs)} runs from seed ${String(seed)}, none broke it; ${megabytes.toFixed(0)} MB in the end`);
} else {
  const where = broken.bytes === undefined ? '' : `; kept as ${keep(broken.target, broken.bytes)}`;
  console.error(`${broken.target}, seed ${String(broken.seed)}${where}:\n${broken.why}`);
  process.exitCode = 1;
}
