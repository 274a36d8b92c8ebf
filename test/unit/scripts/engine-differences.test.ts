import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { casesOf, engineDifferences, engineDifferencesFile } from '../../../scripts/engine-differences.ts';
import { differences } from '../../conformance/differences.ts';

describe('docs/reference/engine-differences.md', () => {
  it('is fresh; if not, run `npm run docs:differences`', () => {
    assert.equal(readFileSync(engineDifferencesFile, 'utf8'), engineDifferences());
  });

  it('names no difference that no case shows', () => {
    assert.deepEqual(
      Object.keys(differences).filter((id) => casesOf(id).length === 0),
      [],
    );
  });
});
