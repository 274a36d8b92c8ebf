import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decisionsFolder, decisionsIndex } from '../../../scripts/decisions-index.ts';

describe('the index of the decisions', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'decisions-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is fresh; if not, run `npm run docs:decisions`', () => {
    assert.equal(readFileSync(join(decisionsFolder, 'README.md'), 'utf8'), decisionsIndex(decisionsFolder));
  });

  it('lists each with its status, in the order of their numbers', () => {
    writeFileSync(join(folder, '0002-b.md'), '# 0002. Use b\n\nStatus: accepted\n');
    writeFileSync(join(folder, '0001-a.md'), '# 0001. Use a\n\nStatus: replaced by 0002\n');
    writeFileSync(join(folder, 'README.md'), 'not a decision');
    assert.deepEqual(
      decisionsIndex(folder)
        .split('\n')
        .filter((line) => line.startsWith('| 0')),
      ['| 0001 | [Use a](0001-a.md) | replaced by 0002 |', '| 0002 | [Use b](0002-b.md) | accepted |'],
    );
  });

  it('refuses a decision without a status, or with the number of another', () => {
    writeFileSync(join(folder, '0001-a.md'), '# 0001. Use a\n');
    assert.throws(() => decisionsIndex(folder), /0001-a\.md needs a line such as "Status: accepted"/);
    writeFileSync(join(folder, '0001-a.md'), '# 0002. Use a\n\nStatus: accepted\n');
    assert.throws(() => decisionsIndex(folder), /0001-a\.md must begin with a title/);
  });
});
