import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { callStates, callStatesFile } from '../../../scripts/call-states.ts';

describe('docs/architecture/call-states.md', () => {
  it('is fresh; if not, run `npm run docs:states`', () => {
    assert.equal(readFileSync(callStatesFile, 'utf8'), callStates());
  });
});
