import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled, missingPrograms } from '../../../scripts/outside-programs.ts';

describe('looking for programs from outside', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'programs-'));
    writeFileSync(join(folder, 'sipp'), '', { mode: 0o755 });
    writeFileSync(join(folder, 'sox'), '', { mode: 0o644 });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('finds one in any folder of the path', () => {
    assert.equal(isInstalled('sipp', `/nowhere:${folder}`), true);
  });

  it('does not take a file that cannot be run for a program', () => {
    assert.equal(isInstalled('sox', folder), false);
  });

  it('does not look in the current folder when the path has an empty part', () => {
    assert.equal(isInstalled('package.json', ':'), false);
  });

  it('names those that are missing', () => {
    const programs = ['sipp', 'sox'].map((command) => ({ command, debianPackage: command, neededFor: 'a test' }));
    assert.deepEqual(
      missingPrograms(programs, folder).map(({ command }) => command),
      ['sox'],
    );
  });
});
