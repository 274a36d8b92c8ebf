import assert from 'node:assert/strict';
import { checked, presumedUp, type TrunkHealth } from '../../../../src/signalling/trunk/health.ts';

describe('whether a trunk is there', () => {
  const after = (...answers: (number | undefined)[]): TrunkHealth['is'] =>
    answers.reduce<TrunkHealth>(checked, presumedUp).is;

  for (const status of [200, 401, 403, 404, 405, 407, 480, 486, 500, 501, 603]) {
    it(`is shown by ${String(status)}, even where it was gone`, () => {
      assert.equal(after(undefined, undefined, status), 'up');
    });
  }

  for (const missed of [undefined, 408, 503]) {
    it(`is doubted after one ${String(missed ?? 'silence')}, and denied after two in a row`, () => {
      assert.equal(after(missed), 'up');
      assert.equal(after(missed, missed), 'down');
      assert.equal(after(missed, 200, missed), 'up');
      assert.equal(after(missed, missed, missed, 200, missed), 'up');
    });
  }
});
