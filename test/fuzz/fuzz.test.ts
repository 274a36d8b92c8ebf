import assert from 'node:assert/strict';
import { keep, readCorpus } from './corpus.ts';
import { type Breakage, replay, run } from './run.ts';

/** A taste of `npm run fuzz`, the same each time. */
describe('mutated input', function () {
  this.timeout(60_000);
  const corpus = readCorpus();

  function holds(broken: Breakage | undefined): void {
    if (broken?.bytes !== undefined) keep(broken.target, broken.bytes);
    assert.equal(broken && `${broken.target}, seed ${String(broken.seed)}: ${broken.why}`, undefined);
  }

  it('breaks nothing that it broke before', () => {
    assert.ok(corpus.length > 100, `the corpus has ${String(corpus.length)} inputs`);
    holds(replay(corpus));
  });

  it('breaks neither readers nor a whole engine, and leaves nothing in it', () => {
    holds(run(1, corpus, (runs) => runs < 2000).broken);
  });
});
